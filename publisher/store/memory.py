"""The translation memory in SQL: each translated segment once per pair of languages and policy, found by its hash."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from publisher.store.tables import segment_memory

# SQLite before 3.32 took no more variables than 999 in a statement
MOST_PER_QUERY = 500


class Pair(NamedTuple):
    """What a memory is of: two languages, and the engines whose work counts (`policy`)."""

    source_language: str
    target_language: str
    policy: str


class StoredSegment(NamedTuple):
    """One translated segment in its stored form, and what made it."""

    source: str
    target: str
    engine: str
    engine_version: str


def find(connection: Connection, pair: Pair, hashes: Collection[str], since_ms: int = 0) -> dict[str, StoredSegment]:
    """Load those segments that are there, made at this time (unix ms) or later, by hash."""
    columns = segment_memory.c
    wanted = list(hashes)
    found: dict[str, StoredSegment] = {}
    for start in range(0, len(wanted), MOST_PER_QUERY):
        rows = connection.execute(
            select(columns.source_hash, columns.source, columns.target, columns.engine, columns.engine_version).where(
                columns.source_language == pair.source_language,
                columns.target_language == pair.target_language,
                columns.policy == pair.policy,
                columns.source_hash.in_(wanted[start : start + MOST_PER_QUERY]),
                columns.created_ms >= since_ms,
            )
        )
        found |= {row.source_hash: StoredSegment(*row[1:]) for row in rows}
    return found


def keep(
    connection: Connection, pair: Pair, segments: Mapping[str, StoredSegment], now_ms: int, since_ms: int = 0
) -> None:
    """Store segments by hash; one that another worker stored at ``since_ms`` or later stays as it is."""
    if not segments:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [
        {**pair._asdict(), "source_hash": each, **segment._asdict(), "created_ms": now_ms}
        for each, segment in segments.items()
    ]
    insert = dialect.insert(segment_memory)
    newer = {name: insert.excluded[name] for name in ("target", "engine", "engine_version", "created_ms")}
    older = segment_memory.c.created_ms < since_ms
    write = insert.on_conflict_do_update(index_elements=list(segment_memory.primary_key), set_=newer, where=older)
    connection.execute(write, rows)
