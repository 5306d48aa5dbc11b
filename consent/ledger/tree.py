"""A growing Merkle tree kept as tiles: appending at the right edge, and roots and proofs read through tiles.

Nothing but tiles is stored; the nodes inside a tile are hashed again when a proof needs them (at most 255 hashes).
"""

from collections.abc import Callable, Iterable

from consent.ledger.merkle import EMPTY_ROOT, node_hash, root, split
from consent.ledger.tiles import HASH_SIZE, HEIGHT, WIDTH, Tile

ReadTile = Callable[[Tile], bytes]


class Edge:
    """The right edge of a tree: per level the hashes of the one tile that is not full yet."""

    def __init__(self, size: int, levels: Iterable[bytes] = ()) -> None:
        """Take a tree of `size` whose partial tiles, lowest level first, are `levels` (empty bytes for none)."""
        self.size = size
        self._levels = [split_hashes(level) for level in levels]
        counts = [len(level) for level in self._levels]
        if sum(count * WIDTH**level for level, count in enumerate(counts)) != size:
            raise ValueError(f"edge: expected hashes for a tree of {size}, got {counts} by level")

    def append(self, leaf_hashes: Iterable[bytes]) -> list[tuple[Tile, bytes]]:
        """Append leaf hashes and return the tiles which became full, with their bytes."""
        full: list[tuple[Tile, bytes]] = []
        for leaf in leaf_hashes:
            self.size += 1
            self._push(0, leaf, full)
        return full

    def _push(self, level: int, value: bytes, full: list[tuple[Tile, bytes]]) -> None:
        if level == len(self._levels):
            self._levels.append([])
        hashes = self._levels[level]
        hashes.append(value)
        if len(hashes) == WIDTH:
            full.append((Tile(level, self.size // WIDTH ** (level + 1) - 1), b"".join(hashes)))
            self._levels[level] = []
            self._push(level + 1, root(hashes), full)

    def levels(self) -> list[bytes]:
        """Return the bytes of the partial tile of each level, lowest first."""
        return [b"".join(hashes) for hashes in self._levels]

    def root(self) -> bytes:
        """Return the root hash of the tree."""
        whole: bytes | None = None
        for hashes in self._levels:
            # Perfect subtrees hang off the right edge from small to large: fold them from the right.
            for subtree in reversed(_perfect(hashes)):
                whole = subtree if whole is None else node_hash(subtree, whole)
        return EMPTY_ROOT if whole is None else whole


def split_hashes(tile: bytes) -> list[bytes]:
    """Return the hashes that a tile's bytes hold."""
    return [tile[at : at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]


def _perfect(hashes: list[bytes]) -> list[bytes]:
    """Return the roots of the perfect subtrees that cover `hashes`, largest first."""
    roots, at = [], 0
    while at < len(hashes):
        width = 1 << (len(hashes) - at).bit_length() - 1
        roots.append(root(hashes[at : at + width]))
        at += width
    return roots


class TileTree:
    """The tree of `size` leaves, read through `read(tile) -> bytes`, which is asked for tiles of just that tree."""

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Return the root hash."""
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the path from the leaf at `index` to the root, nearest sibling first."""
        if not 0 <= index < self.size:
            raise ValueError(f"index: expected 0 to {self.size - 1}, got {index}")
        proof, low, high = [], 0, self.size
        while high - low > 1:
            middle = low + split(high - low)
            if index < middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low = middle
        return proof[::-1]

    def consistency_proof(self, old: int) -> list[bytes]:
        """Return the proof that the tree of the first `old` leaves is a prefix of this one."""
        if not 0 < old <= self.size:
            raise ValueError(f"old size: expected 1 to {self.size}, got {old}")
        proof, low, high, complete = [], 0, self.size, True
        while old != high:
            middle = low + split(high - low)
            if old <= middle:
                proof.append(self._range(middle, high))
                high = middle
            else:
                proof.append(self._range(low, middle))
                low, complete = middle, False
        if not complete:
            proof.append(self._range(low, high))
        return proof[::-1]

    def _range(self, low: int, high: int) -> bytes:
        """Return the hash over the leaves from `low` to before `high`, a range that the RFC's recursion meets."""
        width = high - low
        if width & (width - 1):
            middle = low + split(width)
            return node_hash(self._range(low, middle), self._range(middle, high))
        level, inner = divmod(width.bit_length() - 1, HEIGHT)
        n, at = divmod(low >> level * HEIGHT, WIDTH)
        return root(self._hashes(level, n)[at : at + (1 << inner)])

    def _hashes(self, level: int, n: int) -> list[bytes]:
        if (level, n) not in self._tiles:
            width = min((self.size >> level * HEIGHT) - n * WIDTH, WIDTH)
            hashes = split_hashes(self._read(Tile(level, n, width)))
            if len(hashes) != width:
                raise ValueError(f"tile {level}/{n}: expected {width} hashes, got {len(hashes)}")
            self._tiles[level, n] = hashes
        return self._tiles[level, n]
