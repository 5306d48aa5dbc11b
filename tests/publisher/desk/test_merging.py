"""Two editors at one article."""

from dataclasses import replace

from publisher.body.blocks import Paragraph
from publisher.desk.merging import meet, merged
from publisher.desk.word_changes import pieces
from tests.publisher.newsroom import an_article

BASE = an_article(blocks=tuple(Paragraph(name, name * 2) for name in "abcd"))
MINE = replace(BASE, blocks=(Paragraph("a", "mine"), *BASE.blocks[1:3], Paragraph("x", "new")), headline="Mine")
THEIRS = replace(
    BASE, blocks=(Paragraph("a", "theirs"), Paragraph("y", "added"), Paragraph("b", "changed"), *BASE.blocks[2:])
)


def test_each_difference_suggests_the_side_that_changed_it() -> None:
    found = {each.place: (each.suggested, each.both) for each in meet(BASE, MINE, THEIRS)}
    assert found == {
        "headline": ("mine", False),
        "blocks.a": ("mine", True),
        "blocks.b": ("theirs", False),
        "blocks.x": ("mine", False),
        "blocks.d": ("mine", False),
        "blocks.y": ("theirs", False),
    }


def test_what_was_chosen_is_put_together_in_order() -> None:
    chosen = {each.place: each.suggested for each in meet(BASE, MINE, THEIRS)}
    made = merged(MINE, THEIRS, chosen)
    assert [block.id for block in made.blocks] == ["a", "y", "b", "c", "x"]
    assert made.headline == "Mine" and made.blocks[0] == MINE.blocks[0] and made.blocks[2] == THEIRS.blocks[2]
    everything = dict.fromkeys(chosen, "theirs")
    assert merged(MINE, THEIRS, everything) == THEIRS
    assert merged(MINE, THEIRS, {}) == MINE


def test_two_texts_are_told_word_by_word() -> None:
    told = pieces("The bridge is 300 metres long.", "The bridge is 310 metres long!")
    assert [(each.kind, each.text) for each in told if each.kind != "same"] == [
        ("gone", "300"),
        ("new", "310"),
        ("gone", "."),
        ("new", "!"),
    ]
    assert "".join(each.text for each in told if each.kind != "new") == "The bridge is 300 metres long."
