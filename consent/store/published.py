"""Which checkpoint is handed out: the newest that enough witnesses have cosigned, or the newest that waited too long.

Both only grow with time, so nobody is shown a smaller tree than before, and no witness that is away stops the log.
"""

import time
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from consent.store.ledger_tables import checkpoint, cosigned

_KEEP = text(
    "INSERT INTO cosigned (log_id, size, note, witnesses, created_ms)"
    " VALUES (:log_id, :size, :note, :witnesses, :created_ms) ON CONFLICT (log_id, size) DO NOTHING"
)


class Stored(NamedTuple):
    """A checkpoint's size and note, and the keys of the witnesses that have cosigned it."""

    size: int
    note: str
    witnesses: tuple[str, ...] = ()


def newest(connection: Connection, log_id: int | None, patience_ms: int = 0) -> Stored | None:
    """Return the checkpoint to hand out, or None before there is any.

    Args:
        connection: to read from.
        log_id: the log.
        patience_ms: how long a checkpoint waits for its witnesses; 0 where the log has none.
    """
    seen = _first(connection, cosigned, cosigned.c.log_id == log_id)
    mine = checkpoint.c.log_id == log_id
    if patience_ms:
        mine &= checkpoint.c.created_ms <= _now_ms() - patience_ms
    waited = _first(connection, checkpoint, mine)
    return max((each for each in (seen, waited) if each), key=lambda each: each.size, default=None)


def of_size(connection: Connection, log_id: int | None, size: int) -> Stored | None:
    """Return the checkpoint of that size, or None where that size was never signed."""
    seen = _first(connection, cosigned, (cosigned.c.log_id == log_id) & (cosigned.c.size == size))
    return seen or _first(connection, checkpoint, (checkpoint.c.log_id == log_id) & (checkpoint.c.size == size))


def newest_signed(connection: Connection, log_id: int | None) -> Stored | None:
    """Return the newest checkpoint that was signed, cosigned or not."""
    return _first(connection, checkpoint, checkpoint.c.log_id == log_id)


def keep(connection: Connection, log_id: int | None, stored: Stored) -> None:
    """Keep a checkpoint with its cosignatures; the first for its size stays.

    Args:
        connection: in a write transaction.
        log_id: the log.
        stored: the checkpoint.
    """
    row = {"log_id": log_id, **stored._asdict(), "witnesses": "\n".join(stored.witnesses), "created_ms": _now_ms()}
    connection.execute(_KEEP, row)


def _first(connection: Connection, table: Any, which: Any) -> Stored | None:
    columns = [table.c.size, table.c.note, *([table.c.witnesses] if table is cosigned else [])]
    row = connection.execute(select(*columns).where(which).order_by(table.c.size.desc()).limit(1)).first()
    return None if row is None else Stored(row[0], row[1], tuple(row[2].split()) if len(row) > 2 else ())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
