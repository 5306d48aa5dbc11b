"""How many records blocks of the log hold, by their terms (`consent.store.terms`): where to look, what to expect.

A block is a power of two of positions; the counts of larger blocks are the sums of smaller ones.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from consent.store.ledger_tables import terms, terms_count
from consent.store.terms import LEVELS


class Span(NamedTuple):
    """The first and the last index that are meant."""

    lowest: int
    highest: int


EVERYWHERE = Span(0, (1 << 62) - 1)


class BlockCounts:
    """The counts of the terms that meet `asked`, or of all where that is empty, within one read transaction."""

    def __init__(self, connection: Connection, log_id: int, asked: Sequence[ColumnElement[bool]]) -> None:
        self._connection = connection
        self._log_id = log_id
        self._asked = asked

    def blocks(self, span: Span) -> Iterator[tuple[Span, dict[int, int]]]:
        """Yield the part of each smallest block that lies within `span`, the highest first, with what it holds."""
        top = self._top()
        if top is None:
            return
        width = 1 << LEVELS[0]
        for block in range(min(top, span.highest // width), span.lowest // width - 1, -1):
            present = self.present(block)
            if present:
                yield Span(max(span.lowest, block * width), min(span.highest, (block + 1) * width - 1)), present

    def newest(self, span: Span) -> tuple[Span, dict[int, int]]:
        """Return the part of the span from its newest smallest block on, with what that block holds."""
        width, top = 1 << LEVELS[0], self._top()
        block = min(-1 if top is None else top, span.highest // width)
        return Span(max(span.lowest, block * width), span.highest), self.present(block)

    def present(self, block: int) -> dict[int, int]:
        """Return which of the terms a smallest block has, with the numbers of their records."""
        columns = (terms_count.c.terms_id, terms_count.c.n)
        statement = self._counted(LEVELS[0], *columns).where(terms_count.c.block == block)
        return {number: n for number, n in self._connection.execute(self._asking(statement)) if n > 0}

    def estimate(self, span: Span) -> int:
        """Add up the blocks of the span, the largest that fit; the share of those that it cuts is guessed."""
        return round(sum(share * self._in_blocks(*blocks) for *blocks, share in _cover(span)))

    def _top(self) -> int | None:
        top: int | None = self._connection.execute(self._counted(LEVELS[0], func.max(terms_count.c.block))).scalar()
        return top

    def _in_blocks(self, level: int, first: int, last: int) -> int:
        statement = self._counted(level, func.coalesce(func.sum(terms_count.c.n), 0))
        statement = statement.where(terms_count.c.block.between(first, last))
        return int(self._connection.execute(self._asking(statement)).scalar_one())

    def _counted(self, level: int, *columns: Any) -> Select[Any]:
        of_level = (terms_count.c.log_id == self._log_id, terms_count.c.level == level)
        return select(*columns).select_from(terms_count).where(*of_level)

    def _asking(self, statement: Select[Any]) -> Select[Any]:
        return statement.join(terms, same_terms(terms_count)).where(*self._asked) if self._asked else statement


def same_terms(table: Any) -> ColumnElement[bool]:
    """Return the condition that a row of `table` names the terms beside it."""
    return and_(terms.c.log_id == table.c.log_id, terms.c.terms_id == table.c.terms_id)


def _cover(span: Span, level: int | None = None) -> Iterator[tuple[int, int, int, float]]:
    """Yield the blocks that make up a span: their level, the first, the last, and the share of them that is meant."""
    if span.highest < span.lowest:
        return
    level = len(LEVELS) - 1 if level is None else level
    width, finer = 1 << LEVELS[level], max(level - 1, 0)
    first, end = -(-span.lowest // width), (span.highest + 1) // width
    if first < end:
        yield LEVELS[level], first, end - 1, 1.0
    elif not level and span.lowest // width == span.highest // width:
        yield LEVELS[0], span.lowest // width, span.lowest // width, (span.highest - span.lowest + 1) / width
        return
    if first > end:  # it lies inside one block, of which finer ones may be whole
        yield from _cover(span, finer)
    else:
        yield from _cover(Span(span.lowest, first * width - 1), finer)
        yield from _cover(Span(end * width, span.highest), finer)
