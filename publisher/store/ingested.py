"""What was received of others, one row for each uri: its newest version and what became of it; inside a transaction."""

import hashlib
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from publisher.store.tables import ingested as table


class Ingested(NamedTuple):
    """The newest version taken of an item; ``revision`` is the one that it made of its article.

    ``status`` is what its source wants of it, or ``wanting``: it waits as a draft for what it lacks.
    ``picture``: of a picture item, its block as JSON.
    """

    uri: str
    version: str | None
    created_ms: int | None
    digest: str
    status: str
    article: str | None
    revision: int | None
    picture: str | None
    received_ms: int


def key_of(uri: str) -> str:
    """Key of an item: a uri may be longer than what databases index."""
    return hashlib.sha256(uri.encode()).hexdigest()


def load(connection: Connection, uri: str, *, lock: bool = False) -> Ingested | None:
    """Load what is known of an item; ``lock`` keeps other writers out until the transaction ends."""
    query = select(table).where(table.c.key == key_of(uri))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return Ingested(*(getattr(row, name) for name in Ingested._fields)) if row else None


def save(connection: Connection, item: Ingested) -> None:
    """Note an item's newest version."""
    key, values = key_of(item.uri), item._asdict()
    if not connection.execute(update(table).where(table.c.key == key).values(**values)).rowcount:
        connection.execute(insert(table).values(key=key, **values))
