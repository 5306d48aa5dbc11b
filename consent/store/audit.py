"""Finding records. Pages go down the log by index, so that a page costs the same wherever it is.

The ledger's own time never decreases from one entry to the next (`append.lua`), so a span of time is a span of indexes.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, select

from chassis.sql import read
from consent.audit import Filter, Row
from consent.store.ledger_tables import choice, context, decision, leaf, log_state, person, record

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
            return [] if log_id is None else _page(connection, log_id, wanted, limit, before)

    def all(self, wanted: Filter) -> Iterator[Row]:
        """Yield every record, newest first, a batch at a time: memory does not grow with their number."""
        before = None
        while rows := self.page(wanted, BATCH, before):
            yield from rows
            before = rows[-1].index

    def one(self, record_id: str) -> Row | None:
        """Return a record, None where the ledger has none of that id."""
        with read(self._engine) as connection:
            log_id = self._log_id(connection)
            statement = _rows(log_id).where(record.c.record_id == record_id)
            found = connection.execute(statement).one_or_none()
        return None if found is None else Row(*found)

    def _log_id(self, connection: Connection) -> int | None:
        return connection.execute(select(log_state.c.log_id).where(log_state.c.origin == self._origin)).scalar()


def _page(connection: Connection, log_id: int, wanted: Filter, limit: int, before: int | None) -> list[Row]:
    lowest, highest = _span(connection, log_id, wanted)
    if before is not None:
        highest = before - 1 if highest is None else min(highest, before - 1)
    indexes = list(connection.execute(matching(log_id, wanted, lowest, highest).limit(limit)).scalars())
    rows = _rows(log_id).where(record.c.idx.in_(indexes)).order_by(record.c.idx.desc())
    return [Row(*row) for row in connection.execute(rows)] if indexes else []


def _span(connection: Connection, log_id: int, wanted: Filter) -> tuple[int | None, int | None]:
    """Return the first and the last index within the time that is wanted; None where that end is open."""
    time, index = record.c.received_ms, record.c.idx
    lowest = highest = None
    if wanted.from_ms is not None:
        first = select(index).where(record.c.log_id == log_id, time >= wanted.from_ms).order_by(time, index).limit(1)
        lowest = connection.execute(first).scalar()
        lowest = 1 << 62 if lowest is None else lowest  # nothing is that late
    if wanted.to_ms is not None:
        last = select(index).where(record.c.log_id == log_id, time < wanted.to_ms)
        highest = connection.execute(last.order_by(time.desc(), index.desc()).limit(1)).scalar()
        highest = -1 if highest is None else highest
    return lowest, highest


def matching(log_id: int, wanted: Filter, lowest: int | None, highest: int | None) -> Select[tuple[int]]:
    """Select the indexes of the records that are wanted, newest first.

    Every table is keyed or indexed by (what is asked, idx): the newest matches are read off it, nothing is sorted.
    """
    by_decision = wanted.given is not None and wanted.purpose is not None
    driver = person if wanted.subjects is not None else decision if by_decision else record
    where: list[ColumnElement[bool]] = [driver.c.log_id == log_id]
    statement = select(driver.c.idx)
    if driver is not record:
        statement = statement.join(record, (record.c.log_id == driver.c.log_id) & (record.c.idx == driver.c.idx))
    if wanted.subjects is not None:
        where.append(person.c.subject_ref.in_(wanted.subjects))
    if driver is decision:
        where += [decision.c.purpose == wanted.purpose, decision.c.given.is_(wanted.given)]
    else:
        where += _decided(wanted)
    where += [
        record.c[name] == value
        for name in ("site", "event", "action", "notice")
        if (value := getattr(wanted, name)) is not None
    ]
    if lowest is not None:
        where.append(driver.c.idx >= lowest)
    if highest is not None:
        where.append(driver.c.idx <= highest)
    return statement.where(*where).order_by(driver.c.idx.desc())


def _decided(wanted: Filter) -> list[ColumnElement[bool]]:
    if wanted.purpose is None and wanted.given is None:
        return []
    if wanted.purpose is None and wanted.given:
        # Required purposes are always given; that an optional one is, is what the event says.
        return [record.c.event == "given"]
    same = (decision.c.log_id == record.c.log_id) & (decision.c.idx == record.c.idx)
    asked: list[Any] = [same]
    if wanted.purpose is not None:
        asked.append(decision.c.purpose == wanted.purpose)
    if wanted.given is not None:
        asked.append(decision.c.given.is_(wanted.given))
    return [select(decision.c.idx).where(*asked).exists()]


def _rows(log_id: int | None) -> Select[Any]:
    named = ("idx", "record_id", "site", "event", "action", "notice", "language", "layer", "writer", "received_ms")
    columns = [record.c[name] for name in named]
    statement = select(*columns, leaf.c.body, choice.c.body, person.c.body, context.c.body)
    statement = statement.select_from(record).where(record.c.log_id == log_id)
    for table, needed in ((leaf, True), (choice, False), (person, False), (context, False)):
        same = (table.c.log_id == record.c.log_id) & (table.c.idx == record.c.idx)
        statement = statement.join(table, same, isouter=not needed)
    return statement
