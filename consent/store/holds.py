"""Legal holds as the ledger has them by now."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from chassis.sql import read
from consent.store import act_tables as tables
from consent.store.deeds import held_under
from consent.store.ledger_tables import log_state


class Hold(NamedTuple):
    """A hold: `act_id` of the act that laid it, with its opened body."""

    act_id: str
    site: str | None
    received_ms: int
    body: bytes
    subjects: int


class Holds:
    """The holds of the log with this origin."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._log = select(log_state.c.log_id).where(log_state.c.origin == origin).scalar_subquery()

    def rule(self, references: Sequence[str]) -> str | None:
        """Return the rule under which any of the subjects is held, None where none is."""
        with read(self._engine) as connection:
            log_id = connection.execute(select(self._log)).scalar()
            return held_under(connection, log_id, references)

    def readable(self, references: Sequence[str]) -> tuple[str, ...]:
        """Return those of the subjects that no hold keeps."""
        held = select(tables.hold.c.subject_ref).distinct()
        held = held.where(tables.hold.c.log_id == self._log, tables.hold.c.subject_ref.in_(references))
        with read(self._engine) as connection:
            hidden = set(connection.execute(held).scalars())
        return tuple(each for each in references if each not in hidden)

    def all(self) -> list[Hold]:
        """List the holds, oldest first."""
        act, hold = tables.act, tables.hold
        same = (act.c.log_id == hold.c.log_id) & (act.c.act_id == hold.c.hold_id)
        columns = (act.c.act_id, act.c.site, act.c.received_ms, act.c.body)
        found = select(*columns, func.count()).join(hold, same).where(hold.c.log_id == self._log)
        with read(self._engine) as connection:
            rows = connection.execute(found.group_by(*columns, act.c.idx).order_by(act.c.idx)).all()
        return [Hold(row[0], row[1], row[2], bytes(row[3]), row[4]) for row in rows]
