"""Reading acts: what was done to records, by whom, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, select

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

        Args:
            limit: how many at most.
            before: only those of an index below it.
            kind: one of `acts.KINDS`.
            site: the site that they are about.
            from_ms: unix ms, included.
            to_ms: unix ms, not included.
        """
        wanted = self._rows()
        for column, asked in ((act.c.kind, kind), (act.c.site, site)):
            wanted = wanted if asked is None else wanted.where(column == asked)
        wanted = wanted if before is None else wanted.where(act.c.idx < before)
        wanted = wanted if from_ms is None else wanted.where(act.c.received_ms >= from_ms)
        wanted = wanted if to_ms is None else wanted.where(act.c.received_ms < to_ms)
        return self._read(wanted.order_by(act.c.idx.desc()).limit(limit))

    def one(self, act_id: str) -> ActRow | None:
        """Return an act, None where the ledger has none of that id."""
        return next(iter(self._read(self._rows().where(act.c.act_id == act_id))), None)

    def about(self, references: Sequence[str], limit: int) -> list[ActRow]:
        """Return up to `limit` accesses to a subject's records, newest first."""
        same = (act_subject.c.log_id == act.c.log_id) & (act_subject.c.idx == act.c.idx)
        wanted = self._rows().join(act_subject, same).where(act_subject.c.subject_ref.in_(references))
        return self._read(wanted.order_by(act.c.idx.desc()).limit(limit))

    def _rows(self) -> Select[Any]:
        names = ("idx", "act_id", "kind", "site", "received_ms", "salt", "body")
        same = (leaf.c.log_id == act.c.log_id) & (leaf.c.idx == act.c.idx)
        return select(*(act.c[name] for name in names), leaf.c.body).join(leaf, same).where(act.c.log_id == self._log)

    def _read(self, wanted: Select[Any]) -> list[ActRow]:
        with read(self._engine) as connection:
            rows = connection.execute(wanted).all()
        return [ActRow(*row[:5], *map(bytes, row[5:])) for row in rows]
