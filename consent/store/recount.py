"""Counting records that are in the ledger and in no count: those of before there were counts, or all of them again.

From the newest down, a few thousand in a transaction, each of which moves the mark down to which all is counted: it may
be killed anywhere, and the drain goes on counting above it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from chassis.sql import read, write
from consent.statistics import Tally, answers
from consent.store.counting import add_tally
from consent.store.ledger_tables import choice, log_state, record, terms
from consent.store.statistics_tables import choice_count, decision_count
from consent.store.terms import COLUMNS

STEP = 5000
_FROM = func.coalesce(log_state.c.counted_from, log_state.c.size)


class Recount:
    """The records of the log with this origin."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._own = log_state.c.origin == origin

    def missing(self) -> int:
        """Return how many leaves, from the first on, are not counted yet."""
        with read(self._engine) as connection:
            return connection.execute(select(_FROM).where(self._own)).scalar() or 0

    def forget(self) -> None:
        """Drop the counts of the log's choices, so that all of them are missing. Displays stay counted."""
        with write(self._engine) as connection:
            log_id, size, _ = self._lock(connection)
            for table in (choice_count, decision_count):
                connection.execute(delete(table).where(table.c.log_id == log_id))
            self._mark(connection, size)

    def steps(self) -> Iterator[int]:
        """Count what is missing; yields the number of leaves after each step, which is then committed."""
        while counted := self._step():
            yield counted

    def _step(self) -> int:
        with write(self._engine) as connection:
            log_id, _, end = self._lock(connection)
            start = max(0, end - STEP)
            if start < end:
                add_tally(connection, log_id, _tally(connection, log_id, start, end))
                self._mark(connection, start)
        return end - start

    def _lock(self, connection: Connection) -> tuple[int, int, int]:
        # The drain's appends lock the same row: a record is counted by one of the two.
        statement = select(log_state.c.log_id, log_state.c.size, _FROM).where(self._own).with_for_update()
        log_id, size, counted_from = connection.execute(statement).one_or_none() or (0, 0, 0)
        return log_id, size, counted_from

    def _mark(self, connection: Connection, counted_from: int) -> None:
        connection.execute(update(log_state).where(self._own).values(counted_from=counted_from))


def _tally(connection: Connection, log_id: int, start: int, end: int) -> Tally:
    columns = [terms.c[name] for name in ("site", *COLUMNS, "purposes")]
    statement = (
        select(record.c.received_ms, choice.c.body, *columns)
        .join(terms, (terms.c.log_id == record.c.log_id) & (terms.c.terms_id == record.c.terms_id))
        .outerjoin(choice, (choice.c.log_id == record.c.log_id) & (choice.c.idx == record.c.idx))
        .where(record.c.log_id == log_id, record.c.idx >= start, record.c.idx < end)
    )
    tally = Tally()
    for row in connection.execute(statement).mappings():
        # Of an erased choice it is not known what it superseded.
        body: Mapping[str, Any] = dict(row) if row["body"] is None else json.loads(row["body"])
        tally.add(row["site"], row["received_ms"], {**row, "purposes": json.loads(row["purposes"])}, answers(body))
    return tally
