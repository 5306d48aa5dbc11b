"""Two editors' work on one article: where it differs, who changed what, and the article that is made of choices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from publisher.articles import Article, article_json
from publisher.body.blocks import Block
from publisher.desk.plain import block_text, field_text
from publisher.desk.word_changes import Piece, pieces

MINE, THEIRS = "mine", "theirs"
SETTINGS = ("slug", "language", "headline", "byline", "description", "section", "source", "keywords", "slugs")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two states differ: a field, or ``blocks.<id>`` of a type; a text is None where there is no block.

    ``suggested``: the side that changed it, or one's own where both did (``both``).
    """

    place: str
    type: str | None
    mine: str | None
    theirs: str | None
    suggested: str
    both: bool

    @property
    def pieces(self) -> list[Piece]:
        """Word by word, what theirs has instead of mine."""
        return pieces(self.mine or "", self.theirs or "")


def meet(base: Article, mine: Article, theirs: Article) -> list[Difference]:
    """List the differences of two states that go back to ``base``, fields first, blocks in the order of ``mine``."""
    found = list(_fields(base, mine, theirs))
    old, own, others = _by_id(base), _by_id(mine), _by_id(theirs)
    for name in dict.fromkeys((*own, *others)):
        was, left, right = old.get(name), own.get(name), others.get(name)
        if left == right:
            continue
        kind = (left or right or was).type  # type: ignore[union-attr]  # one of them is there
        texts = (block_text(left) if left else None, block_text(right) if right else None)
        both = was not in (left, right)
        found.append(Difference(f"blocks.{name}", kind, *texts, THEIRS if left == was else MINE, both))
    return found


def merged(mine: Article, theirs: Article, chosen: Mapping[str, str]) -> Article:
    """Make the article of what was chosen by place; what is not named stays as in ``mine``."""
    fields: dict[str, Any] = {
        name: getattr(theirs, name) for name in SETTINGS if chosen.get(name) == THEIRS
    }  # fmt: skip
    others = _by_id(theirs)
    blocks: list[Block] = []
    for block in mine.blocks:
        if chosen.get(f"blocks.{block.id}") != THEIRS:
            blocks.append(block)
        elif block.id in others:
            blocks.append(others[block.id])
    before: str | None = None
    own = _by_id(mine)
    for block in theirs.blocks:
        if block.id not in own and chosen.get(f"blocks.{block.id}") == THEIRS:
            at = next((n + 1 for n, each in enumerate(blocks) if each.id == before), 0)
            blocks.insert(at, block)
        before = block.id if any(each.id == block.id for each in blocks) else before
    return replace(mine, **fields, blocks=tuple(blocks))


def _fields(base: Article, mine: Article, theirs: Article) -> Iterator[Difference]:
    was, left, right = article_json(base), article_json(mine), article_json(theirs)
    for name in SETTINGS:
        if left[name] != right[name]:
            both = was[name] not in (left[name], right[name])
            suggested = THEIRS if left[name] == was[name] else MINE
            yield Difference(name, None, field_text(left[name]), field_text(right[name]), suggested, both)


def _by_id(article: Article) -> dict[str, Block]:
    return {block.id: block for block in article.blocks}
