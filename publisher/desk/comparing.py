"""Two revisions of an article beside each other: what happened to each field and block, texts word by word."""

from dataclasses import dataclass

from publisher.articles import Article, article_json
from publisher.body.blocks import Block
from publisher.comparison import changes
from publisher.desk.plain import block_text, field_text
from publisher.desk.word_changes import Piece, pieces


@dataclass(frozen=True, slots=True)
class Row:
    """A field, or a block of a type, and what happened to it: same, changed, added, removed or moved."""

    name: str
    type: str | None
    what: str
    pieces: list[Piece]


def compare(before: Article, after: Article) -> list[Row]:
    """List what became of everything, in the order of ``after``; what was removed stands where it stood."""
    what = {each.field: each.what for each in changes(before, after)}
    old, new = article_json(before), article_json(after)
    rows = [
        Row(name, None, "changed", pieces(field_text(old[name]), field_text(new[name])))
        for name in new
        if name != "blocks" and name in what
    ]
    was = {block.id: block for block in before.blocks}
    blocks = [_row(was.get(block.id), block, what.get(f"blocks.{block.id}", "same")) for block in after.blocks]
    known = {block.id for block in after.blocks}
    for at, block in enumerate(before.blocks):
        if block.id not in known:
            blocks.insert(_place(before.blocks[:at], blocks), _row(block, None, "removed"))
    return rows + blocks


def _row(before: Block | None, after: Block | None, what: str) -> Row:
    block = after or before
    assert block is not None
    told = pieces(block_text(before) if before else "", block_text(after) if after else "")
    return Row(block.id, block.type, what, told)


def _place(earlier: tuple[Block, ...], rows: list[Row]) -> int:
    """Place of what was removed: after the last one of those before it that is still there."""
    names = [row.name for row in rows]
    return next((names.index(block.id) + 1 for block in reversed(earlier) if block.id in names), 0)
