"""Messages to send once their transaction has committed; inside the caller's transaction."""

import json
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from publisher.messages import QUEUES
from publisher.store.tables import outbox

KEPT_SENT_MS = 24 * 3600 * 1000


class Message(NamedTuple):
    """A message not yet sent."""

    id: int
    kind: str
    args: list[Any]
    queue: str


def add(connection: Connection, kind: str, *args: object, now_ms: int) -> None:
    """Note a message for the worker."""
    row = {"kind": kind, "args": json.dumps(args), "queue": QUEUES[kind], "created_ms": now_ms}
    connection.execute(insert(outbox).values(row))


def unsent(connection: Connection, limit: int) -> list[Message]:
    """List messages to send, oldest first."""
    columns = outbox.c
    rows = connection.execute(select(outbox).where(columns.sent_ms.is_(None)).order_by(columns.id).limit(limit))
    return [Message(row.id, row.kind, json.loads(row.args), row.queue) for row in rows]


def count_unsent(connection: Connection, before_ms: int) -> int:
    """Count the messages noted before a time that were not sent."""
    columns = outbox.c
    query = select(func.count()).where(columns.sent_ms.is_(None), columns.created_ms < before_ms)
    return connection.execute(query).scalar_one()


def mark_sent(connection: Connection, ids: list[int], now_ms: int) -> None:
    """Note that messages were sent, and drop those sent a day ago."""
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(sent_ms=now_ms))
    connection.execute(delete(outbox).where(outbox.c.sent_ms < now_ms - KEPT_SENT_MS))
