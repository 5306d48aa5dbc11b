"""Reading acts: what was done to records, by whom, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, literal, select, tuple_

from chassis.sql import read
from consent.store.act_tables import act, act_subject
from consent.store.ledger_tables import leaf, log_state


@dataclass(frozen=True)
class ActRow:
    """An act as it is stored; salt and body open its leaf."""

    index: int
    id: str
    kind: str
    site: str | None
    received_ms: int
    salt: bytes
    body: bytes
    leaf: bytes


class ActLog:
    """The acts of the log with this origin."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self._engine = engine
        self._log = select(log_state.c.log_id).where(log_state.c.origin == origin).scalar_subquery()

    def page(
        self,
        limit: int,
        before: int | None = None,
        kind: str | None = None,
        site: str | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
    ) -> list[ActRow]:
        """Return up to `limit` acts, newest first; where given, only those of a kind, of a site, of some days.

        Those of some days are ordered by their time, which an index leads to, and else by their index: where several
        services write, their clocks are not quite one.

        Args:
            limit: how many at most.
            before: only those after the one of that index.
            kind: one of `acts.KINDS`.
            site: the site that they are about.
            from_ms: unix ms, included.
            to_ms: unix ms, not included.
        """
        wanted = self._rows()
        for column, asked in ((act.c.kind, kind), (act.c.site, site)):
            wanted = wanted if asked is None else wanted.where(column == asked)
        if from_ms is None and to_ms is None:
            wanted = wanted if before is None else wanted.where(act.c.idx < before)
            return self._read(wanted.order_by(act.c.idx.desc()).limit(limit))
        wanted = wanted if from_ms is None else wanted.where(act.c.received_ms >= from_ms)
        # One bound above, not two: SQLite would take the index that has more bounds for the one that finds fewer rows.
        ends = [(to_ms, -1)] if to_ms is not None else []
        ends += [(self._time_of(before), before)] if before is not None else []
        if ends:
            wanted = wanted.where(tuple_(act.c.received_ms, act.c.idx) < tuple_(*map(literal, min(ends))))
        return self._read(wanted.order_by(act.c.received_ms.desc(), act.c.idx.desc()).limit(limit))

    def one(self, act_id: str) -> ActRow | None:
        """Return an act, None where the ledger has none of that id."""
        return next(iter(self._read(self._rows().where(act.c.act_id == act_id))), None)

    def about(self, references: Sequence[str], limit: int) -> list[ActRow]:
        """Return up to `limit` accesses to a subject's records, newest first."""
        same = (act_subject.c.log_id == act.c.log_id) & (act_subject.c.idx == act.c.idx)
        wanted = self._rows().join(act_subject, same).where(act_subject.c.subject_ref.in_(references))
        return self._read(wanted.order_by(act.c.idx.desc()).limit(limit))

    def _time_of(self, index: int) -> int:
        """Return the time of an act, or of the newest before it where none has that index; -1 where there is none."""
        at = select(act.c.received_ms).where(act.c.log_id == self._log, act.c.idx <= index)
        with read(self._engine) as connection:
            found = connection.execute(at.order_by(act.c.idx.desc()).limit(1)).scalar_one_or_none()
        return -1 if found is None else int(found)

    def _rows(self) -> Select[Any]:
        names = ("idx", "act_id", "kind", "site", "received_ms", "salt", "body")
        same = (leaf.c.log_id == act.c.log_id) & (leaf.c.idx == act.c.idx)
        return select(*(act.c[name] for name in names), leaf.c.body).join(leaf, same).where(act.c.log_id == self._log)

    def _read(self, wanted: Select[Any]) -> list[ActRow]:
        with read(self._engine) as connection:
            rows = connection.execute(wanted).all()
        return [ActRow(*row[:5], *map(bytes, row[5:])) for row in rows]
