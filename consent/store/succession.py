"""Beginning a log in the place of another, in one transaction."""

from sqlalchemy import Engine, insert, select, update

from chassis.sql import write
from consent.ledger.stream import START
from consent.store import log_keys
from consent.store.ledger_tables import leaf, log_state
from consent.store.tree_tiles import grow


def begin(engine: Engine, origin: str, vkey: str, first: bytes) -> bool:
    """Begin a log with its first leaf; False where it has begun already.

    Args:
        engine: the database.
        origin: the new log's name.
        vkey: its key.
        first: the leaf that tells what it succeeds.
    """
    with write(engine) as connection:
        if connection.execute(select(log_state.c.log_id).where(log_state.c.origin == origin)).first():
            return False
        values = {"origin": origin, "vkey": vkey, "size": 0, "cursor": START, "consumed": 0}
        connection.execute(insert(log_state).values(values))
        log_id = connection.execute(select(log_state.c.log_id).where(log_state.c.origin == origin)).scalar_one()
        log_keys.introduce(connection, log_id, [vkey])
        connection.execute(insert(leaf).values(log_id=log_id, idx=0, body=first))
        grow(connection, log_id, 0, [first])
        connection.execute(update(log_state).where(log_state.c.log_id == log_id).values(size=1))
    return True
