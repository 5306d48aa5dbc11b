"""Finding records, newest first, at a cost that depends neither on the log's length nor on a planner's guess.

Each thing that can be asked (site, notice, action, decision, subject) is a stream of positions in the log, read off one
SQL index in its order. A search follows the rarest stream that it names, and asks the rest of single records, by their
keys: so ten records of a small site are found at once among ten million, whatever else is asked of them.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, or_, select, text

from consent.audit import Filter
from consent.events import CONSENTING
from consent.store.ledger_tables import decision, person, record

PROBE = 1000
FIRST_CHUNK, LONGEST_CHUNK = 128, 2000
END = (1 << 62) - 1

# Actions have an index and events follow from them; which event `preferences` is, the record's own column says.
ACTIONS_OF = {
    "given": ("agree", "preferences", "import", "rectify"),
    "renewed": ("agree", "preferences", "rectify"),
    "refused": ("refuse", "gpc", "preferences", "import", "rectify"),
    "withdrawn": ("withdraw",),
    "expired": ("expire",),
}

# `SELECT DISTINCT purpose` would read every decision; this hops from one purpose to the next.
_PURPOSES = text(
    "WITH RECURSIVE hop (purpose) AS ("
    " SELECT min(purpose) FROM decision WHERE log_id = :log_id"
    " UNION ALL"
    " SELECT (SELECT min(purpose) FROM decision WHERE log_id = :log_id AND purpose > hop.purpose)"
    " FROM hop WHERE hop.purpose IS NOT NULL"
    ") SELECT purpose FROM hop WHERE purpose IS NOT NULL"
)


class Search:
    """One search within one read transaction."""

    def __init__(self, connection: Connection, log_id: int, wanted: Filter) -> None:
        self._connection = connection
        self._log_id = log_id
        self._wanted = wanted
        self._decisions = self._asked_decisions()
        self._conditions = self._asked_of_a_record()

    def indexes(self, limit: int, before: int | None) -> list[int]:
        """Return up to `limit` indexes, the highest first; only those below `before`, where given."""
        lowest, highest = self._span()
        if before is not None:
            highest = min(highest, before - 1)
        sources = self._rarest(lowest, highest)
        found: list[int] = []
        chunk = FIRST_CHUNK
        while len(found) < limit and highest >= lowest:
            candidates = self._read(sources, lowest, highest, chunk)
            found += self._check(candidates)
            if len(candidates) < chunk:
                break
            highest, chunk = candidates[-1] - 1, min(chunk * 2, LONGEST_CHUNK)
        return found[:limit]

    def _read(self, sources: list[Select[Any]], lowest: int, highest: int, count: int) -> list[int]:
        """Merge what indexes answer in order."""
        within = [_within(source, lowest, highest).limit(count) for source in sources]
        found = {index for statement in within for index in self._connection.execute(statement).scalars()}
        return sorted(found, reverse=True)[:count]

    def _check(self, candidates: list[int]) -> list[int]:
        if not candidates or not self._conditions:
            return candidates
        statement = self._source(record, among(candidates), *self._conditions).order_by(record.c.idx.desc())
        return list(self._connection.execute(statement).scalars())

    def _rarest(self, lowest: int, highest: int) -> list[Select[Any]]:
        streams = self._streams()
        return streams[0] if len(streams) == 1 else min(streams, key=lambda each: -self._reach(each, lowest, highest))

    def _reach(self, sources: list[Select[Any]], lowest: int, highest: int) -> int:
        """Return over how many records a stream's next thousand indexes are spread."""
        steps = (_within(source, lowest, highest).offset(PROBE).limit(1) for source in sources)
        ends = [end for step in steps if (end := self._connection.execute(step).scalar()) is not None]
        return highest - max(ends) if ends else END

    def _streams(self) -> list[list[Select[Any]]]:
        """List the streams that the search names; all records where it names none."""
        wanted, streams = self._wanted, []
        if wanted.subjects is not None:
            streams.append([self._source(person, person.c.subject_ref == each) for each in wanted.subjects])
        if self._decisions is not None:
            streams.append([self._source(decision, _is(*each)) for each in self._decisions])
        actions = self._actions()
        if actions is not None:
            streams.append([self._source(record, record.c.action == each) for each in actions])
        for column, asked in ((record.c.notice, wanted.notice), (record.c.site, wanted.site)):
            if asked is not None:
                streams.append([self._source(record, column == asked)])
        return streams or [[self._source(record)]]

    def _source(self, table: Table, *where: ColumnElement[bool]) -> Select[Any]:
        return select(table.c.idx).where(table.c.log_id == self._log_id, *where)

    def _actions(self) -> tuple[str, ...] | None:
        wanted = self._wanted
        if wanted.action is not None:
            return (wanted.action,)
        event = wanted.event or ("given" if wanted.purpose is None and wanted.given else None)
        return None if event is None else ACTIONS_OF[event]

    def _asked_decisions(self) -> list[tuple[str, bool]] | None:
        """List the decisions of which a record must have one; None where decisions are not asked for."""
        wanted = self._wanted
        if wanted.purpose is not None:
            return [(wanted.purpose, given) for given in (True, False) if wanted.given in (None, given)]
        if wanted.given is False:
            purposes = self._connection.execute(_PURPOSES, {"log_id": self._log_id}).scalars()
            return [(purpose, False) for purpose in purposes]
        return None

    def _asked_of_a_record(self) -> list[ColumnElement[bool]]:
        wanted, asked = self._wanted, []
        for name in ("site", "event", "action", "notice"):
            if getattr(wanted, name) is not None:
                asked.append(record.c[name] == getattr(wanted, name))
        if wanted.purpose is None and wanted.given:
            # Required purposes are always given; that an optional one is, is what the event says.
            asked.append(record.c.event.in_(CONSENTING))
        if self._decisions is not None:
            asked.append(or_(*(_has(decision, _is(*each)) for each in self._decisions)))
        if wanted.subjects is not None:
            asked.append(_has(person, person.c.subject_ref.in_(wanted.subjects)))
        return asked

    def _span(self) -> tuple[int, int]:
        """Return the first and the last index that can be meant.

        The log's own time never decreases from one entry to the next (`append.lua`): a span of time is one of indexes.
        """
        start, end = self._wanted.from_ms, self._wanted.to_ms
        return 0 if start is None else self._first_from(start), END if end is None else self._last_before(end)

    def _first_from(self, start_ms: int) -> int:
        time, index = record.c.received_ms, record.c.idx
        first = self._source(record, time >= start_ms).order_by(time, index).limit(1)
        found = self._connection.execute(first).scalar()
        return END if found is None else int(found)

    def _last_before(self, end_ms: int) -> int:
        time, index = record.c.received_ms, record.c.idx
        last = self._source(record, time < end_ms).order_by(time.desc(), index.desc()).limit(1)
        found = self._connection.execute(last).scalar()
        return -1 if found is None else int(found)


def among(indexes: list[int]) -> ColumnElement[bool]:
    """Return the condition that a record is one of `indexes`, the highest of which stands first."""
    # The range says what a list of a thousand hides from PostgreSQL: that they lie together, and need no whole scan.
    return and_(record.c.idx.between(indexes[-1], indexes[0]), record.c.idx.in_(indexes))


def _within(source: Select[Any], lowest: int, highest: int) -> Select[Any]:
    [index] = source.selected_columns
    return source.where(index >= lowest, index <= highest).order_by(index.desc())


def _is(purpose: str, given: bool) -> ColumnElement[bool]:
    return and_(decision.c.purpose == purpose, decision.c.given.is_(given))


def _has(table: Table, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    same = and_(table.c.log_id == record.c.log_id, table.c.idx == record.c.idx)
    return select(table.c.idx).where(same, condition).exists()
