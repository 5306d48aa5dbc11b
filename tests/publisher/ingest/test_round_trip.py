# ruff: noqa: E501
"""What we send to other newsrooms, taken in again, is the article that it was."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chassis.errors import Invalid
from publisher import wording
from publisher.articles import Article, Revision, article_json, read_article
from publisher.exchange import newsml, ninjs
from publisher.exchange.items import File, Item
from publisher.exchange.plain_html import body_html
from publisher.house import House
from publisher.ingest.drafting import draft
from publisher.ingest.formats import Given, read_items
from publisher.ingest.received import Received
from publisher.states import PUBLISHED, Timing
from publisher.views import Picture as Shown
from tests.publisher.newsroom import Newsroom, picture

URL = "https://news.example"
# any text that both XML and a database can hold; line ends are those of the standard
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), include_characters="\n\t"), min_size=1, max_size=40
)
HTML = st.one_of(
    TEXT.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    st.sampled_from(
        [
            'A <em>b</em> <strong>c <a href="https://a.example/?x=1&amp;y=2">d</a></strong><br>e <code>&lt;f&gt;</code>',
            "<em> </em>x  y\n z", "«a» <em>b<br><br>c</em>", "<br>x<br>",
        ]
    ),
)  # fmt: skip
WORDS = st.lists(st.from_regex(r"[A-Za-zÀ-ÿ0-9«]{1,8}", fullmatch=True), min_size=1, max_size=5).map(" ".join)
NAME = st.from_regex(r"[A-ZÁ][a-zñ']{1,8}( [A-Z][a-z]{1,8})?", fullmatch=True)
ID = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,12}", fullmatch=True)


def pictures(hashes: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    part = st.floats(0, 1).map(lambda x: x + 0.0)
    credit = st.one_of(
        st.builds(lambda names, agency: {"creators": names, "agency": agency}, st.lists(NAME, min_size=1, max_size=2), st.none() | NAME),
        st.builds(lambda agency: {"creators": [], "agency": agency}, NAME),
    )  # fmt: skip
    told = st.fixed_dictionaries(
        {
            "media": st.sampled_from(hashes), "caption": TEXT, "alt": TEXT, "credit": credit,
            "focus": st.none() | st.fixed_dictionaries({"x": part, "y": part}),
        }
    )  # fmt: skip
    return told | told.map(lambda each: each | {"alt": None, "decorative": True})


def blocks(hashes: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    def block(_type: str, **more: Any) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"type": st.just(_type), **more}, optional={"id": ID})

    shot = pictures(hashes)
    cells = st.lists(st.lists(HTML | st.just(""), min_size=2, max_size=2), min_size=1, max_size=3)
    return st.one_of(
        block("paragraph", html=HTML),
        block("heading", level=st.integers(2, 4), html=HTML),
        block("quote", html=HTML, attribution=st.none() | TEXT),
        block("list", ordered=st.booleans(), items=st.lists(HTML, min_size=1, max_size=3)),
        block("table", rows=cells, header=st.sampled_from(["row", "column", "both", "none"]), caption=st.none() | TEXT),
        block("link", href=st.just("https://a.example/b?c=d&e"), text=TEXT),
        block("divider"),
        block("code", code=TEXT, syntax=st.sampled_from([None, "python"])),
        block("correction", kind=st.sampled_from(["correction", "retraction"]), html=HTML, date=st.just("2026-11-24T08:00:00Z")),
        block("embed", url=st.just("https://v.example/1"), title=TEXT, category=st.just("media"), ratio=st.sampled_from(["16:9", "1:1"])),
        block("gallery", pictures=st.lists(shot, min_size=2, max_size=3)),
        shot.map(lambda each: {"type": "image", **each}),
    )  # fmt: skip


def test_our_ninjs_and_newsml_taken_in_again_are_the_same_article(newsroom: Newsroom) -> None:
    shots = {each.sha256: each for each in (newsroom.picture(picture(60, 40)), newsroom.picture(picture(30, 30)))}
    articles = st.fixed_dictionaries(
        {
            "slug": st.just("a-bridge-opens"), "language": st.just("en"), "headline": WORDS, "section": WORDS, "byline": st.none() | NAME,
            "description": st.none() | WORDS, "source": st.none() | WORDS, "keywords": st.lists(WORDS, max_size=3),
            "blocks": st.lists(blocks(list(shots)), min_size=1, max_size=6),
        }
    )  # fmt: skip

    @given(articles)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def check(data: dict[str, Any]) -> None:
        try:
            article = read_article(data, ["en"])
        except Invalid:
            assume(False)
        item = _item(article, shots)
        sent = json.dumps(ninjs.write(item)).encode()
        assert _again(newsroom.house, "application/ninjs+json", sent) == article
        message = newsml.write(item, 1).encode()
        # NewsML-G2 tells who provides an item, which is its source where it names no other
        provided = replace(article, source=article.source or "The Imprimatur")
        assert _again(newsroom.house, "application/vnd.iptc.g2.newsmessage+xml", message) == provided

    check()


def _item(article: Article, shots: dict[str, Any]) -> Item:
    revision = Revision("bridge", 1, "update", article, 1, 1, 1, PUBLISHED, Timing(), 1, 1)
    files = {sha: (File("original.jpg", f"{URL}/media/{sha}/original.jpg", "image/jpeg", 60, 40, 9),) for sha in shots}
    shown = {sha: Shown(f"/media/{sha}/original.jpg", 60, 40) for sha in shots}
    site = type("Site", (), {"url": URL, "name": "The Imprimatur"})()
    html = body_html(article, URL, shown, wording.load("en"), marked=True)
    return Item(site, revision, "en", article, html, "text", "", files, {})


def _again(house: House, media_type: str, sent: bytes) -> Article:
    first = read_items(media_type, sent, Given())[0]
    assert isinstance(first, Received), first
    made = draft(house, first, None, None)
    for block in made.data["blocks"]:
        block.setdefault("id", None)
    again = read_article(made.data, ["en"])
    assert article_json(again)
    return again
