"""Demands of erasure that wait for a second approver."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, delete, insert, select, update

from chassis.sql import read, write
from consent.store.act_tables import erasure_request as table


@dataclass(frozen=True)
class Asked:
    """A demand.

    Attributes:
        body: the act's, as JSON, with `approved_by` once somebody has approved.
        asked_by: a token's id, or a digest of who asked without one.
    """

    id: str
    event_id: str
    site: str | None
    references: tuple[str, ...]
    body: str
    asked_by: str
    asked_ms: int


class Requests:
    """The demands that wait."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, asked: Asked) -> None:
        """Keep a demand."""
        values = asdict(asked)
        values["subject_refs"] = json.dumps(values.pop("references"))
        with write(self._engine) as connection:
            connection.execute(insert(table).values(values))

    def one(self, own_id: str) -> Asked | None:
        """Return a demand, None where none of that id waits."""
        with read(self._engine) as connection:
            row = connection.execute(select(table).where(table.c.id == own_id)).one_or_none()
        return None if row is None else _asked(row)

    def all(self) -> list[Asked]:
        """List the demands, oldest first."""
        with read(self._engine) as connection:
            return [_asked(row) for row in connection.execute(select(table).order_by(table.c.asked_ms, table.c.id))]

    def change(self, asked: Asked, body: str) -> bool:
        """Give a demand another body; tell whether it was still there as it was read."""
        with write(self._engine) as connection:
            return connection.execute(update(table).where(_unchanged(asked)).values(body=body)).rowcount == 1

    def remove(self, asked: Asked) -> bool:
        """Forget a demand, and whom it is about; tell whether it was still there as it was read."""
        with write(self._engine) as connection:
            return connection.execute(delete(table).where(_unchanged(asked))).rowcount == 1


def _unchanged(asked: Asked) -> ColumnElement[bool]:
    return (table.c.id == asked.id) & (table.c.body == asked.body)


def _asked(row: Row[Any]) -> Asked:
    references = tuple(json.loads(row.subject_refs))
    return Asked(row.id, row.event_id, row.site, references, row.body, row.asked_by, row.asked_ms)
