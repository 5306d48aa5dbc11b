"""The ledger in SQL: arrivals, tree, counts and the stream's cursor in one transaction; and records read back.

The cursor stands in the rows' own transaction, which is what makes every entry arrive exactly once: a drain that dies
anywhere starts again at the cursor, and of two drains the slower finds it moved.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update

from chassis.sql import BUSY_TIMEOUT_MS, read, write
from consent.ledger.acts import DEEDS, Act
from consent.ledger.commitments import Opening
from consent.ledger.intake import Accepted
from consent.ledger.stream import START
from consent.receipts import Evidence
from consent.store import ledger_tables as tables
from consent.store import log_keys
from consent.store.bulk import insert_rows
from consent.store.counting import add_tally
from consent.store.deeds import carry_out
from consent.store.known import known_of, newest
from consent.store.ledger_rows import Arrival, Batch
from consent.store.log import STATE, Log, LogState, of_origin
from consent.store.persons import theirs
from consent.store.terms import Key, Numbering, count_in
from consent.store.token_ends import end_again
from consent.store.tree_tiles import grow

_AHEAD = 1 << 23  # records; half a partition


class Fenced(Exception):
    """The cursor is not where the caller believes: another drain was here. Nothing was written."""


class Appended(NamedTuple):
    """What became of a batch; `erased`: rows may have been deleted."""

    state: LogState
    leaves: int
    repeats: int
    conflicts: list[str]
    erased: bool


@dataclass(frozen=True)
class LedgerEntry:
    """A record as the ledger holds it; a part that was erased is None."""

    index: int
    record_id: str
    leaf: bytes
    choice: Opening | None
    person: Opening | None
    context: Opening | None


class Ledger(Log):
    """A log with the records that it commits to, and how far it has come in the stream."""

    def __init__(self, engine: Engine, origin: str, patience_ms: int = 0) -> None:
        super().__init__(engine, origin, patience_ms)
        self._room = 0
        self._terms: dict[Key, int] = {}

    def ensure(self, *vkeys: str) -> None:
        """Make the log's row where it is missing, and know its keys. Safe to call from several processes at once.

        Args:
            vkeys: the keys that sign, newest first.

        Raises:
            ValueError: the log is there under other keys.
        """
        values = {"origin": self.origin, "vkey": vkeys[0], "size": 0, "cursor": START, "consumed": 0}
        with write(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE log_state IN SHARE ROW EXCLUSIVE MODE"))
            log_id = connection.execute(of_origin(self.origin, tables.log_state.c.log_id)).scalar()
            if log_id is None:
                connection.execute(insert(tables.log_state).values(values))
                log_id = connection.execute(of_origin(self.origin, tables.log_state.c.log_id)).scalar_one()
            log_keys.introduce(connection, log_id, vkeys)
            mine = update(tables.log_state).where(tables.log_state.c.log_id == log_id)
            connection.execute(mine.values(vkey=vkeys[0]))
        self.make_room()

    def make_room(self) -> None:
        """Make PostgreSQL's next partitions long before the log gets there (migration 0011); SQLite needs none."""
        if self.engine.dialect.name != "postgresql" or self.size + _AHEAD <= self._room:
            return
        with write(self.engine) as connection:
            highest = connection.execute(select(func.max(tables.log_state.c.size))).scalar()
            self._room = connection.execute(text("SELECT make_room(:size)"), {"size": highest or 0}).scalar_one()

    def append_batch(self, arrivals: Sequence[Arrival], cursor_from: str, cursor_to: str) -> Appended:
        """Append arrivals and move the cursor, in one transaction.

        Args:
            arrivals: what the stream holds after `cursor_from` up to and with `cursor_to`, in order.
            cursor_from: where the caller believes the ledger to be.
            cursor_to: the stream id of the last arrival; `cursor_from` itself where older entries are read once more.

        Raises:
            Fenced: the ledger's cursor is not `cursor_from`.
            Unavailable: the database is away.
        """
        with write(self.engine) as connection:
            log_id, *rest = connection.execute(
                of_origin(self.origin, tables.log_state.c.log_id, *STATE).with_for_update()
            ).one()
            state = LogState(*rest)
            if state.cursor != cursor_from:
                raise Fenced(f"the cursor is at {state.cursor}, not at {cursor_from}")
            numbering = Numbering(connection, log_id, self._terms)
            numbering.prepare(arrival for arrival in arrivals if isinstance(arrival, Accepted))
            batch = Batch(log_id, state.size, known_of(connection, log_id, arrivals), numbering)
            erased = False
            for run, deed in _runs(arrivals):
                batch.extend(run)
                _write(connection, log_id, batch)
                if deed is not None:
                    batch.act(deed, carry_out(connection, log_id, deed, numbering))
                    erased = True
                    batch.renew(newest(connection, log_id, batch.followed()))
            _write(connection, log_id, batch)
            grow(connection, log_id, state.size, batch.leaves)
            add_tally(connection, log_id, batch.tally)
            end_again(connection, arrivals)
            consumed = state.consumed + (len(arrivals) if cursor_to != cursor_from else 0)
            moved = LogState(state.size + len(batch.leaves), cursor_to, consumed)
            log = tables.log_state
            counted = {"counted_from": func.coalesce(log.c.counted_from, state.size)}
            connection.execute(update(log).where(log.c.log_id == log_id).values(moved._asdict() | counted))
        numbering.keep()
        return Appended(moved, len(batch.leaves), batch.repeats, batch.conflicts, erased)

    def scrub(self) -> bool:
        """Leave nothing of what was erased in SQLite's write-ahead log; tell whether it is done, or somebody reads."""
        if self.engine.dialect.name != "sqlite":
            return True  # PostgreSQL's vacuum does it in its own time (docs/operations.md)
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=0")  # readers are waited for outside of the database
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        finally:
            connection.close()
        return not busy

    def entry(self, record_id: str) -> LedgerEntry | None:
        """Return a record with whatever parts of it there are, or None where the ledger does not have it."""
        parts = (tables.choice, tables.person, tables.context)
        statement = (
            select(tables.record.c.idx, tables.leaf.c.body, *(column for t in parts for column in (t.c.salt, t.c.body)))
            .join(tables.leaf, _same(tables.record, tables.leaf))
            .outerjoin(tables.choice, _same(tables.record, tables.choice))
            .outerjoin(tables.person, _same(tables.record, tables.person))
            .outerjoin(tables.context, _same(tables.record, tables.context))
            .where(tables.record.c.log_id == self.log_id, tables.record.c.record_id == record_id)
        )
        with read(self.engine) as connection:
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        openings = [None if row[at] is None else Opening(bytes(row[at]), bytes(row[at + 1])) for at in (2, 4, 6)]
        return LedgerEntry(row[0], record_id, bytes(row[1]), *openings)

    def accounts_of(self, references: Collection[str]) -> set[str]:
        """Return the accounts, as references, in which subjects have made records."""
        person = tables.person.c
        with read(self.engine) as connection:
            own = theirs(connection, self.log_id, person.subject_ref, references)
            found = select(person.account_ref).where(own, person.account_ref.is_not(None)).distinct()
            return set(connection.execute(found).scalars())

    def newest_of(self, account_ref: str) -> str | None:
        """Return the id of an account's newest record, or None where the ledger has none."""
        with read(self.engine) as connection:
            return newest(connection, self.log_id, [account_ref]).get(account_ref)

    def evidence(self, record_id: str) -> Evidence | None:
        """Return what proves a record, or None where it is not in the ledger, or no checkpoint covers it yet."""
        entry = self.entry(record_id)
        return None if entry is None else self.prove(record_id, entry.index, entry.leaf, entry.choice)


def _same(one: Table, other: Table) -> Any:
    return (one.c.log_id == other.c.log_id) & (one.c.idx == other.c.idx)


def _runs(arrivals: Sequence[Arrival]) -> Iterator[tuple[Sequence[Arrival], Act | None]]:
    """Cut arrivals behind each act that changes what was before it."""
    start = 0
    for at, arrival in enumerate(arrivals):
        if isinstance(arrival, Act) and arrival.kind in DEEDS:
            yield arrivals[start:at], arrival
            start = at + 1
    yield arrivals[start:], None


def _write(connection: Connection, log_id: int, batch: Batch) -> None:
    for table, rows in batch.take_rows().items():
        insert_rows(connection, table, rows)
    count_in(connection, log_id, batch.take_placed())
