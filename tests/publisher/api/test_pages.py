"""The readers' pages: every state of a variant by contract, headers, negotiation, search."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from chassis import sql
from publisher.app import create_app
from publisher.body.blocks import Focus, Heading, Paragraph, Table
from publisher.editing import trending
from publisher.following import Hand
from publisher.settings import Settings
from publisher.store.tables import variant
from publisher.store.trend_choices import PIN
from tests.publisher.newsroom import Newsroom, an_article, now_ms


def main_of(html: str) -> str:
    found = re.search(r"<main.*</main>", html, re.DOTALL)
    assert found
    return found[0]


def test_the_original_is_shown_whole(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=(*an_article().blocks, newsroom.image())))
    page = client.get("/en/harbour-bridge")
    html = page.text
    for part in (
        "<h1>A bridge opens</h1>", "By Ana Ruiz", "After forty years.", "Source: Imprimatur Desk", ">City</a>",
        "The <em>last</em> bolt went in.", '<h2 id="h-b2">How to cross</h2>', "<li>On foot</li>", "Elena Marsh",
        'width="60" height="40"', 'alt="An arch over water"', '<span class="credit">/Ana Ruiz/Northlight</span>',
        'hreflang="es"', ">Español</a>", "Search trends",
        '<script src="https://consent.example/v1/sites/newsroom/banner.js?lang=en" async></script>',
        '<noscript><iframe src="https://consent.example/v1/sites/newsroom/banner?lang=en"', "data-consent-open",
    ):  # fmt: skip
        assert part in html
    assert '<html lang="en" dir="ltr">' in html
    assert html.count("/Ana Ruiz/Northlight</span>") == 1
    assert page.headers["Content-Language"] == "en" and "X-Robots-Tag" not in page.headers
    assert "Set-Cookie" not in page.headers


def test_a_pending_translation_shows_the_original_as_such(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    page = client.get("/es/harbour-bridge")
    main = main_of(page.text)
    assert '<html lang="es" dir="ltr">' in page.text
    assert "Traduciendo…" in main and '<p lang="en" dir="ltr"><strong>Translating…</strong>' in main
    assert 'role="status"' in main and "0 de 8 pasajes" in main
    assert '<article lang="en" dir="ltr">' in main and "A bridge opens" in main and "By Ana Ruiz" in main
    assert 'data-events="/v1/articles/bridge/es/events"' in main
    assert page.headers["X-Robots-Tag"] == "noindex" and '<meta name="robots" content="noindex">' in page.text
    assert "s-maxage=5" in page.headers["Cache-Control"]
    assert 'rel="canonical"' not in page.text and "ld+json" not in page.text
    assert re.search(r'<script type="module" src="/static/page\.[0-9a-f]{16}\.js">', page.text)


def test_a_finished_translation_is_shown_with_its_disclaimer(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    client.get("/es/harbour-bridge")
    newsroom.translate("es")
    page = client.get("/es/harbour-bridge")
    main = main_of(page.text)
    assert "<h1>¡A bridge opens</h1>" in main and "Por Ana Ruiz" in main and ">Ciudad</a>" in main
    assert "traducido del inglés por una máquina (Apertium, 3.8)" in main
    assert "El editor no se hace responsable de la traducción" in main
    assert '<a href="/en/harbour-bridge" hreflang="en">Leer el original en inglés</a>' in main
    assert "<article lang=" not in main and "data-events" not in main
    assert page.headers["Content-Language"] == "es" and "X-Robots-Tag" not in page.headers


def test_a_failed_translation_says_so_and_shows_the_original(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.give_up("ar")
    page = client.get("/ar/harbour-bridge")
    main = main_of(page.text)
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "لا تتوفر حاليًا ترجمة" in main and '<article lang="en" dir="ltr">' in main
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_past_its_deadline_a_pending_page_is_a_failed_one(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    with sql.write(newsroom.house.engine) as connection:
        connection.execute(update(variant).values(deadline_ms=now_ms() - 1).where(variant.c.language == "es"))
    page = client.get("/es/harbour-bridge")
    assert "En este momento no hay traducción al español" in page.text and "Traduciendo" not in main_of(page.text)


def test_the_pseudo_locale_is_never_called_a_translation(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    pending = main_of(client.get("/en-XA/harbour-bridge").text)
    newsroom.translate("en-XA")
    page = client.get("/en-XA/harbour-bridge")
    main = main_of(page.text)
    assert "Pseudo-locale test rendering" in main
    for text in (pending.partition('<p lang="en"')[0], main):
        assert "translat" not in text.lower()
    assert page.headers["X-Robots-Tag"] == "noindex" and "ld+json" not in page.text


def test_a_changed_original_never_shows_the_old_translation(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    assert "¡A bridge" in client.get("/es/harbour-bridge").text
    newsroom.publish(an_article(headline="A bridge closes"))
    main = main_of(client.get("/es/harbour-bridge").text)
    assert "Traduciendo…" in main and "A bridge closes" in main and "¡" not in main


def test_a_translation_that_does_not_fit_is_not_shown(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es", **{"b1/html": "<script>alert(1)</script>"})
    main = main_of(client.get("/es/harbour-bridge").text)
    assert "no hay traducción" in main and "<script>" not in main and "The <em>last</em>" in main


def test_only_live_indexable_variants_are_alternates_and_they_are_reciprocal(
    client: FlaskClient, newsroom: Newsroom
) -> None:
    newsroom.publish()
    newsroom.translate("es")
    newsroom.translate("en-XA")
    pages = {language: client.get(f"/{language}/harbour-bridge").text for language in ("en", "es", "ar", "en-XA")}
    wanted = [
        ("en", "https://news.example/en/harbour-bridge"),
        ("es", "https://news.example/es/harbour-bridge"),
        ("x-default", "https://news.example/en/harbour-bridge"),
    ]
    for language in ("en", "es"):
        assert re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', pages[language]) == wanted
        assert f'<link rel="canonical" href="https://news.example/{language}/harbour-bridge">' in pages[language]
    for language in ("ar", "en-XA"):
        assert 'rel="alternate"' not in pages[language]


def test_json_ld_says_what_the_page_shows_and_breaks_nothing(client: FlaskClient, newsroom: Newsroom) -> None:
    hostile = 'Bridge </script><script>alert(1)</script> & "quotes"'
    newsroom.publish(an_article(headline=hostile, blocks=(*an_article().blocks, newsroom.image())))
    html = client.get("/en/harbour-bridge").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    assert data["@type"] == "NewsArticle" and data["headline"] == hostile and data["inLanguage"] == "en"
    assert data["author"] == [{"@type": "Person", "name": "Ana Ruiz"}]
    assert data["image"][0]["creditText"] == "/Ana Ruiz/Northlight"
    assert "<script>alert" not in html
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in html


def test_a_translation_names_its_original_and_its_kind(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get("/es/harbour-bridge").text)
    assert found
    data = json.loads(found[1])
    assert data["translationOfWork"]["@id"] == "https://news.example/en/harbour-bridge"
    assert 'og:locale:alternate" content="en_GB"' in client.get("/es/harbour-bridge").text
    original = json.loads(re.findall(r'ld\+json">(.*?)</script>', client.get("/en/harbour-bridge").text)[0])
    assert original["workTranslation"] == [{"@type": "NewsArticle", "@id": data["@id"], "inLanguage": "es"}]
    assert original["@id"] == data["translationOfWork"]["@id"] and "workTranslation" not in data
    assert data["digitalSourceType"].endswith("AlgorithmicallyEnhancedDigitalSource")


def test_long_articles_have_a_table_of_contents(client: FlaskClient, newsroom: Newsroom) -> None:
    blocks = [
        block
        for number in range(3)
        for block in (Heading(f"h{number}", 2, f"Part <em>{number}</em>"), Paragraph(f"p{number}", "word " * 250))
    ]
    newsroom.publish(an_article(blocks=tuple(blocks)))
    html = client.get("/en/harbour-bridge").text
    assert '<li><a href="#h-h0">Part 0</a></li>' in html and '<h2 id="h-h0">' in html
    newsroom.publish(an_article(blocks=tuple(blocks[:4])))
    assert "In this article" not in client.get("/en/harbour-bridge").text


def test_every_kind_of_block_is_shown(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=newsroom.every_block()))
    main = main_of(client.get("/en/harbour-bridge").text)
    for part in (
        '<div class="gallery">', "The bridge by night.", "<caption>Ways across</caption>",
        '<tr><td></td><th scope="col"><em>On foot</em></th><th scope="col">By ferry</th></tr>',
        '<tr><th scope="row">Fare</th><td>nothing</td><td></td></tr>',
        'data-category="media" data-src="https://player.video.example/42" title="The last bolt, filmed"',
        '<a href="https://video.example/42">The last bolt, filmed</a>', "Content from Harbourcast.",
        '<p class="pull"><a href="/dark-sky">The village that switched off its lamps</a></p>', "<hr>",
        '<pre dir="ltr" translate="no"><code class="language-python">if bridge:\n    cross(&lt;now&gt;)</code></pre>',
        '<strong>Correction</strong> <time datetime="2026-11-24T08:00:00Z">24 November 2026, 08:00 UTC</time>',
        "The bridge is <strong>310</strong> metres long.",
    ):  # fmt: skip
        assert part in main, part
    assert main.count('fetchpriority="high"') == 1 and "<iframe src" not in main and ' src="https' not in main


def test_an_empty_cell_is_no_heading(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=(Table("t1", (("", "By ferry"), ("Minutes", "9"))),)))
    assert '<tr><td></td><th scope="col">By ferry</th></tr>' in client.get("/en/harbour-bridge").text


def test_an_embed_waits_for_consent_and_only_its_own_frame_is_let_in(
    client: FlaskClient, newsroom: Newsroom, settings: Settings
) -> None:
    newsroom.publish(an_article(blocks=newsroom.every_block()))
    policy = client.get("/en/harbour-bridge").headers["Content-Security-Policy"]
    assert "frame-src https://consent.example https://player.video.example;" in policy
    alone = create_app(replace(settings, consent_public_url=""))
    page = alone.test_client().get("/en/harbour-bridge")
    assert "frame-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<iframe" not in page.text and '<a href="https://video.example/42">' in page.text
    alone.extensions["house"].engine.dispose()


def test_a_correction_is_told_to_machines(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=newsroom.every_block()))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get("/en/harbour-bridge").text)
    assert found
    data = json.loads(found[1])
    assert data["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "The bridge is 310 metres long.",
            "datePublished": "2026-11-24T08:00:00Z",
        }
    ]
    assert len(data["image"]) == 3


def test_what_a_crop_keeps_in_sight_is_named_where_lists_crop(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=(replace(newsroom.image(), focus=Focus(0.3, 0.9)),)))
    assert '<img class="x2 y7" src=' in client.get("/en/").text
    assert "<img src=" in client.get("/en/harbour-bridge").text


def test_each_language_has_its_own_address_and_every_other_leads_there(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(slug="first", slugs=(("es", "puente"),)))
    newsroom.publish(an_article(slugs=(("es", "puente-del-puerto"),)))
    newsroom.translate("es")
    for path, to in (
        ("/en/first", "/en/harbour-bridge"),
        ("/en/puente", "/en/harbour-bridge"),
        ("/es/puente", "/es/puente-del-puerto"),
        ("/es/first", "/es/puente-del-puerto"),
        ("/es/harbour-bridge", "/es/puente-del-puerto"),
        ("/ar/puente-del-puerto", "/ar/harbour-bridge"),
    ):
        moved = client.get(path)
        assert (moved.status_code, moved.headers["Location"]) == (301, to)
        assert client.get(to).status_code == 200
    html = client.get("/es/puente-del-puerto").text
    assert '<link rel="canonical" href="https://news.example/es/puente-del-puerto">' in html
    assert 'hreflang="en" href="https://news.example/en/harbour-bridge"' in html
    assert '<a href="/ar/harbour-bridge" hreflang="ar"' in html
    assert '"@id":"https://news.example/en/harbour-bridge"' in html
    assert 'href="/es/puente-del-puerto"' in client.get("/es/").text
    entry = client.get("/first", headers={"Accept-Language": "es"})
    assert (entry.status_code, entry.headers["Location"]) == (302, "/es/puente-del-puerto")


def test_two_readers_get_the_same_bytes(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    client.get("/en/harbour-bridge")
    answers = [
        client.get("/en/harbour-bridge", headers={"Cookie": cookie, "Accept-Language": language, "User-Agent": agent})
        for cookie, language, agent in (("consent_newsroom=v=1", "es", "a"), ("", "en", "b"))
    ]
    assert answers[0].data == answers[1].data and answers[0].headers["ETag"] == answers[1].headers["ETag"]


def test_the_policy_allows_what_the_page_has_and_no_more(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    page = client.get("/es/harbour-bridge")
    policy = page.headers["Content-Security-Policy"]
    found = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert found
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}' https://consent.example" in policy
    assert "script-src 'self' https://consent.example;" in policy
    assert "unsafe" not in policy and "nonce" not in policy
    assert " style=" not in page.text and " onclick" not in page.text
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_html_fits_into_fourteen_kilobytes(client: FlaskClient, newsroom: Newsroom) -> None:
    words = "A sentence of a newspaper article about a bridge, number {}, and what the people said. "
    blocks = tuple(Paragraph(f"p{n}", "".join(words.format(n * 10 + m) for m in range(5))) for n in range(25))
    newsroom.publish(an_article(blocks=blocks))
    page = client.get("/en/harbour-bridge", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip" and len(page.data) <= 14_000


@pytest.mark.parametrize(
    ("accepts", "to"),
    [("es-MX,en;q=0.5", "/es/"), ("fr", "/en/"), ("", "/en/"), ("ar;q=0.3, en;q=0.2", "/ar/"), ("*", "/en/")],
)
def test_the_entry_sends_each_reader_to_their_language(client: FlaskClient, accepts: str, to: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepts})
    assert (answer.status_code, answer.headers["Location"]) == (302, to)
    assert answer.headers["Cache-Control"] == "private, no-store" and answer.headers["Vary"] == "Accept-Language"


def test_an_address_without_a_language_leads_to_the_readers_own(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    answer = client.get("/harbour-bridge", headers={"Accept-Language": "es"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/es/harbour-bridge")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (client.get("/es").status_code, client.get("/es").headers["Location"]) == (308, "/es/")


def test_the_front_page_leads_to_sections_and_articles(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(blocks=(newsroom.image(),)))
    newsroom.publish(an_article(slug="sky", headline="Dark sky", section="Science"), "sky")
    newsroom.translate("es", "sky")
    html = client.get("/es/").text
    assert '<a href="/es/section/science">Ciencia</a>' in html
    assert "¡Dark sky" in html and re.search(r'<li lang="en" dir="ltr">.*?A bridge opens', html, re.DOTALL)
    assert '<meta name="description" content="Lo último: ¡Dark sky · A bridge opens">' in html
    section = client.get("/es/section/city")
    assert "A bridge opens" in section.text and "Dark sky" not in section.text
    assert client.get("/es/section/nowhere").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/en/nope",
        "/xx/",
        "/xx/harbour-bridge",
        "/ca/harbour-bridge",
        "/en/section/x",
        "/nope",
        "/en/%00",
        "/static/page.0.js",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client: FlaskClient, newsroom: Newsroom, path: str) -> None:
    newsroom.publish()
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text and answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", '"><img src=x>', "a" * 500, "\x00", "%s{}'--", "😀"])
def test_a_query_is_shown_as_text(client: FlaskClient, newsroom: Newsroom, query: str) -> None:
    answer = client.get("/en/search", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text


def test_searches_of_enough_readers_become_trends_on_every_page(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    assert "Search trends" in client.get("/en/harbour-bridge").text
    for reader in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        for typed in ("Bridge", "nothing found", "brid", "brigde"):
            client.get("/en/search", query_string={"q": typed}, environ_base={"REMOTE_ADDR": reader})
    assert trending.compute(newsroom.house) == ["en"]
    html = client.get("/en/harbour-bridge").text
    # no term has lasted yet
    assert '<h2 id="trends">Search trends</h2>' in html and "in the last 24 hours" in html
    links = re.findall(r'<a href="(/en/search[^"]+)" rel="nofollow"><bdi>([^<]+)', html)
    assert links == [("/en/search?q=bridge", "bridge")]
    assert trending.compute(newsroom.house) == []
    trending.choose(newsroom.house, "en", "bolt", PIN, Hand("an editor"))
    trending.compute(newsroom.house)
    pinned = '<bdi>bolt</bdi></a> <span class="note">(chosen by the editors)</span>'
    assert pinned in client.get("/en/harbour-bridge").text


def test_the_cache_counts_what_it_does(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    for _ in range(3):
        client.get("/es/harbour-bridge")
    told = client.get("/metrics").text
    assert 'page_cache_requests_total{what="miss"} 1.0' in told
    assert 'page_cache_requests_total{what="hit"} 2.0' in told


def test_the_script_is_immutable(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    found = re.search(r'src="(/static/[^"]+)"', client.get("/es/harbour-bridge").text)
    assert found
    script = client.get(found[1])
    assert script.content_type.startswith("text/javascript") and "immutable" in script.headers["Cache-Control"]


def test_without_a_consent_service_nothing_of_it_is_on_the_page(settings: Any, newsroom: Newsroom) -> None:
    newsroom.publish()
    app = create_app(replace(settings, consent_public_url=""))
    html = app.test_client().get("/en/harbour-bridge").text
    assert "banner.js" not in html and "data-consent-open>" not in html
    app.extensions["house"].engine.dispose()


def test_a_page_leads_on_and_nothing_on_it_outlives_its_time(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    newsroom.publish(an_article(slug="ferry", headline="The ferry stops"), "ferry")
    newsroom.publish()
    page = client.get("/en/harbour-bridge").text
    aside = page[page.index('<aside class="related"') :]
    assert '<h3><a href="/en/ferry">The ferry stops</a></h3>' in aside and ">More from City</a>" in aside
    assert 'href="/en/harbour-bridge"' not in aside
    start = now_ms()
    newsroom.publish(an_article(slug="ferry", headline="Never"), "ferry", times={"expires_ms": start + 30_000})
    assert "Never" in client.get("/en/harbour-bridge").text, "a change of what it leads to renews the page"
    assert "must-revalidate" in client.get("/en/harbour-bridge").headers["Cache-Control"]
    set_clock(start + 31_000)
    newsroom.house.cache.purge("a-bridge")
    assert "Never" not in client.get("/en/harbour-bridge").text
    newsroom.move("kill", "ferry")


def test_a_page_is_shared_without_anybody_watching(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(headline="Bolts & nuts?"))
    page = client.get("/en/harbour-bridge").text
    address = "https%3A%2F%2Fnews.example%2Fen%2Fharbour-bridge"
    assert f'href="mailto:?subject=Bolts%20%26%20nuts%3F&amp;body={address}" rel="nofollow noopener"' in page
    assert f'href="https://wa.me/?text=Bolts%20%26%20nuts%3F%20{address}"' in page
    assert len(re.findall(r"<script[^>]* src=", page)) == 2, "the banner's and our own"


def test_the_way_to_a_page_is_told_to_machines_too(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    page = client.get("/es/harbour-bridge").text
    crumbs = json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[1])
    steps = [(each["position"], each["name"], each.get("item")) for each in crumbs["itemListElement"]]
    assert steps == [
        (1, "The Imprimatur", "https://news.example/es/"),
        (2, "Ciudad", "https://news.example/es/section/city"),
        (3, "¡A bridge opens", None),
    ]
    assert '<a href="/es/">Portada</a> <a href="/es/section/city">Ciudad</a></nav>' in page


@pytest.mark.parametrize("policy", ["never", "reviewed"])
def test_a_newsroom_may_keep_machine_translations_out_of_search_engines(
    settings: Settings, newsroom: Newsroom, tmp_path: Path, policy: str
) -> None:
    (tmp_path / "site.yaml").write_text(f"name: News\nindex_machine_translations: {policy}\n")
    app = create_app(replace(settings, site_file=str(tmp_path / "site.yaml")))
    newsroom.publish()
    newsroom.translate("es")
    client = app.test_client()
    spanish, english = client.get("/es/harbour-bridge"), client.get("/en/harbour-bridge")
    assert "¡A bridge opens" in spanish.text and spanish.headers["X-Robots-Tag"] == "noindex"
    assert re.findall(r'rel="alternate" hreflang="(\S+)"', english.text) == ["en", "x-default"]
    assert "X-Robots-Tag" not in english.headers
    sitemap = client.get("/sitemap-1.xml").text
    assert "/en/harbour-bridge<" in sitemap and "/es/harbour-bridge" not in sitemap
    with sql.write(newsroom.house.engine) as connection:
        connection.execute(update(variant).where(variant.c.language == "es").values(review="reviewed"))
    newsroom.house.cache.purge("site")
    listed = policy == "reviewed"
    assert ("noindex" not in client.get("/es/harbour-bridge").headers.get("X-Robots-Tag", "")) is listed
    assert ("/es/harbour-bridge" in client.get("/sitemap-1.xml").text) is listed
    app.extensions["house"].engine.dispose()
