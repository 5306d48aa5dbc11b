import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from publisher.body.markdown import read_manuscript

FRONT = """---
title: The bridge
slug: bridge
language: en
author: [Ana Ruiz, Ben Okafor]
tags: bridge, ferry
date: 2026-11-23
---
"""


def blocks(text: str) -> list[dict[str, object]]:
    return read_manuscript(f"# T\n\n{text}").blocks


def test_front_matter_is_read_with_its_usual_other_names() -> None:
    manuscript = read_manuscript(FRONT + "\nText\n")
    fields = manuscript.fields
    assert (fields["id"], fields["slug"], fields["headline"], fields["language"]) == (
        "bridge",
        "bridge",
        "The bridge",
        "en",
    )
    assert (fields["byline"], fields["keywords"], fields["section"]) == (
        "Ana Ruiz, Ben Okafor",
        ["bridge", "ferry"],
        "News",
    )
    assert manuscript.ignored == ("date",)
    assert manuscript.lines == [10]


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    manuscript = read_manuscript("\ufeff# Ávila's *bridge*\r\n\r\nText\r\n")
    assert manuscript.fields["headline"] == "Ávila's bridge"
    assert manuscript.fields["slug"] == "avila-s-bridge"
    assert manuscript.blocks == [{"type": "paragraph", "html": "Text"}]


def test_a_heading_that_repeats_the_title_is_left_out_and_another_is_kept() -> None:
    assert [block["type"] for block in read_manuscript(FRONT + "# The bridge\n\nText").blocks] == ["paragraph"]
    kept = read_manuscript(FRONT + "# Another\n\nText").blocks[0]
    assert kept == {"type": "heading", "level": 2, "html": "Another"}


def test_every_kind_of_block_is_read() -> None:
    assert blocks("## Two *em*\n\n#### Four\n\n- a\n- **b**\n\n1. one\n\n> said\n>\n> — Elena Marsh, engineer\n") == [
        {"type": "heading", "level": 2, "html": "Two <em>em</em>"},
        {"type": "heading", "level": 4, "html": "Four"},
        {"type": "list", "ordered": False, "items": ["a", "<strong>b</strong>"]},
        {"type": "list", "ordered": True, "items": ["one"]},
        {"type": "quote", "html": "said", "attribution": "Elena Marsh, engineer"},
    ]


def test_tables_code_and_dividers_are_read() -> None:
    text = "| | Adult |\n|---|---|\n| Ferry | *4* |\n\nTable: Fares\n\n```python\na = 1\n  b\n```\n\n---\n\nText"
    table, code, divider, _ = blocks(text)
    assert table == {
        "type": "table",
        "header": "row",
        "rows": [["", "Adult"], ["Ferry", "<em>4</em>"]],
        "caption": "Fares",
    }
    assert code == {"type": "code", "code": "a = 1\n  b\n", "syntax": "python"}
    assert divider == {"type": "divider"}


def test_pictures_in_one_paragraph_are_a_gallery() -> None:
    [gallery] = blocks('![An arch](a.jpg "At dusk. /Ana Ruiz/Northlight")\n![](b.jpg "By night. /Ben Okafor")')
    assert [picture["path"] for picture in gallery["pictures"]] == ["a.jpg", "b.jpg"]  # type: ignore[index, attr-defined]


def test_a_link_alone_is_a_pull_link_or_an_embed() -> None:
    assert blocks("[Dark *sky*](/dark-sky)\n\n[The bolt](https://video.example/42 'embed: media 4:3')") == [
        {"type": "link", "href": "/dark-sky", "text": "Dark sky"},
        {"type": "embed", "url": "https://video.example/42", "title": "The bolt", "category": "media", "ratio": "4:3"},
    ]
    assert [block["type"] for block in blocks("[a](/a) and [b](/b)\n\n[a](/a) [b](/b)")] == ["paragraph", "paragraph"]


def test_a_marked_quote_is_a_correction() -> None:
    assert blocks("> [!CORRECTION 2026-11-24]\n> It is 310 *metres*.\n\n> [!retraction] All of it.") == [
        {
            "type": "correction",
            "kind": "correction",
            "date": "2026-11-24T00:00:00Z",
            "html": "It is 310 <em>metres</em>.",
        },
        {"type": "correction", "kind": "retraction", "date": None, "html": "All of it."},
    ]


def test_a_title_without_a_latin_letter_takes_the_ids_slug() -> None:
    assert read_manuscript("---\ntitle: 四十年\nid: bridge\n---\n").fields["slug"] == "bridge"


def test_slugs_of_languages_stand_in_the_front_matter() -> None:
    assert read_manuscript("---\ntitle: T\nslugs: {es: puente}\n---\n").fields["slugs"] == {"es": "puente"}
    with pytest.raises(Invalid, match="slugs: expected lines of the form"):
        read_manuscript("---\ntitle: T\nslugs: puente\n---\n")


def test_inline_markup_is_kept() -> None:
    [block] = blocks("A *b* **c** `d<e>` [f](https://example.org/?a=1&b=2) <https://g.org>\\\nh & i < j\nk")
    assert block["html"] == (
        'A <em>b</em> <strong>c</strong> <code>d&lt;e&gt;</code> <a href="https://example.org/?a=1&amp;b=2">f</a> '
        '<a href="https://g.org">https://g.org</a><br>h &amp; i &lt; j k'
    )


@pytest.mark.parametrize(
    "text",
    [
        '![An arch](a.jpg "At dusk. /Ana Ruiz/Northlight")',
        "![An arch](a.jpg)\n*At dusk. /Ana Ruiz/Northlight*",
        "![An arch](a.jpg)\n\nAt dusk. /Ana Ruiz/Northlight",
    ],
)
def test_a_caption_stands_in_the_title_or_below_the_picture(text: str) -> None:
    assert blocks(text) == [
        {
            "type": "image",
            "path": "a.jpg",
            "alt": "An arch",
            "decorative": False,
            "caption": "At dusk.",
            "credit": {"creators": ["Ana Ruiz"], "agency": "Northlight"},
        }
    ]


def test_a_quote_of_two_sentences_has_no_attribution() -> None:
    [block] = blocks("> One.\n>\n> Two.\n")
    assert (block["html"], block["attribution"]) == ("One.<br>Two.", None)


def test_comments_are_nothing_to_read() -> None:
    assert blocks("<!-- editor: check -->\n\nText") == [{"type": "paragraph", "html": "Text"}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Text without a title", "expected a title in the front matter or as the first # heading, got none"),
        ("---\ntitle: [a\n---\n", "front matter: expected YAML"),
        ("---\n- a\n---\n", "front matter: expected lines of the form name: text"),
        ("# T\n\nText\n\nx <script>alert(1)</script>", "line 5: expected only em strong a code br, got <script>"),
        ("# T\n\n<div>x</div>\n", "line 3: expected headings, paragraphs, lists, quotes and pictures, got <div>"),
        ("# T\n\n[a](javascript:alert(1))", "line 3: expected an http, https or mailto address"),
        ("# T\n\n[a](other.md)", "line 3: expected an http, https or mailto address"),
        ('# T\n\nText ![a](b.jpg "c") text', "line 3: expected a picture alone in its paragraph"),
    ],
)
def test_what_has_no_place_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_manuscript(text)
    assert refused.value.detail.startswith(told)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_manuscript("# T\n\n" + text)
    except Invalid as refused:
        assert refused.detail
