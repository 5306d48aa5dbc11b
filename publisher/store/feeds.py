"""The feeds of others that are polled, each in the caller's transaction."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from publisher.store.tables import feed as table


class Feed(NamedTuple):
    """A feed: how often it is polled, what its server said to be asked with, and how it went last.

    ``next_ms`` None: its server said that it is gone, and it is not polled any more.
    """

    id: int
    url: str
    language: str | None
    section: str | None
    every_s: int
    etag: str | None
    modified: str | None
    failures: int
    next_ms: int | None
    polled_ms: int | None
    outcome: str | None


def add(connection: Connection, url: str, language: str | None, section: str | None, every_s: int, now_ms: int) -> bool:
    """Add a feed, to be polled at once; False when it is there already."""
    if connection.scalar(select(table.c.id).where(table.c.url == url)) is not None:
        return False
    values = {"url": url, "language": language, "section": section, "every_s": every_s}
    connection.execute(insert(table).values(**values, failures=0, next_ms=now_ms))
    return True


def remove(connection: Connection, url: str) -> bool:
    """Remove a feed; what came of it stays."""
    return bool(connection.execute(delete(table).where(table.c.url == url)).rowcount)


def every(connection: Connection) -> list[Feed]:
    """List the feeds."""
    return [_feed(row) for row in connection.execute(select(table).order_by(table.c.id))]


def due(connection: Connection, now_ms: int, limit: int) -> list[int]:
    """List the feeds whose time has come."""
    return list(connection.scalars(select(table.c.id).where(table.c.next_ms <= now_ms).limit(limit)))


def claim(connection: Connection, identifier: int, now_ms: int, lease_ms: int) -> Feed | None:
    """Take a feed that is due, so that no other polls it for a while; None when it is not."""
    mine = (table.c.id == identifier, table.c.next_ms <= now_ms)
    if not connection.execute(update(table).where(*mine).values(next_ms=now_ms + lease_ms)).rowcount:
        return None
    row = connection.execute(select(table).where(table.c.id == identifier)).one_or_none()
    return _feed(row) if row else None


def claim_now(connection: Connection, url: str, now_ms: int, lease_ms: int) -> Feed | None:
    """Take a feed whether it is due or not; None when there is none."""
    connection.execute(update(table).where(table.c.url == url).values(next_ms=now_ms))
    identifier = connection.scalar(select(table.c.id).where(table.c.url == url))
    return None if identifier is None else claim(connection, identifier, now_ms, lease_ms)


def end(connection: Connection, feed: Feed) -> None:
    """Note how polling a feed went."""
    connection.execute(update(table).where(table.c.id == feed.id).values(**feed._asdict()))


def _feed(row: object) -> Feed:
    return Feed(*(getattr(row, name) for name in Feed._fields))
