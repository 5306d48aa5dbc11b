"""The rows of subjects and accounts, by indexes that lie in blocks of the log.

References come in no order. One index over all of them is touched all over by every batch, and each record costs more
the longer the log is; an index that begins with the block takes a batch in one small place, and finding a reference
asks every block once, a few microseconds each.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, literal, literal_column, select

from consent.store.block_counts import EVERYWHERE, Span
from consent.store.ledger_tables import PERSON_BLOCK, person

Reference = Any  # `person.c.subject_ref` or `person.c.account_ref`

# Written as the index has it: a parameter would hide from either database that it is the same.
_BLOCK = person.c.idx.bitwise_rshift(literal_column(str(PERSON_BLOCK)))


class Whose(NamedTuple):
    """One subject or account, as the column of its reference and the reference itself."""

    column: Reference
    reference: str


def theirs(
    connection: Connection, log_id: int | None, column: Reference, references: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that a row of `person` bears one of the references."""
    blocks = _blocks(connection, log_id, EVERYWHERE)
    return and_(person.c.log_id == log_id, _BLOCK.in_(blocks), column.in_(references))


def newest_of(connection: Connection, log_id: int, whose: Whose, span: Span, limit: int) -> list[int]:
    """Return up to `limit` indexes of a person's rows within a span, the highest first."""
    blocks = _blocks(connection, log_id, span)
    if not blocks:
        return []
    rows = select(person.c.idx).where(person.c.log_id == log_id, whose.column == whose.reference)
    rows = rows.where(person.c.idx.between(*span)).order_by(person.c.idx.desc())
    each = select(literal(blocks[-1], BigInteger).label("block")).cte("blocks", recursive=True)
    each = each.union_all(select(each.c.block - 1).where(each.c.block > blocks[0]))
    # A scalar subquery is the one form that neither planner turns into a read of the whole table.
    newest = rows.where(each.c.block == _BLOCK).limit(1).correlate(each).scalar_subquery()
    heads = [head for head in connection.execute(select(newest).select_from(each)).scalars() if head is not None]
    found: list[int] = []
    for head in sorted(heads, reverse=True):
        within = rows.where(head >> PERSON_BLOCK == _BLOCK).limit(limit - len(found))
        found += connection.execute(within).scalars()
        if len(found) == limit:
            break
    return found


def _blocks(connection: Connection, log_id: int | None, span: Span) -> range:
    rows = select(person.c.idx).where(person.c.log_id == log_id, person.c.idx.between(*span))
    last = connection.execute(rows.order_by(person.c.idx.desc()).limit(1)).scalar()
    return range(0) if last is None else range(span.lowest >> PERSON_BLOCK, (last >> PERSON_BLOCK) + 1)
