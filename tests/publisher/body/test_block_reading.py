from typing import Any

import pytest

from publisher.body.block_reading import read_blocks
from publisher.body.blocks import Code, Correction, Embed, Gallery, Image, Table

PICTURE: dict[str, Any] = {
    "media": "0" * 64,
    "caption": "A bridge. /Ana Ruiz/Northlight",
    "alt": "An arch",
    "credit": {"creators": ["Ana Ruiz"], "agency": "Northlight"},
}
GALLERY = {"type": "gallery", "pictures": [PICTURE, PICTURE | {"focus": {"x": 0.25, "y": 1.0}}]}
TABLE = {"type": "table", "caption": "Fares", "rows": [["", "Adult"], ["Ferry", "4 <em>euros</em>"]]}
EMBED = {"type": "embed", "url": "https://youtu.be/dQw4w9WgXcQ?t=4", "title": "The bolt", "category": "media"}
LINK = {"type": "link", "href": "/dark-sky", "text": "Dark sky"}
CODE = {"type": "code", "code": "\n  a = 1\r\n\tb = 2\n", "syntax": "python"}
CORRECTION = {"type": "correction", "html": "It is 310 metres.", "date": "2026-11-24T09:00:00+01:00"}


def read(block: dict[str, Any]) -> Any:
    blocks, faults = read_blocks([block])
    assert faults == []
    return blocks[0]


def test_every_kind_is_read_in_its_canonical_form() -> None:
    gallery = read(GALLERY)
    assert isinstance(gallery, Gallery) and [each.caption for each in gallery.pictures] == ["A bridge."] * 2
    assert gallery.pictures[1].focus == (0.25, 1.0)
    table = read(TABLE)
    assert isinstance(table, Table) and (table.header, table.rows[0]) == ("row", ("", "Adult"))
    code = read(CODE)
    assert isinstance(code, Code) and code.code == "  a = 1\n\tb = 2"
    correction = read(CORRECTION)
    assert isinstance(correction, Correction) and correction.date == "2026-11-24T08:00:00Z"
    assert read(LINK).href == "/dark-sky" and read({"type": "divider"}).id.startswith("b-")


def test_an_embed_of_a_known_player_shows_the_player() -> None:
    embed = read(EMBED)
    assert isinstance(embed, Embed)
    assert (embed.provider, embed.frame) == ("YouTube", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ")
    own = read(EMBED | {"url": "https://video.example/42", "frame": "https://player.video.example/42", "provider": "V"})
    assert (own.provider, own.frame, own.ratio) == ("V", "https://player.video.example/42", "16:9")


def test_a_picture_keeps_the_id_that_its_content_always_had() -> None:
    block = read({"type": "image", **PICTURE})
    assert isinstance(block, Image) and block.id == "b-4e1129dadcc8"
    assert read({"type": "image", **PICTURE, "focus": {"x": 0.5, "y": 0.5}}).id != block.id


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (GALLERY | {"pictures": [PICTURE]}, "blocks.0.pictures: expected 2 to 50 pictures, got 1"),
        (GALLERY | {"pictures": [PICTURE, PICTURE | {"alt": None}]}, "blocks.0.pictures.1.alt: expected a text for"),
        (GALLERY | {"pictures": [PICTURE, PICTURE | {"credit": {}}]}, "blocks.0.pictures.1.credit: expected a creator"),
        (GALLERY | {"pictures": [PICTURE, PICTURE | {"focus": {"x": 1.5, "y": 0.0}}]},
         "blocks.0.pictures.1.focus.x: expected a part of the picture from 0 to 1, got 1.5"),
        (TABLE | {"rows": []}, "blocks.0.rows: expected 1 to 500 rows, got 0"),
        (TABLE | {"rows": [[]]}, "blocks.0.rows.0: expected 1 to 20 cells, got 0"),
        (TABLE | {"rows": [["a", "b"], ["c"]]}, "blocks.0.rows.1: expected 2 cells, as in the first row, got 1"),
        (TABLE | {"rows": [["", " "]]}, "blocks.0.rows: expected a cell with text, got none"),
        (TABLE | {"rows": [["a"], ["<b>x</b>"]]}, "blocks.0.rows.1.0: expected only em strong a code br, got <b>"),
        (TABLE | {"header": "rows"}, "blocks.0.header: expected one of row, column, both, none, got 'rows'"),
        (EMBED | {"url": "http://video.example/42"}, "blocks.0.url: expected an https address"),
        (EMBED | {"url": "https://user@video.example/"}, "blocks.0.url: expected an https address"),
        (EMBED | {"url": "https://video.example;script-src *"}, "blocks.0.url: expected an https address"),
        (EMBED | {"url": "https://[::1"}, "blocks.0.url: expected an https address"),
        (EMBED | {"frame": "javascript:alert(1)"}, "blocks.0.frame: expected an https address"),
        (EMBED | {"title": " "}, "blocks.0.title: expected text, got nothing"),
        (EMBED | {"category": "Media!"}, "blocks.0.category: expected the id of a consent purpose"),
        (EMBED | {"ratio": "2:1"}, "blocks.0.ratio: expected one of 16:9, 4:3, 1:1, 9:16, got '2:1'"),
        (LINK | {"href": "//other.example"}, "blocks.0.href: expected an http, https or mailto address"),
        (LINK | {"text": ""}, "blocks.0.text: expected text, got nothing"),
        (CODE | {"code": "\n\n"}, "blocks.0.code: expected text, got nothing"),
        (CODE | {"code": "a\x00"}, "blocks.0.code: expected no control characters"),
        (CODE | {"syntax": "a b"}, "blocks.0.syntax: expected the name of a language"),
        (CORRECTION | {"kind": "erratum"}, "blocks.0.kind: expected one of correction, clarification, retraction"),
        (CORRECTION | {"date": "2026-11-24T09:00:00"}, "blocks.0.date: expected a time as in"),
        (CORRECTION | {"date": "0001-01-01T00:00:00+23:00"}, "blocks.0.date: expected a time as in"),
        (CORRECTION | {"date": "yesterday"}, "blocks.0.date: expected a time as in"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_block_and_field(block: dict[str, Any], told: str) -> None:
    blocks, faults = read_blocks([block])
    assert blocks == () and str(faults[0]).startswith(told)
