"""The tree's tiles in SQL: full ones are written once, the right edge is one row a level, rewritten by each batch."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from consent.ledger.merkle import leaf_hash
from consent.ledger.tiles import HASH_SIZE, WIDTH, Tile
from consent.ledger.tree import Edge
from consent.store import ledger_tables as tables
from consent.store.bulk import insert_rows

_UPSERT_EDGE = text(
    "INSERT INTO edge (log_id, level, n, hashes) VALUES (:log_id, :level, :n, :hashes) "
    "ON CONFLICT (log_id, level) DO UPDATE SET n = excluded.n, hashes = excluded.hashes"
)


def grow(connection: Connection, log_id: int, size: int, leaves: Sequence[bytes]) -> None:
    """Grow the tree of `size` by `leaves`: put the tiles that become full, and the new right edge."""
    edge = edge_of(connection, log_id, size)
    full = edge.append(leaf_hash(leaf) for leaf in leaves)
    insert_rows(connection, tables.tile, [(log_id, tile.level, tile.n, hashes) for tile, hashes in full])
    for level, hashes in enumerate(edge.levels()):
        n = edge.size // WIDTH ** (level + 1)
        connection.execute(_UPSERT_EDGE, {"log_id": log_id, "level": level, "n": n, "hashes": hashes})


def edge_of(connection: Connection, log_id: int, size: int) -> Edge:
    """Return the right edge of the committed tree of `size`."""
    levels = connection.execute(
        select(tables.edge.c.hashes).where(tables.edge.c.log_id == log_id).order_by(tables.edge.c.level)
    ).scalars()
    return Edge(size, (bytes(hashes) for hashes in levels))


def read_tile(connection: Connection, log_id: int | None, tile: Tile) -> bytes | None:
    """Return the bytes of a tile, partial ones cut from what is there; None where the tree has not come that far."""
    full = select(tables.tile.c.hashes).where(
        tables.tile.c.log_id == log_id, tables.tile.c.level == tile.level, tables.tile.c.n == tile.n
    )
    edge = select(tables.edge.c.hashes).where(
        tables.edge.c.log_id == log_id, tables.edge.c.level == tile.level, tables.edge.c.n == tile.n
    )
    wanted = tile.width * HASH_SIZE
    for statement in (full, edge):
        hashes = connection.execute(statement).scalar()
        if hashes is not None and len(hashes) >= wanted:
            return bytes(hashes[:wanted])
    return None
