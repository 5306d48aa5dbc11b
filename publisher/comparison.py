"""What a writing would change, told by field and block: for those who try before they write."""

from difflib import SequenceMatcher
from typing import NamedTuple

from publisher.articles import Article, article_json


class Change(NamedTuple):
    """A field, or a block by ``blocks.<id>``, and what happens to it: added, removed, changed or moved."""

    field: str
    what: str


def changes(before: Article | None, after: Article) -> list[Change]:
    """List the differences of two states of an article; everything is new where there was none."""
    old, new = (article_json(before) if before else {}), article_json(after)
    fields = [
        Change(name, "changed" if before else "added")
        for name in new
        if name != "blocks" and (new[name] != old.get(name) if before else new[name])
    ]
    return fields + _blocks(before, after)


def _blocks(before: Article | None, after: Article) -> list[Change]:
    old = {block.id: block for block in (before.blocks if before else ())}
    new = {block.id: block for block in after.blocks}
    found = [Change(f"blocks.{name}", "removed") for name in old if name not in new]
    kept = [name for name in old if name in new]
    for name, block in new.items():
        if name not in old:
            found.append(Change(f"blocks.{name}", "added"))
        elif block != old[name]:
            found.append(Change(f"blocks.{name}", "changed"))
    ordered = [name for name in new if name in old]
    matching = SequenceMatcher(None, kept, ordered, autojunk=False).get_matching_blocks()
    staying = {name for run in matching for name in ordered[run.b : run.b + run.size]}
    return found + [Change(f"blocks.{name}", "moved") for name in ordered if name not in staying]
