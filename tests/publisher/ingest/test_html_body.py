# ruff: noqa: E501
"""Tag soup as blocks."""

import pytest

from publisher.faults import Fault
from publisher.ingest.html_body import read_html

SOUP = """<h1>A bridge opens</h1>
<p>Hello <b>big</b>
 world <a href="/x">here</a> and <a href="javascript:x()">nowhere</a>.</p><script>count()</script>
<div>loose <i>text</i><br><br>second<br>line<p>third<img src="a.jpg" alt="A boat. Photo: Ana Ruiz/AFP">rest</div>
<figure><a href="/l"><img src="/b.jpg" alt="Four arches"></a><figcaption>The arches <span class="credit">Ana Ruiz / AFP</span></figcaption></figure>
<ol><li>a<p>b</p><li>c</ol><blockquote><p>It stands.</p><p>Still.</p><cite>— Elena</cite></blockquote>
<table><caption>Ways</caption><tr><th>How<th>Minutes<tr><td>Foot<td>12<tr><td>Ferry</table>
<pre>if bridge:
    cross()</pre><hr>
<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ" title="The last bolt"></iframe>
<iframe src="https://maps.example/1"></iframe>
<img src="https://t.example/p.gif" width=1 height=1><p style="display:none">hidden</p>&lt;tail&gt;"""


def test_soup_becomes_blocks_and_nothing_that_readers_see_is_lost() -> None:
    blocks = read_html(SOUP, "https://a.example/b/", "A bridge opens").blocks
    credit = {"creators": ["Ana Ruiz"], "agency": "AFP"}
    assert blocks == [
        {"type": "paragraph", "html": 'Hello <strong>big</strong> world <a href="https://a.example/x">here</a> and nowhere.'},
        {"type": "paragraph", "html": "loose <em>text</em>"},
        {"type": "paragraph", "html": "second<br>line"},
        {"type": "paragraph", "html": "third"},
        {"type": "image", "hrefs": ["https://a.example/b/a.jpg"], "caption": "A boat.", "alt": "A boat.", "credit": credit},
        {"type": "paragraph", "html": "rest"},
        {"type": "image", "hrefs": ["https://a.example/b.jpg"], "caption": "The arches", "alt": "Four arches", "credit": credit},
        {"type": "list", "ordered": True, "items": ["a<br>b", "c"]},
        {"type": "quote", "html": "It stands.<br>Still.", "attribution": "Elena"},
        {"type": "table", "rows": [["How", "Minutes"], ["Foot", "12"], ["Ferry", ""]], "header": "row", "caption": "Ways"},
        {"type": "code", "code": "if bridge:\n    cross()"},
        {"type": "divider"},
        {"type": "embed", "url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "title": "The last bolt", "category": "media"},
        {"type": "link", "href": "https://maps.example/1", "text": "https://maps.example/1"},
        {"type": "paragraph", "html": "&lt;tail&gt;"},
    ]  # fmt: skip


def test_a_picture_inside_of_its_address_comes_along_and_one_that_leads_nowhere_leaves_its_words() -> None:
    shown = read_html(
        '<img src="data:image/png;base64,aGk=" alt="Dusk"><img src="blob:1" alt="Dawn"><img src="cid:2">'
    ).blocks
    assert [(each["caption"], each.get("data"), each["hrefs"]) for each in shown] == [
        ("Dusk", b"hi", []),
        ("Dawn", None, []),
    ]


def test_a_heading_that_is_not_the_headline_stays() -> None:
    assert read_html("<h1>Another</h1><h5>Low</h5>", headline="A bridge").blocks == [
        {"type": "heading", "level": 2, "html": "Another"},
        {"type": "heading", "level": 4, "html": "Low"},
    ]


@pytest.mark.parametrize("html", ["", " ", "<!-- x -->", "<script>x</script>", "\0", "</p>"])
def test_what_shows_nothing_is_no_block(html: str) -> None:
    assert read_html(html).blocks == []


def test_html_nested_beyond_what_is_read_is_refused_and_not_cut() -> None:
    with pytest.raises(Fault, match="256 deep"):
        read_html("<div>" * 2000 + "words")
