"""The keys that a log has signed with, newest first. None is ever forgotten: what it signed stays to be checked."""

import time
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from consent.ledger.signing import Verifier, read_vkey
from consent.store.ledger_tables import log_key


def keys_of(connection: Connection, log_id: int | None) -> tuple[Verifier, ...]:
    """Return a log's keys, newest first; retired ones too."""
    newest_first = select(log_key.c.vkey).where(log_key.c.log_id == log_id).order_by(log_key.c.number.desc())
    return tuple(read_vkey(vkey) for vkey in connection.execute(newest_first).scalars())


def introduce(connection: Connection, log_id: int, vkeys: Sequence[str]) -> None:
    """Put the keys that are new, and note which are signed with no more.

    Args:
        connection: in a write transaction.
        log_id: the log.
        vkeys: all keys that it signs with now, newest first.

    Raises:
        ValueError: none of them is one that it has signed with before; then anybody could take the log over.
    """
    known = [key.vkey for key in keys_of(connection, log_id)]
    if known and not set(known) & set(vkeys):
        raise ValueError(f"the ledger is signed by {known[0]}, the key at hand is {vkeys[0]}")
    now = int(time.time() * 1000)
    for number, vkey in enumerate(reversed([vkey for vkey in vkeys if vkey not in known]), start=len(known) + 1):
        row = {"log_id": log_id, "number": number, "vkey": vkey, "introduced_ms": now}
        connection.execute(insert(log_key).values(row))
    unused = log_key.c.vkey.not_in(vkeys) & log_key.c.retired_ms.is_(None)
    connection.execute(update(log_key).where(log_key.c.log_id == log_id, unused).values(retired_ms=now))
