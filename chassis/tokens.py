"""API tokens: `id.secret`, the secret kept only as SHA-256 (it has 256 bits of its own, so a fast hash is right)."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
)

from chassis.errors import NotFound
from chassis.sql import read, write

ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Token:
    """Who is calling: `site` None means every site, `expires_ms` None never."""

    id: str
    label: str
    scopes: frozenset[str]
    site: str | None
    expires_ms: int | None


#: What is done beside a change of a token, in its transaction.
Told = Callable[[Connection, Token], None]


def token_table(metadata: MetaData) -> Table:
    """Declare the table of tokens in a service's own metadata."""
    return Table(
        "api_token",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("secret_hash", LargeBinary(32), nullable=False),
        Column("label", String(200), nullable=False),
        Column("scopes", String(1000), nullable=False),
        Column("site", String(63)),
        Column("created_ms", BigInteger, nullable=False),
        Column("expires_ms", BigInteger),
        Column("one_time", Boolean, nullable=False),
    )


class Tokens:
    """The tokens of one service."""

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine = engine
        self._table = table

    def create(
        self,
        label: str,
        scopes: Iterable[str],
        site: str | None = None,
        ttl_s: int | None = None,
        one_time: bool = False,
        told: Told | None = None,
    ) -> str:
        """Make a token and return its text, which is shown this once only.

        Args:
            label: what it is for, for the list.
            scopes: what it may do, e.g. `audit:read`.
            site: the one site that it is for; None for all.
            ttl_s: seconds it lives; None for ever.
            one_time: whether `redeem` ends it.
            told: what else is to be done in the same transaction.
        """
        scopes = sorted(set(scopes))
        identifier, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        now_ms = _now_ms()
        row: dict[str, Any] = {
            "id": identifier,
            "secret_hash": _digest(secret),
            "label": label,
            "scopes": " ".join(scopes),
            "site": site,
            "created_ms": now_ms,
            "expires_ms": None if ttl_s is None else now_ms + ttl_s * 1000,
            "one_time": one_time,
        }
        with write(self._engine) as connection:
            connection.execute(insert(self._table).values(row))
            if told:
                told(connection, Token(identifier, label, frozenset(scopes), site, row["expires_ms"]))
        return f"{identifier}.{secret}"

    def authenticate(self, text: str) -> Token | None:
        """Return the token that `text` proves, or None; a one-time token is for `redeem` only."""
        row = self._find(text)
        return None if row is None or row.one_time else _token(row)

    def redeem(self, text: str) -> Token | None:
        """Use up a one-time token (or accept a lasting one); None where it is unknown, expired or used."""
        row = self._find(text)
        if row is None:
            return None
        if row.one_time:
            with write(self._engine) as connection:
                # Of two that redeem at once, one deletes the row and the other finds none.
                gone = connection.execute(delete(self._table).where(self._table.c.id == row.id))
                if gone.rowcount != 1:
                    return None
        return _token(row)

    def lives(self, identifier: str) -> bool:
        """Tell whether a token is there and has not expired."""
        own = select(self._table.c.expires_ms).where(self._table.c.id == identifier)
        with read(self._engine) as connection:
            row = connection.execute(own).one_or_none()
        return row is not None and (row.expires_ms is None or row.expires_ms > _now_ms())

    def revoke(self, identifier: str, told: Told | None = None) -> None:
        """End a token, and do what else is `told` in the same transaction.

        Raises:
            NotFound: there is none of that id.
        """
        own = self._table.c.id == identifier
        with write(self._engine) as connection:
            row = connection.execute(select(self._table).where(own)).one_or_none()
            if row is None or connection.execute(delete(self._table).where(own)).rowcount != 1:
                raise NotFound(f"no token {identifier!r}")
            if told:
                told(connection, _token(row))

    def all(self) -> list[Token]:
        """List the tokens, oldest first, without their secrets."""
        with read(self._engine) as connection:
            return [_token(row) for row in connection.execute(select(self._table).order_by(self._table.c.created_ms))]

    def _find(self, text: str) -> "Row[tuple[object, ...]] | None":
        identifier, _, secret = text.partition(".")
        if not ID.fullmatch(identifier):
            return None  # databases do not take every text
        with read(self._engine) as connection:
            row = connection.execute(select(self._table).where(self._table.c.id == identifier)).one_or_none()
        if row is None or not hmac.compare_digest(row.secret_hash, _digest(secret)):
            return None
        return None if row.expires_ms is not None and row.expires_ms <= _now_ms() else row


def _token(row: "Row[tuple[object, ...]]") -> Token:
    return Token(row.id, row.label, frozenset(row.scopes.split()), row.site, row.expires_ms)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
