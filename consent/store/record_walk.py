"""Walking the records that match, newest first, to the end of the log: for exports.

A block of the log at a time, in read transactions of their own: an export may take minutes, and neither database likes
a reader who stays. Nothing but an erasure or a hold changes what lies below a tree size, and those are acts.
"""

import json
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Select, case, func, select

from chassis.sql import read
from consent.audit import Filter
from consent.exports.lines import KEPT_TERMS, Line, Terms
from consent.ledger.acts import ERASED, HELD, RELEASED
from consent.store import ledger_tables as tables
from consent.store.act_tables import act, hold
from consent.store.block_counts import Span
from consent.store.deeds import holds
from consent.store.ledger_tables import record
from consent.store.record_search import Search, among
from consent.store.terms import LEVELS

WIDTH = 1 << LEVELS[0]
AT_ONCE = 4096
_TERMS_AT_ONCE = 500


class RecordWalk:
    """The records of one filter in the log of this origin, up to a tree size."""

    def __init__(self, engine: Engine, origin: str, wanted: Filter, size: int, openings: bool = False) -> None:
        """Walk the records among the first `size` entries; with `openings`, their parts come with their salts."""
        self._openings = openings
        self._engine = engine
        self._origin = origin
        self._wanted = wanted
        self._size = size
        self._terms: dict[int, Terms] = {}
        self._terms_before: dict[int, Terms] = {}

    @property
    def terms(self) -> Mapping[int, Terms]:
        """The terms of the records that were yielded last, and of those read ahead."""
        return ChainMap(self._terms, self._terms_before)

    def lines(self, below: int | None = None) -> Iterator[tuple[int, list[Line]]]:
        """Yield some records at a time and the block that they lie in, newest first; their terms are in `terms`.

        Args:
            below: the block to begin after, None to begin with the newest.
        """
        if not self._size:
            return
        top = (self._size - 1) // WIDTH if below is None else below - 1
        with read(self._engine) as connection:
            search = self._search(connection)
            span = search.span()
            few = search.names_few
        highest = min(span.highest, self._size - 1, (top + 1) * WIDTH - 1)
        if few:
            yield from self._few(highest)
            return
        for block in range(highest // WIDTH, span.lowest // WIDTH - 1, -1):
            within = Span(max(span.lowest, block * WIDTH), min(highest, (block + 1) * WIDTH - 1))
            for lines in self._block(block, within):
                yield block, lines

    def epoch(self) -> int:
        """Return the index of the newest act that changed what records tell, -1 where there was none."""
        with read(self._engine) as connection:
            log = select(tables.log_state.c.log_id).where(tables.log_state.c.origin == self._origin).scalar_subquery()
            newest = select(func.max(act.c.idx)).where(act.c.log_id == log, act.c.kind.in_((ERASED, HELD, RELEASED)))
            found = connection.execute(newest).scalar()
        return -1 if found is None else int(found)

    def _block(self, block: int, within: Span) -> Iterator[list[Line]]:
        with read(self._engine) as connection:
            search = self._search(connection)
            present = search.present(block)
            asked = search.asks_terms
        # As many windows as make some thousand records each, were they spread evenly; at worst it is four times that.
        width = max(1, WIDTH * AT_ONCE // max(AT_ONCE, sum(present.values())))
        for highest in range(within.highest, within.lowest - 1, -width) if present else ():
            window = Span(max(within.lowest, highest - width + 1), highest)
            with read(self._engine) as connection:
                statement = self._lines(connection, window)
                if asked:
                    statement = statement.where(record.c.terms_id.in_(list(present)))
                lines = [Line(*row) for row in connection.execute(statement)][::-1]
                self._learn(connection, lines)
            if lines:
                yield lines

    def _few(self, highest: int) -> Iterator[tuple[int, list[Line]]]:
        while highest >= 0:
            with read(self._engine) as connection:
                indexes = self._search(connection).indexes(AT_ONCE, highest + 1)
                if not indexes:
                    return
                block = indexes[0] // WIDTH
                indexes = [index for index in indexes if index // WIDTH == block]
                statement = self._lines(connection, Span(indexes[-1], indexes[0])).where(among(connection, indexes))
                lines = [Line(*row) for row in connection.execute(statement)][::-1]
                self._learn(connection, lines)
            yield block, lines
            highest = indexes[-1] - 1

    def _search(self, connection: Connection) -> Search:
        return Search(connection, self._log_id(connection), self._wanted)

    def _log_id(self, connection: Connection) -> int:
        state = tables.log_state.c
        return int(connection.execute(select(state.log_id).where(state.origin == self._origin)).scalar_one())

    def _lines(self, connection: Connection, within: Span) -> Select[Any]:
        """Select records, oldest first: no disk reads ahead of whom goes backward."""
        log_id = self._log_id(connection)
        person: list[Any] = [tables.person.c.body, tables.person.c.salt]
        if not self._wanted.sees_held:
            held = select(hold.c.hold_id).where(holds()).exists()
            person = [case((held, None), else_=column) for column in person]
        own = (record.c.idx, record.c.record_id, record.c.received_ms, record.c.terms_id)
        columns = [*own, tables.leaf.c.body, tables.choice.c.body, person[0], tables.context.c.body]
        salts = [tables.choice.c.salt, person[1], tables.context.c.salt] if self._openings else []
        statement = select(*columns, *salts)
        joined = statement.select_from(record)
        for table in (tables.leaf, tables.choice, tables.person, tables.context):
            # The span is told of each table: PostgreSQL infers that indexes are equal, not that both lie in it.
            same = (table.c.log_id == log_id) & (table.c.idx == record.c.idx) & table.c.idx.between(*within)
            joined = joined.join(table, same, isouter=table is not tables.leaf)
        return joined.where(record.c.log_id == log_id, record.c.idx.between(*within)).order_by(record.c.idx)

    def _learn(self, connection: Connection, lines: Sequence[Line]) -> None:
        """Know the terms of these records; of others as many as a log of any length leaves room for."""
        if len(self._terms) > KEPT_TERMS:
            self._terms, self._terms_before = {}, self._terms
        table, named = tables.terms.c, {line.terms_id for line in lines}
        self._terms |= {each: self._terms_before[each] for each in named & self._terms_before.keys()}
        unknown = list(named - self._terms.keys())
        for at in range(0, len(unknown), _TERMS_AT_ONCE):
            columns = (table.terms_id, *(table[name] for name in Terms._fields))
            some = table.terms_id.in_(unknown[at : at + _TERMS_AT_ONCE])
            found = connection.execute(select(*columns).where(table.log_id == self._log_id(connection), some))
            for number, *told in found:
                self._terms[number] = Terms(*told[:-2], *map(_decisions, told[-2:]))


# Shared: many terms decide alike.
_decisions = lru_cache(maxsize=4096)(json.loads)
