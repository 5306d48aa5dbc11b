"""The search page, suggestions and description as a reader's browser gets them."""

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

from flask.testing import FlaskClient

from chassis.limits.quota import Quota
from publisher import searching
from publisher.app import create_app
from publisher.body.blocks import Paragraph
from publisher.settings import Settings
from tests.publisher.api.test_pages import main_of
from tests.publisher.newsroom import Newsroom, an_article, now_ms


def search(client: FlaskClient, language: str = "en", **asked: str) -> str:
    answer = client.get(f"/{language}/search", query_string={name.strip("_"): value for name, value in asked.items()})
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex" and answer.headers["Cache-Control"] == "private, no-store"
    return answer.text


def test_what_was_looked_for_is_marked_in_headline_and_excerpt_and_nothing_of_it_is_markup(
    client: FlaskClient, newsroom: Newsroom
) -> None:
    long = "Nothing here. " * 30
    text = f"{long} Two brïdges &lt;b&gt; span the harbour. {long}"
    newsroom.publish(an_article(headline="A bridge <i>& more", blocks=(Paragraph("b1", long), Paragraph("b2", text))))
    page = main_of(search(client, q="bridges"))
    assert "A <mark>bridge</mark> &lt;i&gt;&amp; more" in page
    excerpt = re.search(r"<p>(…[^\n]*…)\s*</p>", page)
    assert excerpt and "Two <mark>brïdges</mark> &lt;b&gt; span the harbour." in excerpt[1] and len(excerpt[1]) < 300


def test_filters_and_language_keep_the_search_in_the_address(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    set_clock(1_764_115_200_000)  # 2025-11-26
    newsroom.publish()
    newsroom.publish(an_article(slug="sky", section="Science", headline="Bridge of stars"), "sky")
    found = {"section": "science", "from": "2025-11-26", "until": "2025-11-26", "written": "en"}
    html = search(client, q="bridge", **found)
    assert "stars" in main_of(html) and "A <mark>bridge</mark> opens" not in main_of(html)
    assert '<option value="science" selected>Science</option>' in html and 'value="2025-11-26"' in html
    kept = "&amp;".join(f"{name}={value}" for name, value in found.items())
    assert f'href="/es/search?q=bridge&amp;{kept}"' in html
    assert '<link rel="canonical"' not in html and "hreflang" not in html.split("<body>")[0]
    for narrow in ({"section": "none"}, {"until": "2025-11-25"}, {"from": "2025-11-27"}, {"written": "es"}):
        assert "Nothing was found" in search(client, q="bridge", **narrow)
    rubbish = {"section": "../x", "from": "yesterday", "until": "9999-99-99", "written": "\x00", "cursor": "x" * 50}
    assert "Articles found: 2" in search(client, q="bridge", **rubbish)
    assert "Articles found: 2" in search(client, q="bridge", cursor="WzEsMiwzXQ", from_="2025-11-26")


def test_pages_lead_onward_and_back(client: FlaskClient, newsroom: Newsroom, monkeypatch: object) -> None:
    monkeypatch.setattr(searching, "PER_PAGE", 2)  # type: ignore[attr-defined]
    for number in range(3):
        newsroom.publish(an_article(slug=f"a{number}"), f"a{number}")
    first = search(client, q="bridge")
    onward = re.search(r'<a href="(/en/search[^"]+)" rel="next nofollow">More results</a>', first)
    assert onward and first.count("<h2><a") == 2 and "first results" not in first
    second = client.get(onward[1].replace("&amp;", "&")).text
    assert second.count("<h2><a") == 1 and "More results</a>" not in second and "Articles found: 3" in second
    assert '<a href="/en/search?q=bridge" rel="nofollow">Back to the first results</a>' in second


def test_a_mistyped_search_says_so_and_shows_what_was_meant(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(headline="Ávila opens"))
    page = main_of(search(client, q="avlia"))
    assert "Nothing was found for “avlia”. Did you mean:" in page
    assert '<a href="/en/search?q=%C3%A1vila">ávila</a>' in page and "<mark>Ávila</mark> opens" in page


def test_suggestions_and_description_are_what_browsers_expect(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    answer = client.get("/en/search/suggestions?q=bri")
    assert answer.content_type == "application/x-suggestions+json" and "no-store" in answer.headers["Cache-Control"]
    assert answer.json == ["bri", ["bridge", "bridge opens"]]
    assert client.get("/xx/search/suggestions?q=bri").json == ["bri", []]
    page = client.get("/en/harbour-bridge").text
    found = re.search(r'<link rel="search" type="(\S+)" title="[^"]+" href="([^"]+)">', page)
    assert found and 'list="suggestions" data-suggestions="/en/search/suggestions?q="' in page
    described = client.get(found[2])
    assert described.content_type.startswith(found[1])
    urls = ElementTree.fromstring(described.text).findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert [url.get("template", "").removeprefix("https://news.example") for url in urls] == [
        "/en/search?q={searchTerms}",
        "/en/search/suggestions?q={searchTerms}",
    ]


def test_what_is_not_public_is_found_by_nobody_at_once(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    def found() -> list[bool]:
        suggested = bool(client.get("/en/search/suggestions?q=bri").json[1])  # type: ignore[index]
        meant = "Did you mean" in search(client, q="brigde")
        return ["A <mark>bridge</mark> opens" in search(client, q="bridge"), suggested, meant]

    start = now_ms()
    newsroom.publish(times={"embargoed_until_ms": start + 60_000, "expires_ms": start + 120_000})
    assert not any(found())
    set_clock(start + 60_000)
    assert all(found()), "nobody had to lift the embargo"
    set_clock(start + 120_000)
    assert not any(found())
    newsroom.publish(times={"expires_ms": None})
    assert all(found())
    newsroom.move("kill")
    assert not any(found())


def test_an_address_that_searches_too_much_is_told_when_to_come_again(settings: Settings, newsroom: Newsroom) -> None:
    newsroom.publish()
    app = create_app(replace(settings, limit_searches=Quota(2, 60)))
    client = app.test_client()
    here, there = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}
    answers = [client.get("/es/search?q=bridge", environ_base=here) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert (
        0 < int(answers[2].headers["Retry-After"]) <= 30 and answers[2].headers["Cache-Control"] == "private, no-store"
    )
    assert "Demasiadas búsquedas" in answers[2].text and 'name="q"' in answers[2].text
    assert client.get("/es/search", environ_base=here).status_code == 200, "the empty form asks for nothing"
    assert client.get("/es/search?q=bridge", environ_base=there).status_code == 200
    asked = [client.get("/es/search/suggestions?q=br", environ_base=here) for _ in range(21)]
    assert [each.status_code for each in asked] == [200] * 20 + [429]
    assert asked[-1].content_type == "application/problem+json" and asked[-1].headers["Retry-After"]
    app.extensions["house"].engine.dispose()
