"""Texts copied from web pages: what is understood of them, and that no word of them is lost."""

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from publisher.body.credits import Credit, format_line
from publisher.ingest.copied_text import read_copied
from publisher.ingest.received import Received
from tests.publisher.ingest.copied import ARTICLES, Copied

LABELS = set(
    re.findall(
        r"\w+",
        """by por per von words text source sources fuente quelle font photo photograph foto imatge image caption alt
        title picture credit of courtesy for 2026 1 2 3 tags topics
        keywords""",
    )
)
"""What a label says is told by the place where the labelled stands."""


@pytest.mark.parametrize("copied", ARTICLES.values(), ids=ARTICLES)
def test_an_article_is_understood_as_its_readers_would(copied: Copied) -> None:
    item = read_copied(copied.text)
    assert (item.headline, item.description, item.byline, item.source) == (
        copied.title, copied.standfirst, copied.byline, copied.source,
    )  # fmt: skip
    assert [_short(block) for block in item.blocks] == copied.blocks
    left = [each.text for each in item.left_out]
    assert [text for text in copied.left if text not in left] == []
    assert _lost(copied.text, item) == Counter()


LINES = st.one_of(
    st.sampled_from([line for copied in ARTICLES.values() for line in copied.text.split("\n")]),
    st.text("ab ABé.,:;!?\"'“”«»—–-/()[]|>•*1920©", max_size=60),
)


@given(st.lists(LINES, min_size=1, max_size=25))
def test_no_word_is_lost_whatever_lines_come_in_whatever_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        item = read_copied(text)
    except Invalid:
        return
    assert _lost(text, item) == Counter()


def _lost(text: str, item: Received) -> Counter[str]:
    """Words of a text that are neither in its item nor told to be left out."""
    kept = [item.headline, item.description or "", item.byline or "", item.source or ""]
    kept += [*item.keywords, *(each.text for each in item.left_out)]
    for block in item.blocks:
        kept += [block.get("html", ""), block.get("caption", ""), *block.get("items", ()), *block.get("hrefs", ())]
        kept += [block.get("attribution") or "", _line(block)]
    return _words(text) - _words(unescape("\n".join(kept))) - Counter(dict.fromkeys(LABELS, 1000))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _short(block: Any) -> str:
    words = block.get("html") or block.get("caption") or block["items"][0]
    first = " ".join(unescape(words).split()[:3])
    return f"{block['type']} {first} {_line(block)}".strip()


def _line(block: Any) -> str:
    credit = block.get("credit")
    return format_line(Credit(tuple(credit["creators"]), credit["agency"])) if credit else ""


@pytest.mark.parametrize(
    "line",
    [
        "by " + "de " * 3000 + "!", "/a" * 30_000, "a " * 60_000, "(" * 50_000, "Photo: " * 9000,
        "Image caption, " * 9000, "— " * 50_000,
    ],
)  # fmt: skip
def test_a_line_made_to_be_looked_at_for_ever_is_read_like_any_other(line: str) -> None:
    item = read_copied(f"A title of some words\n{line}\n{line}\nThe end of it.")
    assert item.headline == "A title of some words"


def test_a_text_of_too_many_lines_is_refused() -> None:
    with pytest.raises(Invalid, match="at most 4000 lines"):
        read_copied("A line of text.\n" * 5000)


CAPTION = "Two men carry a piano over the frozen lake below Skarn"
CREDITS = ["/Ana Ruiz/Northlight", "Photo: Ana Ruiz / Northlight", "(Photo by Ana Ruiz/Northlight)", "— Ana Ruiz/AFP"]
COPIES = st.builds(
    lambda changed, end, before, after: f"{before}{changed(CAPTION)}{end}{after}",
    st.sampled_from([str, str.upper, lambda text: text.replace(" ", "  "), lambda text: text.replace(" ", "\u00a0")]),
    st.sampled_from(["", ".", " ", "…"]),
    st.sampled_from(["", "alt: ", "Image caption, ", '"']),
    st.sampled_from(["", *(f" {credit}" for credit in CREDITS)]),
)


@given(st.lists(COPIES, min_size=2, max_size=4), st.booleans(), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_copies_of_a_caption_are_one_picture_however_they_differ(copies: list[str], first: bool, end: str) -> None:
    around = ["The lake froze on Monday, for the first time in forty years.", "Nobody knows who plays it."]
    lines = ["A piano crosses the ice", *(copies if first else []), around[0], *([] if first else copies), around[1]]
    item = read_copied(end.join(lines))
    [picture] = [block for block in item.blocks if block["type"] == "image"]
    assert picture["caption"].strip('"').casefold().split()[:4] == ["two", "men", "carry", "a"]
    assert [block["type"] for block in item.blocks].count("paragraph") == 2
    assert bool(picture["credit"]) == any("/" in copy for copy in copies)
    if picture["credit"]:
        assert picture["credit"]["creators"] == ["Ana Ruiz"]
