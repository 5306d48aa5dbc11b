"""Feeds, sitemaps, robots.txt and llms.txt, read as other systems read them."""

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from chassis import sql
from publisher.store.tables import article as article_table
from publisher.store.tables import revision as revision_table
from tests.publisher.newsroom import Newsroom, an_article, now_ms

HOUR = 3_600_000
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
FEEDS = ("/en/feed.xml", "/en/atom.xml", "/en/feed.json", "/en/section/city/feed.xml")
ALL = (*FEEDS, "/sitemap.xml", "/sitemap-1.xml", "/news-sitemap.xml", "/llms.txt", "/es/feed.json")


def xml(client: FlaskClient, path: str) -> ElementTree.Element:
    answer = client.get(path)
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.data)


def texts(root: ElementTree.Element, path: str) -> list[str | None]:
    return [each.text for each in root.iterfind(path, NAMES)]


def test_a_feed_tells_of_an_article_in_each_form(client: FlaskClient, newsroom: Newsroom) -> None:
    headline = "A <bridge> & ]]> \ufffe opens"
    newsroom.publish(an_article(headline=headline, keywords=("ferry",), blocks=newsroom.every_block()))
    told = "A <bridge> & ]]>  opens"
    rss = xml(client, "/en/feed.xml")
    assert texts(rss, "channel/item/title") == [told] and texts(rss, "channel/item/dc:creator") == ["Ana Ruiz"]
    assert texts(rss, "channel/item/link") == ["https://news.example/en/harbour-bridge"]
    assert texts(rss, "channel/item/media:content/media:credit") == ["/Ana Ruiz/Northlight"]
    assert texts(rss, "channel/item/category") == ["City", "ferry"]
    [body] = texts(rss, "channel/item/content:encoded")
    assert body is not None and 'src="https://news.example/media/' in body and "<iframe" not in body
    assert '<a href="https://news.example/dark-sky">' in body and "cross(&lt;now&gt;)" in body
    assert "<p>Source: Imprimatur Desk</p>" in body
    [guid] = texts(rss, "channel/item/guid")
    atom = xml(client, "/en/atom.xml")
    assert texts(atom, "atom:entry/atom:title") == [told] and texts(atom, "atom:entry/atom:id") == [guid]
    assert atom.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    data = json.loads(client.get("/en/feed.json").data)
    assert data["version"] == "https://jsonfeed.org/version/1.1" and data["language"] == "en"
    [item] = data["items"]
    assert (item["id"], item["content_html"], item["tags"]) == (guid, body, ["City", "ferry"])
    for path, kind in (("feed.xml", "rss+xml"), ("atom.xml", "atom+xml"), ("feed.json", "feed+json")):
        assert client.get(f"/en/{path}").content_type == f"application/{kind}; charset=utf-8"
        assert f'type="application/{kind}"' in client.get("/en/").text


def test_a_feed_has_what_can_be_read_in_its_language(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.publish(an_article(slug="sky", section="Science"), "sky")
    newsroom.translate("es", "sky")
    data = json.loads(client.get("/es/feed.json").data)
    assert [item["title"] for item in data["items"]] == ["¡A bridge opens"]
    assert data["items"][0]["url"] == "https://news.example/es/sky"
    assert "traducido del inglés por una máquina" in data["items"][0]["content_html"]
    assert json.loads(client.get("/ar/feed.json").data)["items"] == []
    section = xml(client, "/es/section/science/feed.xml")
    assert texts(section, "channel/title") == ["The Imprimatur – Ciencia"]
    for path in ("/en-XA/feed.xml", "/tlh/feed.xml", "/en/section/none/feed.xml", "/en/feed.txt", "/sitemap-2.xml"):
        assert client.get(path).status_code == 404


def test_a_minor_revision_brings_nothing_up_again(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    before = texts(xml(client, "/en/atom.xml"), "atom:entry/atom:updated")
    newsroom.publish(an_article(byline="B"), kind="minor")
    after = xml(client, "/en/atom.xml")
    assert texts(after, "atom:entry/atom:updated") == before
    assert texts(after, "atom:entry/atom:author/atom:name") == ["B"]


@pytest.mark.parametrize("hide", ["scheduled", "embargoed", "withheld", "unpublished", "killed", "expired"])
def test_what_is_not_public_leaks_into_nothing(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None], hide: str
) -> None:
    until = now_ms() + HOUR
    match hide:
        case "embargoed":
            newsroom.publish(times={"embargoed_until_ms": until})
        case "expired":
            newsroom.publish(times={"expires_ms": until})
        case "scheduled" | "withheld":
            newsroom.publish(status="withheld")
        case _:
            newsroom.publish()
            newsroom.translate("es")
            assert all("ridge" in client.get(path).text for path in ALL if path != "/sitemap.xml")
    if hide == "scheduled":
        newsroom.move("schedule", publish_ms=until)
    elif hide in ("unpublished", "killed"):
        newsroom.move("unpublish" if hide == "unpublished" else "kill")
    elif hide == "expired":
        set_clock(until)
    if hide not in ("killed", "unpublished"):
        newsroom.translate("es")
    for path in ALL:
        answer = client.get(path)
        assert answer.status_code in (200, 404) and "ridge" not in answer.text, path


def test_a_feed_that_has_not_changed_is_not_sent_again(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    start = now_ms()
    newsroom.publish()
    set_clock(start + 5_000)
    first = client.get("/en/feed.xml")
    known = client.get("/en/feed.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    dated = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/en/feed.xml", headers=dated).status_code == 304
    assert client.get("/en/feed.xml", headers=dated | {"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/en/feed.xml", headers={"If-Modified-Since": "yesterday"}).status_code == 200
    newsroom.move("kill")
    set_clock(start + 20_000)
    assert client.get("/en/feed.xml", headers=dated).status_code == 200, "what was taken out is news"


def test_a_feed_of_this_very_second_is_not_dated(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    assert "Last-Modified" not in client.get("/en/feed.xml").headers


def test_sitemaps_name_every_live_page_and_all_of_them_one_another(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(slug="first", slugs=(("es", "puente"),)))
    newsroom.publish(an_article(slugs=(("es", "puente"),)))
    newsroom.translate("es")
    newsroom.translate("en-XA")
    index = xml(client, "/sitemap.xml")
    assert texts(index, "s:sitemap/s:loc") == ["https://news.example/sitemap-1.xml"]
    root = xml(client, "/sitemap-1.xml")
    pages = ["https://news.example/en/harbour-bridge", "https://news.example/es/puente"]
    lists = [f"https://news.example/{each}/{end}" for end in ("", "section/city") for each in ("en", "es", "ar")]
    located = texts(root, "s:url/s:loc")
    assert located == lists + pages, "neither what is pending nor the pseudo-locale nor an old slug"
    for url in root.findall("s:url", NAMES)[len(lists) :]:
        named = [(link.get("hreflang"), link.get("href")) for link in url.iterfind("x:link", NAMES)]
        assert named == [("en", pages[0]), ("es", pages[1]), ("x-default", pages[0])]
    in_page = re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', client.get("/es/puente").text)
    assert in_page == named


def test_lists_name_their_languages_and_where_others_go(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    for path, default in (("/es/", "/"), ("/es/section/city", "/en/section/city")):
        named = dict(re.findall(r'hreflang="([^"]+)" href="(https://[^"]+)"', client.get(path).text))
        assert set(named) == {"en", "es", "ar", "x-default"}
        assert named["x-default"] == f"https://news.example{default}"


def test_news_is_two_days_old_at_most(
    client: FlaskClient, newsroom: Newsroom, set_clock: Callable[[int], None]
) -> None:
    newsroom.publish()
    revision = newsroom.revision()
    assert revision is not None and revision.first_published_ms is not None
    end = revision.first_published_ms + 48 * HOUR
    set_clock(end - 5_000)
    newsroom.house.cache.purge("lists")
    last = client.get("/news-sitemap.xml")
    assert texts(ElementTree.fromstring(last.data), "s:url/news:news/news:title") == ["A bridge opens"]
    assert "s-maxage=5, must-revalidate" in last.headers["Cache-Control"], "the clock takes it out"
    set_clock(end)
    newsroom.house.cache.purge("lists")
    assert texts(xml(client, "/news-sitemap.xml"), "s:url/s:loc") == []
    assert "harbour-bridge" in client.get("/sitemap-1.xml").text


def test_of_news_the_newest_thousand_are_told(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    with sql.write(newsroom.house.engine) as connection:
        first = dict(connection.execute(select(article_table)).mappings().one())
        content = dict(connection.execute(select(revision_table)).mappings().one())
        older = [first["first_published_ms"] - number for number in range(1, 1001)]
        rows = [first | {"id": f"a{ms}", "slug": f"a{ms}", "first_published_ms": ms} for ms in older]
        connection.execute(article_table.insert(), rows)
        connection.execute(revision_table.insert(), [content | {"article": f"a{ms}"} for ms in older])
    told = texts(xml(client, "/news-sitemap.xml"), "s:url/s:loc")
    assert len(told) == 1000 and told[0] == "https://news.example/en/harbour-bridge"


def test_robots_are_kept_from_the_api_and_searches(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /v1/" in text and "Disallow: /es/search?" in text and "Disallow: /preview/" in text
    assert "Sitemap: https://news.example/sitemap.xml" in text


def test_language_models_are_told_where_what_is(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish(an_article(headline="A [bridge]\nopens"))
    text = client.get("/llms.txt").text
    assert text.startswith("# The Imprimatur\n") and "[Español](https://news.example/es/)" in text
    assert "- [A (bridge) opens](https://news.example/en/harbour-bridge): After forty years." in text
