"""Erasing again, in a database that came back older than the erasures: by record ids, without a leaf of its own."""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine, delete, select

from chassis.sql import write
from consent.store.deeds import AT_ONCE, TABLES, forget_decisions
from consent.store.ledger_tables import log_state, record
from consent.store.terms import Numbering


def reapply(engine: Engine, origin: str, parts: Collection[str], records: Sequence[str]) -> int:
    """Erase parts of records, given by their ids; returns how many rows were still there. Again does nothing more.

    Raises:
        Unavailable: the database is away.
    """
    erased = 0
    with write(engine) as connection:
        log_id: int = connection.execute(select(log_state.c.log_id).where(log_state.c.origin == origin)).scalar_one()
        for at in range(0, len(records), AT_ONCE):
            named = (record.c.log_id == log_id) & record.c.record_id.in_(records[at : at + AT_ONCE])
            indexes = connection.execute(select(record.c.idx).where(named)).scalars().all()
            if "choice" in parts:
                forget_decisions(connection, log_id, indexes, Numbering(connection, log_id, {}))
            for part in parts:
                table = TABLES[part]
                gone = delete(table).where(table.c.log_id == log_id, table.c.idx.in_(indexes))
                erased += connection.execute(gone).rowcount
    return erased
