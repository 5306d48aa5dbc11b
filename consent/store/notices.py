"""Notices in the database: the immutable texts, and which one each site shows from when on."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select

from chassis.errors import NotFound
from chassis.sql import read, write
from consent.notices import Notice
from consent.store.act_tables import invalidation
from consent.store.site_tables import notice as table
from consent.store.site_tables import publication
from consent.store.site_tables import site as site_table


class Publication(NamedTuple):
    """A notice became current at a time (unix ms)."""

    notice: str
    published_ms: int


class Notices:
    """The notices of every site."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def publish(self, notice: Notice, now_ms: int, told: Callable[[Connection], None] | None = None) -> bool:
        """Store `notice` and make it current for its site; tell whether anything changed.

        Where something did, what else is `told` is done in the same transaction.

        Raises:
            NotFound: the site is not known.
        """
        with write(self._engine) as connection:
            # Locked, so that of two publications at once the second sees the first (SQLite's writers queue anyway).
            site = select(site_table.c.id).where(site_table.c.id == notice.site).with_for_update()
            if not connection.execute(site).first():
                raise NotFound(f"no site {notice.site!r}")
            if _current(connection).get(notice.site) == notice.sha256:
                return False
            if not connection.execute(select(table.c.sha256).where(table.c.sha256 == notice.sha256)).first():
                connection.execute(
                    insert(table).values(
                        sha256=notice.sha256, site=notice.site, body=notice.canonical, created_ms=now_ms
                    )
                )
            connection.execute(insert(publication).values(site=notice.site, notice=notice.sha256, published_ms=now_ms))
            if told:
                told(connection)
        return True

    def body(self, sha256: str) -> bytes | None:
        """Return a notice's canonical JSON, None where there is no such notice."""
        with read(self._engine) as connection:
            found = connection.execute(select(table.c.body).where(table.c.sha256 == sha256)).scalar_one_or_none()
        return None if found is None else bytes(found)

    def begins(self, site: str, digits: str) -> str | None:
        """Return the SHA-256 of a site's notice by its first digits; None where none, or more than one, begins so."""
        # 'g' follows every hexadecimal digit: a range that the primary key finds, unlike a pattern
        named = select(table.c.sha256).where(table.c.sha256.between(digits, digits + "g"), table.c.site == site)
        with read(self._engine) as connection:
            found = connection.execute(named.limit(2)).scalars().all()
        return found[0] if len(found) == 1 else None

    def publications(self, site: str) -> list[Publication]:
        """List what a site has shown from when on, newest first; a notice may stand there more than once."""
        asked = select(publication.c.notice, publication.c.published_ms).where(publication.c.site == site)
        with read(self._engine) as connection:
            rows = connection.execute(asked.order_by(publication.c.id.desc()))
            return [Publication(row.notice, row.published_ms) for row in rows]

    def invalidated(self) -> frozenset[str]:
        """List the notices that were found faulty: no choice under them counts."""
        with read(self._engine) as connection:
            return frozenset(connection.execute(select(invalidation.c.notice)).scalars())

    def current(self) -> dict[str, str]:
        """Map each site that has published to the SHA-256 of its current notice."""
        with read(self._engine) as connection:
            return _current(connection)

    def published(self) -> dict[str, int]:
        """Map every published notice to when it first was (unix ms)."""
        first_ms = func.min(publication.c.published_ms).label("first_ms")
        first = select(publication.c.notice, first_ms).group_by(publication.c.notice)
        with read(self._engine) as connection:
            return {row.notice: row.first_ms for row in connection.execute(first)}


def _current(connection: Connection) -> dict[str, str]:
    # A site's row with the highest id is the last publication: ids only grow, clocks do not.
    newest = select(func.max(publication.c.id)).group_by(publication.c.site)
    rows = connection.execute(select(publication.c.site, publication.c.notice).where(publication.c.id.in_(newest)))
    return {row.site: row.notice for row in rows}
