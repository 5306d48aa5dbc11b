"""Reading records. Pages go down the log by index, so that a page costs the same wherever it is."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, case, select

from chassis.sql import read
from consent.audit import Filter, Row
from consent.store.act_tables import hold
from consent.store.deeds import holds
from consent.store.ledger_tables import choice, context, leaf, log_state, person, record, terms
from consent.store.record_search import Count, Search, among
from consent.store.record_walk import RecordWalk

BATCH = 1000


class Audit:
    """The records of the log with this origin."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def page(self, wanted: Filter, limit: int, before: int | None = None) -> list[Row]:
        """Return up to `limit` records, newest first; only those of an index below `before`, where given."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            if log_id is None:
                return []
            indexes = Search(connection, log_id, wanted).indexes(limit, before)
            if not indexes:
                return []
            rows = _rows(log_id, wanted.sees_held).where(among(connection, indexes)).order_by(record.c.idx.desc())
            return [Row(*row) for row in connection.execute(rows)]

    def count(self, wanted: Filter) -> Count:
        """Count the records: exactly where they are few, else by an estimate of bounded cost."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            return Count(0, True) if log_id is None else Search(connection, log_id, wanted).count()

    def walk(self, wanted: Filter, size: int, openings: bool = False) -> RecordWalk:
        """Return a walk over the records among the first `size` entries of the log."""
        return RecordWalk(self._engine, self._origin, wanted, size, openings)

    def epoch(self) -> int:
        """Return the index of the newest act that changed what records tell, -1 where there was none."""
        return self.walk(Filter(), 0).epoch()

    def all(self, wanted: Filter) -> Iterator[Row]:
        """Yield every record, newest first, a batch at a time: memory does not grow with their number."""
        before = None
        while rows := self.page(wanted, BATCH, before):
            yield from rows
            before = rows[-1].index

    def one(self, record_id: str, sees_held: bool = False) -> Row | None:
        """Return a record, None where the ledger has none of that id."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            statement = _rows(log_id, sees_held).where(record.c.record_id == record_id)
            found = connection.execute(statement).one_or_none()
        return None if found is None else Row(*found)

    def _log_id(self, connection: Connection) -> int | None:
        return connection.execute(select(log_state.c.log_id).where(log_state.c.origin == self._origin)).scalar()


def _rows(log_id: int | None, sees_held: bool) -> Select[Any]:
    words = ("site", "event", "action", "notice", "language", "layer", "writer", "regulation", "region")
    columns = [record.c.idx, record.c.record_id, *(terms.c[name] for name in words), record.c.received_ms]
    who = person.c.body if sees_held else case((_held(), None), else_=person.c.body)
    statement = select(*columns, leaf.c.body, choice.c.body, who, context.c.body)
    same_terms = (terms.c.log_id == record.c.log_id) & (terms.c.terms_id == record.c.terms_id)
    statement = statement.select_from(record).join(terms, same_terms).where(record.c.log_id == log_id)
    for table, needed in ((leaf, True), (choice, False), (person, False), (context, False)):
        same = (table.c.log_id == record.c.log_id) & (table.c.idx == record.c.idx)
        statement = statement.join(table, same, isouter=not needed)
    return statement


def _held() -> ColumnElement[bool]:
    return select(hold.c.hold_id).where(holds()).exists()
