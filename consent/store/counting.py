"""Adding to the counts: records in the transaction that appends them, displays a batch at a time, each batch once."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, delete, text

from chassis.sql import write
from consent.statistics import Served, Tally
from consent.store.statistics_tables import choice_count, decision_count, served_batch, served_count

KEPT_MS = 86_400_000
_TAKEN = text(
    "INSERT INTO served_batch (batch, taken_ms) VALUES (:batch, :now_ms) ON CONFLICT DO NOTHING RETURNING batch"
)


def add(connection: Connection, table: Table, counts: Mapping[Any, Sequence[int]], *before: Any) -> None:
    """Add counts to those of a table.

    Args:
        connection: within the transaction that the counts belong to.
        table: one of the counts.
        counts: by key, a tuple; parts and counts stand in the order of the table's columns.
        before: the columns that all keys share and none of them names.
    """
    if not counts:
        return
    # In one order everywhere: two writers never wait for each other's rows in a ring.
    rows = [(*before, *key, *counted) for key, counted in sorted(counts.items())]
    names = ", ".join(column.name for column in table.columns)
    keys = ", ".join(column.name for column in table.primary_key)
    sums = (f"{each.name} = {table.name}.{each.name} + excluded.{each.name}" for each in numbers(table))
    adding = f"ON CONFLICT ({keys}) DO UPDATE SET {', '.join(sums)}"
    # JSON has no dates, and SQLite no type for them: both take the day as it is written.
    written = [tuple(part.isoformat() if isinstance(part, date) else part for part in row) for row in rows]
    if connection.dialect.name == "postgresql":
        # One statement with one value: a statement for each row took a sixth of the drain's time, arrays a tenth.
        told = json.dumps([dict(zip(table.columns.keys(), row, strict=True)) for row in written])
        types = ", ".join(f"{column.name} {column.type.compile(connection.dialect)}" for column in table.columns)
        given = f"SELECT {names} FROM json_to_recordset(%s::json) AS given ({types})"
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) {given} {adding}", (told,))
    else:
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {adding}", written)


def numbers(table: Table) -> list[Column[Any]]:
    """List the columns that hold counts."""
    return [column for column in table.columns if not column.primary_key]


def add_tally(connection: Connection, log_id: int, tally: Tally) -> None:
    """Add what was counted of a log's records."""
    add(connection, choice_count, tally.made(), log_id)
    add(connection, decision_count, tally.decided(), log_id)


def take_served(engine: Engine, batch: str, counts: Mapping[Served, int], now_ms: int) -> bool:
    """Add a batch of displays, unless it was added before; tell whether it was new.

    Raises:
        Unavailable: the database is away; nothing was written.
    """
    with write(engine) as connection:
        if connection.execute(_TAKEN, {"batch": batch, "now_ms": now_ms}).scalar() is None:
            return False
        add(connection, served_count, {display: (count,) for display, count in counts.items()})
        connection.execute(delete(served_batch).where(served_batch.c.taken_ms < now_ms - KEPT_MS))
    return True
