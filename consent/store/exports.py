"""Exports in the database: what was asked for, by whom, what is known of its bytes, and its one-use link."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, delete, func, insert, select, update

from chassis.sql import read, write
from consent.exports.making import Segment, Whole
from consent.store.export_tables import export as table
from consent.store.export_tables import export_segment


@dataclass(frozen=True)
class Export:
    """An export that was asked for; `records`, `size_bytes` and `sha256` are None as long as they are not known."""

    id: str
    token_id: str
    site: str | None
    sees_held: bool
    format: str
    filter: Mapping[str, Any]
    tree_size: int
    checkpoint: str
    key: str
    witnesses: Sequence[str]
    epoch: int
    created_ms: int
    expires_ms: int
    etag: str
    records: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None

    @property
    def quoted(self) -> str:
        """Return the entity tag as it stands in headers. Who downloads learns it, and nobody else."""
        return f'"{self.etag}"'


_JSON = ("filter", "witnesses")
_COLUMNS = [table.c[name] for name in Export.__dataclass_fields__]


class Exports:
    """The exports of one deployment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, export: Export, now_ms: int) -> None:
        """Store a new export, and forget those that have expired."""
        with write(self._engine) as connection:
            old = select(table.c.id).where(table.c.expires_ms <= now_ms)
            connection.execute(delete(export_segment).where(export_segment.c.export_id.in_(old)))
            connection.execute(delete(table).where(table.c.expires_ms <= now_ms))
            texts = {name: json.dumps(getattr(export, name)) for name in _JSON}
            values = vars(export) | texts | {"link_used": False}
            connection.execute(insert(table).values(values))

    def find(self, export_id: str, now_ms: int) -> Export | None:
        """Return an export, None where there is none of that id or it has expired."""
        statement = select(*_COLUMNS).where(table.c.id == export_id, table.c.expires_ms > now_ms)
        with read(self._engine) as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _export(row)

    def newest(self, site: str | None, now_ms: int, limit: int) -> list[Export]:
        """List exports that have not expired, newest first; `site`: only those of who may see that site alone."""
        alive = select(*_COLUMNS).where(table.c.expires_ms > now_ms)
        wanted = alive if site is None else alive.where(table.c.site == site)
        with read(self._engine) as connection:
            rows = connection.execute(wanted.order_by(table.c.created_ms.desc(), table.c.id).limit(limit)).all()
        return [_export(row) for row in rows]

    def segments(self, export_id: str) -> list[Segment]:
        """Return the segments that are known, from the start without a gap."""
        columns = [export_segment.c[name] for name in Segment._fields]
        own = export_segment.c.export_id == export_id
        with read(self._engine) as connection:
            rows = connection.execute(select(*columns).where(own).order_by(export_segment.c.number)).all()
        return [Segment(*row) for row in rows]

    def keep(self, export_id: str, number: int, segment: Segment) -> None:
        """Add a segment, the next after those that are known; one that another download has added stays."""
        own = export_segment.c.export_id == export_id
        with write(self._engine) as connection:
            connection.execute(select(table.c.id).where(table.c.id == export_id).with_for_update())
            known = connection.execute(select(func.count()).select_from(export_segment).where(own)).scalar_one()
            if known == number:
                values = {"export_id": export_id, "number": number, **segment._asdict()}
                connection.execute(insert(export_segment).values(values))

    def finish(self, export_id: str, whole: Whole) -> None:
        """Note what the whole is; a hash that is known stays."""
        known = {name: value for name, value in whole._asdict().items() if value is not None}
        with write(self._engine) as connection:
            connection.execute(update(table).where(table.c.id == export_id).values(known))

    def set_link(self, export_id: str, secret: str, expires_ms: int) -> None:
        """Give the export a link that opens it once; one that it had opens nothing any more."""
        values = {"link_hash": _digest(secret), "link_expires_ms": expires_ms, "link_used": False}
        with write(self._engine) as connection:
            connection.execute(update(table).where(table.c.id == export_id).values(values))

    def open_link(self, export_id: str, secret: str, now_ms: int, going_on: bool) -> bool:
        """Tell whether a link opens its export, and use it up.

        Args:
            export_id: the export.
            secret: what the link holds.
            now_ms: the time.
            going_on: the caller has proved that it goes on with a download that the link has opened.
        """
        alive = (table.c.id == export_id) & (table.c.link_expires_ms > now_ms)
        with write(self._engine) as connection:
            row = connection.execute(select(table.c.link_hash, table.c.link_used).where(alive)).one_or_none()
            if row is None or not hmac.compare_digest(bytes(row.link_hash), _digest(secret)):
                return False
            if going_on:
                return bool(row.link_used)
            used = update(table).where(alive, table.c.link_used.is_(False)).values(link_used=True)
            return connection.execute(used).rowcount == 1


def _export(row: Row[Any]) -> Export:
    return Export(**row._asdict() | {name: json.loads(getattr(row, name)) for name in _JSON})


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
