"""Changes of the configuration on their way into the log: rows of the transaction that made them."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import BigInteger, Column, Connection, Engine, Integer, String, Table, Text, delete, insert, select

from chassis.sql import read, write
from consent.store.tables import metadata

config_change = Table(
    "config_change",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False),
    Column("site", String(63)),
    Column("body", Text, nullable=False),  # a JSON object
    Column("changed_ms", BigInteger, nullable=False),
)


class Change(NamedTuple):
    """A change that the log does not have yet; under its event id it is the same act however often it is sent."""

    id: int
    event_id: str
    site: str | None
    body: dict[str, Any]
    changed_ms: int


def note(connection: Connection, site: str | None, body: dict[str, Any], now_ms: int) -> None:
    """Note a change within the transaction that makes it."""
    values = {"event_id": str(uuid4()), "site": site, "body": json.dumps(body), "changed_ms": now_ms}
    connection.execute(insert(config_change).values(values))


def waiting(engine: Engine, most: int) -> list[Change]:
    """List changes that wait, oldest first."""
    table = config_change
    with read(engine) as connection:
        rows = connection.execute(select(table).order_by(table.c.id).limit(most)).all()
    return [Change(row.id, row.event_id, row.site, json.loads(row.body), row.changed_ms) for row in rows]


def forget(engine: Engine, sent: Sequence[Change]) -> None:
    """Forget changes that are in the stream."""
    with write(engine) as connection:
        connection.execute(delete(config_change).where(config_change.c.id.in_([each.id for each in sent])))
