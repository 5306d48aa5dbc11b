"""The sessions that are open: a row each, so that one ends when its owner says so, wherever its cookie is (ASVS 7.4).

A row's id is no secret: what opens the pages is the cookie, which is signed.
"""

import secrets
import time
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from chassis.sql import read, write


class OpenSession(NamedTuple):
    """A session as its owner is told of it; times are unix ms, `browser` is a family (`firefox`) or None."""

    id: str
    browser: str | None
    opened_ms: int
    until_ms: int


def session_table(metadata: MetaData) -> Table:
    """Declare the table of sessions in a service's own metadata."""
    return Table(
        "signed_in_session",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("owner", String(64), nullable=False, index=True),
        Column("browser", String(32)),
        Column("opened_ms", BigInteger, nullable=False),
        Column("until_ms", BigInteger, nullable=False),
    )


class Sessions:
    """The open sessions of one service."""

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine = engine
        self._table = table

    def open(self, owner: str, browser: str | None, until_s: int) -> str:
        """Open a session and return its id; those whose time is over are forgotten."""
        identifier, now_ms = secrets.token_hex(16), _now_ms()
        values = {"id": identifier, "owner": owner, "browser": browser, "opened_ms": now_ms, "until_ms": until_s * 1000}
        with write(self._engine) as connection:
            connection.execute(delete(self._table).where(self._table.c.until_ms <= now_ms))
            connection.execute(insert(self._table).values(values))
        return identifier

    def renew(self, identifier: str, until_s: int) -> str | None:
        """Give an open session another id, so that a cookie of before opens nothing more; None where it has ended."""
        renewed = secrets.token_hex(16)
        with write(self._engine) as connection:
            values = {"id": renewed, "until_ms": until_s * 1000}
            changed = connection.execute(update(self._table).where(self._alive(identifier)).values(values)).rowcount
        return renewed if changed == 1 else None

    def lives(self, identifier: str) -> bool:
        """Tell whether a session is open."""
        with read(self._engine) as connection:
            return connection.execute(select(self._table.c.id).where(self._alive(identifier))).first() is not None

    def of(self, owner: str) -> list[OpenSession]:
        """List somebody's open sessions, newest first."""
        table = self._table.c
        columns = [table[name] for name in OpenSession._fields]
        own = select(*columns).where(table.owner == owner, table.until_ms > _now_ms())
        with read(self._engine) as connection:
            return [OpenSession(*row) for row in connection.execute(own.order_by(table.opened_ms.desc(), table.id))]

    def end(self, identifier: str, owner: str | None = None) -> None:
        """End a session, where it is open; with `owner`, only one of theirs."""
        mine = self._table.c.id == identifier
        mine = mine if owner is None else mine & (self._table.c.owner == owner)
        with write(self._engine) as connection:
            connection.execute(delete(self._table).where(mine))

    def end_others(self, owner: str, identifier: str) -> None:
        """End all of somebody's sessions but one."""
        others = (self._table.c.owner == owner) & (self._table.c.id != identifier)
        with write(self._engine) as connection:
            connection.execute(delete(self._table).where(others))

    def _alive(self, identifier: str) -> ColumnElement[bool]:
        return (self._table.c.id == identifier) & (self._table.c.until_ms > _now_ms())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
