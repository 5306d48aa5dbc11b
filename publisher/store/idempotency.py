"""Answers to requests with an idempotency key, so that what comes twice is done once; in transactions of its own."""

import json
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.errors import Conflict, Invalid
from chassis.sql import read, write
from publisher.store.tables import idempotency_key as table

KEPT_MS = 24 * 3_600_000
WORKED_ON_MS = 60_000
"""After this long without an answer the process that worked on a request is taken for dead."""


class Answer(NamedTuple):
    """An answer as it was sent."""

    status: int
    headers: list[tuple[str, str]]
    body: str


def begin(engine: Engine, key: str, request: str, now_ms: int) -> Answer | None:
    """Take a request up, or return the answer that it got.

    Raises:
        Invalid: the key belongs to another request.
        Conflict: the same request is being worked on.
    """
    try:
        with write(engine) as connection:
            connection.execute(delete(table).where(table.c.created_ms < now_ms - KEPT_MS))
            connection.execute(insert(table).values(key=key, request=request, created_ms=now_ms))
            return None
    except IntegrityError:
        pass  # it is there
    with read(engine) as connection:
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
    if row is not None and row.request != request:
        raise Invalid("Idempotency-Key: expected one of its own for another request, got one that was used")
    if row is not None and row.status is not None:
        return Answer(row.status, [(name, value) for name, value in json.loads(row.headers)], row.body)
    if row is None or not _take_over(engine, key, row.created_ms, now_ms):
        raise Conflict("the same request is being worked on just now", retry_after_s=1)
    return None


def end(engine: Engine, key: str, answer: Answer) -> None:
    """Keep the answer for whoever asks again."""
    kept = {"status": answer.status, "headers": json.dumps(answer.headers), "body": answer.body}
    with write(engine) as connection:
        connection.execute(update(table).where(table.c.key == key).values(**kept))


def give_up(engine: Engine, key: str) -> None:
    """Forget a request that changed nothing, so that it can be made again."""
    with write(engine) as connection:
        connection.execute(delete(table).where(table.c.key == key, table.c.status.is_(None)))


def _take_over(engine: Engine, key: str, begun_ms: int, now_ms: int) -> bool:
    if now_ms - begun_ms < WORKED_ON_MS:
        return False
    same = (table.c.key == key, table.c.created_ms == begun_ms, table.c.status.is_(None))
    with write(engine) as connection:
        return connection.execute(update(table).where(*same).values(created_ms=now_ms)).rowcount == 1
