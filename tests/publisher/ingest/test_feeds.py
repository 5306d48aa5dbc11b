# ruff: noqa: E501
"""RSS, Atom and JSON Feed."""

import json
from typing import Any

from publisher.ingest.formats import Given, read_items
from publisher.ingest.received import WITHHELD, Refused

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Harbour Times</title><link>https://h.example/</link><language>en</language>
<item><guid isPermaLink="false">tag:h.example,2026:1</guid><link>https://h.example/bridge</link><title>A bridge &amp;amp; a ferry</title>
<dc:creator>Ana Ruiz</dc:creator><pubDate>Mon, 23 Nov 2026 18:30:00 +0100</pubDate><category>City</category>
<description>After forty years.</description>
<content:encoded><![CDATA[<p>One <a href="plan">plan</a>.</p><img src="/b.jpg?w=800" alt="Dusk">]]></content:encoded>
<media:content url="https://h.example/b.jpg?w=800" medium="image"><media:description>The bridge at dusk.</media:description>
<media:credit>Elena Marsh/Northlight</media:credit></media:content>
<media:group><media:content url="https://h.example/c.jpg" medium="image"/><media:content url="https://h.example/c-small.jpg" medium="image"/>
<media:description>The ferry. Photo: Ivo Lind / AFP</media:description></media:group></item>
<item><title>No id</title></item>
<item><link>https://h.example/2</link><title>Only a summary</title><author>ed@h.example (Ed Marsh)</author><description>&lt;p&gt;Short.&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>Diario</title>
<author><name>Redacción</name></author>
<entry><id>urn:uuid:1</id><title type="html">Un &lt;b&gt;puente&lt;/b&gt;</title><updated>2026-11-23T18:30:00Z</updated>
<link href="https://d.example/puente"/><link rel="enclosure" type="image/jpeg" href="https://d.example/p.jpg"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Uno<br/>dos.</p></div></content></entry>
<at:deleted-entry ref="urn:uuid:2" when="2026-11-24T08:00:00Z"/></feed>"""


def read(text: str, media_type: str = "application/rss+xml", given: Given | None = None) -> list[Any]:
    return list(read_items(media_type, text.encode(), given or Given()))


def test_an_rss_entry_brings_its_text_people_times_and_pictures() -> None:
    made, refused, short = read(RSS, given=Given(section="World", language="ca"))
    assert (made.uri, made.headline, made.byline) == ("tag:h.example,2026:1", "A bridge & a ferry", "Ana Ruiz")
    assert (made.language, made.section, made.source, made.created_ms) == (
        "en",
        "World",
        "Harbour Times",
        1795455000000,
    )
    assert made.description == "After forty years." and made.keywords == ("City",)
    ferry, text, bridge = made.blocks
    assert ferry["caption"] == "The ferry." and ferry["credit"] == {"creators": ["Ivo Lind"], "agency": "AFP"}
    assert ferry["hrefs"] == ["https://h.example/c.jpg"]
    assert text["html"] == 'One <a href="https://h.example/plan">plan</a>.'
    assert bridge["caption"] == "Dusk" and bridge["credit"] == {"creators": ["Elena Marsh"], "agency": "Northlight"}
    assert isinstance(refused, Refused) and refused.problem.fields[0].field == "guid"
    assert (short.uri, short.byline, short.blocks[0]["html"]) == ("https://h.example/2", "Ed Marsh", "Short.")


def test_an_atom_entry_is_read_and_a_deleted_one_taken_off_the_pages() -> None:
    made, gone = read(ATOM, "application/atom+xml")
    assert (made.uri, made.headline, made.language, made.byline) == ("urn:uuid:1", "Un puente", "es", "Redacción")
    assert [block["type"] for block in made.blocks] == ["image", "paragraph"]
    assert made.blocks[1]["html"] == "Uno<br>dos."
    assert (gone.uri, gone.status) == ("urn:uuid:2", WITHHELD)


def test_a_json_feed_is_told_from_ninjs_by_its_version() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Harbour Times", "language": "en",
        "items": [{"id": "1", "url": "https://h.example/1", "title": "A bridge", "content_html": "<p>One.</p>", "tags": ["city"],
                   "image": "https://h.example/b.jpg", "authors": [{"name": "Ana Ruiz"}], "date_published": "2026-11-23T18:30:00Z"}],
    }  # fmt: skip
    [made] = read(json.dumps(feed), "application/json")
    assert (made.uri, made.byline, made.source, len(made.blocks)) == ("1", "Ana Ruiz", "Harbour Times", 2)
