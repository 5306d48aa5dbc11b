"""One log in SQL, as whoever checks it sees it: its keys, leaves, tiles, checkpoints and proofs."""

import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, select

from chassis.errors import NotFound, Unavailable
from chassis.sql import read
from consent.ledger.commitments import Opening
from consent.ledger.publication import Published, arrange
from consent.ledger.signing import Verifier
from consent.ledger.stream import START
from consent.ledger.tiles import HEIGHT, WIDTH, Tile, encode_bundle
from consent.ledger.tree import TileTree
from consent.receipts import Evidence
from consent.store import ledger_tables as tables
from consent.store import log_keys, published
from consent.store.tree_tiles import read_tile

_log = logging.getLogger(__name__)


class LogState(NamedTuple):
    """How far the ledger has come."""

    size: int = 0
    cursor: str = START
    consumed: int = 0


class Log:
    """One log, by its origin. Before `Ledger.ensure` was called once for the database, it reads as an empty log."""

    def __init__(self, engine: Engine, origin: str, patience_ms: int = 0) -> None:
        """Take the log of that origin.

        Args:
            engine: the database.
            origin: the log's name.
            patience_ms: how long a checkpoint waits for witnesses before it is handed out; 0 where there are none.
        """
        self.engine = engine
        self.origin = origin
        self._patience_ms = patience_ms
        self._id: int | None = None

    @property
    def log_id(self) -> int | None:
        """The log's number, or None before `ensure`."""
        if self._id is None:
            with read(self.engine) as connection:
                self._id = connection.execute(of_origin(self.origin, tables.log_state.c.log_id)).scalar()
        return self._id

    @property
    def vkey(self) -> str | None:
        """The newest of the log's public keys as text, or None before `ensure`."""
        with read(self.engine) as connection:
            return connection.execute(of_origin(self.origin, tables.log_state.c.vkey)).scalar()

    @property
    def keys(self) -> tuple[Verifier, ...]:
        """The log's public keys, newest first; those that it signs with no more, too."""
        with read(self.engine) as connection:
            return log_keys.keys_of(connection, self.log_id)

    def state(self) -> LogState:
        """Return size, cursor and how many stream entries were consumed."""
        with read(self.engine) as connection:
            row = connection.execute(of_origin(self.origin, *STATE)).one_or_none()
        return LogState() if row is None else LogState(*row)

    @property
    def size(self) -> int:
        """The number of leaves, committed but not always signed yet."""
        return self.state().size

    def tile(self, tile: Tile) -> bytes | None:
        """Return the bytes of a tile, or None where the tree has not come that far.

        Raises:
            NotFound: the tree has come that far, and the tile is gone.
        """
        size = self.size
        if size >> tile.level * HEIGHT < tile.n * WIDTH + tile.width:
            return None
        with read(self.engine) as connection:
            hashes = read_tile(connection, self.log_id, tile)
        if hashes is None:
            raise _gone(f"tile {tile.level}/{tile.n}")
        return hashes

    def entries_tile(self, n: int, width: int = WIDTH) -> bytes | None:
        """Return an entry bundle, or None where the log has not come that far.

        Raises:
            NotFound: the log has come that far, and an entry of it is gone.
        """
        size, start, leaf = self.size, n * WIDTH, tables.leaf.c
        if size < start + width:
            return None
        within = (leaf.log_id == self.log_id) & (leaf.idx >= start) & (leaf.idx < start + width)
        with read(self.engine) as connection:
            rows = connection.execute(select(leaf.idx, leaf.body).where(within).order_by(leaf.idx)).all()
        if len(rows) == width:
            return encode_bundle(bytes(body) for _, body in rows)
        there = {index for index, _ in rows}
        raise _gone(f"entry {next(index for index in range(start, start + width) if index not in there)}")

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the leaves from index `start` to before `end`."""
        statement = (
            select(tables.leaf.c.body)
            .where(tables.leaf.c.log_id == self.log_id, tables.leaf.c.idx >= start, tables.leaf.c.idx < end)
            .order_by(tables.leaf.c.idx)
        )
        with read(self.engine) as connection:
            for (body,) in connection.execute(statement):
                yield bytes(body)

    def tree(self, size: int) -> TileTree:
        """Return the tree of the first `size` leaves; reading it raises Unavailable where a tile of it is gone."""

        def fetch(tile: Tile) -> bytes:
            try:
                return self.tile(tile) or b""
            except NotFound as gone:
                raise Unavailable(f"no proof can be made: {gone.detail}") from None

        return TileTree(size, fetch)

    def checkpoint(self) -> str | None:
        """Return the checkpoint that is handed out, or None where there is none yet."""
        with read(self.engine) as connection:
            found = published.newest(connection, self.log_id, self._patience_ms)
        return None if found is None else found.note

    def checkpoint_of(self, size: int) -> str | None:
        """Return the checkpoint of that size, or None where that size was never signed."""
        with read(self.engine) as connection:
            found = published.of_size(connection, self.log_id, size)
        return None if found is None else found.note

    def published(self) -> Published | None:
        """Return the checkpoint that is handed out as proofs carry it, or None where there is none yet."""
        with read(self.engine) as connection:
            found = published.newest(connection, self.log_id, self._patience_ms)
            keys = log_keys.keys_of(connection, self.log_id)
        return None if found is None else arrange(found.note, keys, found.witnesses)

    def prove(self, own_id: str, index: int, leaf: bytes, choice: Opening | None = None) -> Evidence | None:
        """Return what proves a leaf, or None where no checkpoint covers it yet."""
        head = self.published()
        if head is None or index >= head.size:
            return None
        path = tuple(self.tree(head.size).inclusion_proof(index))
        return Evidence(own_id, index, leaf, choice, path, head.note, head.vkey, head.witnesses)


#: The columns of `LogState`.
STATE = (tables.log_state.c.size, tables.log_state.c.cursor, tables.log_state.c.consumed)


def of_origin(origin: str, *columns: Any) -> Select[Any]:
    """Select columns of a log's row."""
    return select(*columns).where(tables.log_state.c.origin == origin)


def _gone(what: str) -> NotFound:
    _log.error("a part of the log is gone", extra={"part": what})
    return NotFound(f"{what} is gone: the log has had it, and somebody has deleted it")
