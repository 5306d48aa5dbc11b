# ruff: noqa: E501
"""NewsML-G2: messages, items, packages; what is closed, and what XML can be made to do."""

from typing import Any

import pytest

from chassis.errors import Invalid, Malformed
from publisher.ingest.formats import Given, read_items
from publisher.ingest.received import PACKAGE, PICTURE, Received, Refused

NAR = "http://iptc.org/std/nar/2006-10-01/"
XHTML = '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html></inlineXML>'
NITF = """<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body>
<body.head><hedline><hl1>A bridge opens</hl1></hedline></body.head>
<body.content><p>The last <em>bolt</em>.</p><hl2>How to cross</hl2><p>On foot.</p>
<media media-type="image"><media-reference source="https://n.example/b.jpg"/><media-caption>Dusk</media-caption>
<media-producer>Elena Marsh/Northlight</media-producer></media></body.content></body></nitf></inlineXML>"""


def item(
    content: str, guid: str = "urn:example:1", kind: str = "text", meta: str = "", about: str = "", **more: str
) -> str:
    attributes = {"guid": guid, "version": "3"} | more
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f"""<newsItem xmlns="{NAR}" standard="NewsML-G2" {written} xml:lang="en-GB">
    <itemMeta><itemClass qcode="ninat:{kind}"/><provider literal="n"><name>Northlight</name></provider>
    <versionCreated>2026-11-23T08:00:00+00:00</versionCreated>{meta}</itemMeta>
    <contentMeta><headline>A bridge opens</headline>{about}</contentMeta><contentSet>{content}</contentSet></newsItem>"""


SHOT = item(
    '<remoteContent href="https://n.example/small.jpg" contenttype="image/jpeg" width="60" height="40"/>'
    '<remoteContent href="https://n.example/b.jpg" contenttype="image/jpeg" width="600" height="400"/>',
    "urn:example:2", "picture",
    about='<creator><name>Elena Marsh</name></creator><creditline>Northlight</creditline>'
    '<description role="drol:caption">The bridge at dusk.</description>',
)  # fmt: skip


def read(text: str, media_type: str = "application/vnd.iptc.g2.newsitem+xml") -> list[Any]:
    return list(read_items(media_type, text.encode(), Given()))


def test_a_text_item_says_what_it_is_when_and_how_it_corrects() -> None:
    meta = (
        "<embargoed>2096-01-01T00:00:00Z</embargoed><pubStatus qcode='stat:withheld'/>"
        "<signal uri='http://cv.iptc.org/newscodes/signal/correction'/>"
    )
    about = "<by>Ana Ruiz</by><infoSource><name>Harbour Times</name></infoSource><subject qcode='m:1'><name>bridges</name></subject>"
    [made] = read(item(XHTML.format("<p>One.</p><h2>Two</h2>"), meta=meta, about=about))
    assert (made.uri, made.version, made.status, made.kind, made.language) == (
        "urn:example:1",
        "3",
        "withheld",
        "correction",
        "en-GB",
    )
    assert (made.byline, made.source, made.keywords) == ("Ana Ruiz", "Harbour Times", ("bridges",))
    assert made.times == {"embargoed_until_ms": 3976214400000}
    assert [block["type"] for block in made.blocks] == ["paragraph", "heading"]


def test_an_embargo_without_an_end_withholds() -> None:
    [made] = read(item(XHTML.format("<p>One.</p>"), meta="<embargoed/><pubStatus qcode='stat:usable'/>"))
    assert (made.status, made.times) == ("withheld", {})


def test_nitf_inside_is_read_with_its_pictures() -> None:
    [made] = read(item(NITF))
    assert [block["type"] for block in made.blocks] == ["paragraph", "heading", "paragraph", "image"]
    assert made.blocks[-1]["credit"] == {"creators": ["Elena Marsh"], "agency": "Northlight"}
    assert made.source == "Northlight"


def test_the_pictures_of_a_message_stand_with_its_text() -> None:
    message = f'<newsMessage xmlns="{NAR}"><header/><itemSet>{item(XHTML.format("<p>One.</p>"))}{SHOT}</itemSet></newsMessage>'
    text, shot = read(message)
    assert isinstance(shot, Received) and shot.type == PICTURE
    assert shot.blocks[0]["hrefs"] == ["https://n.example/b.jpg", "https://n.example/small.jpg"]
    assert shot.blocks[0]["credit"] == {"creators": ["Elena Marsh"], "agency": "Northlight"}
    assert [block["type"] for block in text.blocks] == ["image", "paragraph"] and text.blocks[0][
        "item"
    ] == "urn:example:2"


def test_a_package_joins_the_pictures_that_it_names_to_its_text() -> None:
    package = f"""<packageItem xmlns="{NAR}" guid="urn:example:p" version="1"><itemMeta><itemClass qcode="ninat:composite"/></itemMeta>
    <groupSet root="g"><group id="g" role="group:main"><itemRef residref="urn:example:1"/><itemRef residref="urn:example:9"/></group></groupSet></packageItem>"""
    other = item(XHTML.format("<p>Two.</p>"), "urn:example:3")
    items = item(XHTML.format("<p>One.</p>")) + other + package
    text, apart, made = read(f'<newsMessage xmlns="{NAR}"><itemSet>{items}</itemSet></newsMessage>')
    assert made.type == PACKAGE and text.blocks[0]["item"] == "urn:example:9" and len(apart.blocks) == 1


def test_what_the_standard_has_not_is_refused_by_name_and_what_extends_it_is_passed_over() -> None:
    extended = '<mood xmlns="urn:other">sunny</mood>'
    made, refused = read(
        f'<newsMessage xmlns="{NAR}"><itemSet>{item(XHTML.format("<p>One.</p>"), meta=extended)}'
        f"{item('', 'urn:example:4', meta='<mood/>', version='x')}</itemSet></newsMessage>"
    )
    assert isinstance(made, Received) and isinstance(refused, Refused)
    assert [each.field for each in refused.problem.fields] == ["itemMeta.mood", "version"]
    for kind, field in {"video": "itemMeta.itemClass", "text": "embargoed"}.items():
        [refused] = read(item("", kind=kind, meta="<embargoed>soon</embargoed>" if kind == "text" else ""))
        assert refused.problem.fields[0].field == field
    with pytest.raises(Invalid, match="expected newsMessage"):
        read(f'<conceptItem xmlns="{NAR}"/>')


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss>&c;</rss>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        '<!DOCTYPE rss SYSTEM "https://far.example/rss.dtd"><rss/>',
        "<rss>", "", "text", "<a>" * 5000,
    ],
)  # fmt: skip
def test_a_document_that_declares_entities_or_is_none_is_refused(xml: str) -> None:
    with pytest.raises(Malformed):
        read(xml, "application/xml")
