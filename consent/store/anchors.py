"""Which day's checkpoint was sent in which way: a row for each, taken before it is sent, noted when it has arrived."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select, text, update

from chassis.sql import read, write
from consent.anchors.anchor import Anchor
from consent.store.ledger import Ledger
from consent.store.ledger_tables import anchor

LEASE_MS = 120_000  # longer than any way may take
KEPT_DAYS = 14  # what could not be sent for so long is given up; the log itself has it

_PLAN = text(
    "INSERT INTO anchor (log_id, day, way, note, attempts, taken_ms) VALUES (:log_id, :day, :way, :note, 0, 0)"
    " ON CONFLICT (log_id, day, way) DO NOTHING"
)


class State(NamedTuple):
    """What became of an anchor: when it arrived (unix ms), or why not yet."""

    day: str
    way: str
    note: str
    sent_ms: int | None
    attempts: int
    fault: str | None
    evidence: bytes | None


class Anchors:
    """The anchors of one log."""

    def __init__(self, ledger: Ledger) -> None:
        self._engine = ledger.engine
        self._log_id = ledger.log_id

    def plan(self, day: str, note: str, ways: Sequence[str], now_ms: int) -> None:
        """Note that a day's checkpoint is to be sent; one that is planned already stays, and all ways get the same."""
        with write(self._engine) as connection:
            mine = select(anchor.c.note).where(anchor.c.log_id == self._log_id, anchor.c.day == day).limit(1)
            note = connection.execute(mine).scalar() or note
            for way in ways:
                connection.execute(_PLAN, {"log_id": self._log_id, "day": day, "way": way, "note": note})

    def due(self, way: str) -> list[Anchor]:
        """Return what has not arrived in this way, oldest first."""
        statement = self._all().where(anchor.c.way == way).order_by(anchor.c.day.desc()).limit(KEPT_DAYS)
        with read(self._engine) as connection:
            rows = connection.execute(statement).all()
        return [Anchor(row.day, row.note) for row in reversed(rows) if row.sent_ms is None]

    def take(self, each: Anchor, way: str, now_ms: int) -> bool:
        """Take an anchor to send it; False where it has arrived, or somebody else has taken it a short while ago."""
        free = anchor.c.sent_ms.is_(None) & (anchor.c.taken_ms <= now_ms - LEASE_MS)
        taken = update(anchor).where(self._one(each, way), free)
        with write(self._engine) as connection:
            done = connection.execute(taken.values(taken_ms=now_ms, attempts=anchor.c.attempts + 1))
        return bool(done.rowcount)

    def sent(self, each: Anchor, way: str, evidence: bytes | None, now_ms: int) -> None:
        """Note that it has arrived, with what came back."""
        self._note(each, way, sent_ms=now_ms, fault=None, evidence=evidence)

    def failed(self, each: Anchor, way: str, fault: str) -> None:
        """Note that it did not arrive; it may be taken again at once."""
        self._note(each, way, taken_ms=0, fault=fault)

    def newest(self, days: int = KEPT_DAYS) -> list[State]:
        """Return the anchors of the newest days, newest first."""
        with read(self._engine) as connection:
            rows = connection.execute(self._all().order_by(anchor.c.day.desc(), anchor.c.way)).all()
        wanted = sorted({row.day for row in rows}, reverse=True)[:days]
        return [_state(row) for row in rows if row.day in wanted]

    def of_day(self, day: str) -> list[State]:
        """Return a day's anchors."""
        with read(self._engine) as connection:
            rows = connection.execute(self._all().where(anchor.c.day == day).order_by(anchor.c.way)).all()
        return [_state(row) for row in rows]

    def _all(self) -> Select[Any]:
        return select(anchor).where(anchor.c.log_id == self._log_id)

    def _one(self, each: Anchor, way: str) -> Any:
        return (anchor.c.log_id == self._log_id) & (anchor.c.day == each.day) & (anchor.c.way == way)

    def _note(self, each: Anchor, way: str, **values: Any) -> None:
        with write(self._engine) as connection:
            connection.execute(update(anchor).where(self._one(each, way)).values(**values))


def _state(row: Row[Any]) -> State:
    evidence = None if row.evidence is None else bytes(row.evidence)
    return State(row.day, row.way, row.note, row.sent_ms, row.attempts, row.fault, evidence)
