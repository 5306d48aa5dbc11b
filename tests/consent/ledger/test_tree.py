"""The tree kept in tiles against the plain recursion, at the sizes where tiles begin and end."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.ledger import merkle
from consent.ledger.tiles import HASH_SIZE, Tile, widths
from consent.ledger.tree import Edge, TileTree

MOST = 65_537
LEAVES = [hashlib.sha256(b"%d" % at).digest() for at in range(MOST)]


class Store:
    """Tiles in memory, given out only as a tree of some size may ask for them."""

    def __init__(self) -> None:
        self.full: dict[tuple[int, int], bytes] = {}
        self.edge = Edge(0)

    def grow(self, size: int) -> "Store":
        for tile, hashes in self.edge.append(LEAVES[self.edge.size : size]):
            assert tile.width * HASH_SIZE == len(hashes)
            self.full[tile.level, tile.n] = hashes
        # as the database does: the edge is written and read again between batches
        self.edge = Edge(self.edge.size, self.edge.levels())
        return self

    def read(self, tile: Tile) -> bytes:
        there = self.full.get((tile.level, tile.n)) or self.edge.levels()[tile.level]
        return there[: tile.width * HASH_SIZE]

    def tree(self, size: int) -> TileTree:
        return TileTree(size, self.read)


@pytest.fixture(scope="module")
def large() -> Store:
    return Store().grow(MOST)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
def test_the_edge_has_the_root_of_the_recursion(size: int) -> None:
    store = Store().grow(size // 3).grow(size)
    assert store.edge.root() == merkle.root(LEAVES[:size])
    assert store.tree(size).root() == merkle.root(LEAVES[:size])
    partial = [(tile.level, tile.width) for tile in widths(size)]
    levels = [(level, len(hashes) // HASH_SIZE) for level, hashes in enumerate(store.edge.levels()) if hashes]
    assert levels == partial


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537])
def test_a_larger_log_still_proves_its_smaller_sizes(large: Store, size: int) -> None:
    root = merkle.root(LEAVES[:size])
    tree = large.tree(size)
    assert tree.root() == root
    for index in {0, size // 2, max(0, size - 257), size - 1}:
        assert merkle.verify_inclusion(LEAVES[index], index, size, tree.inclusion_proof(index), root)
    for old in {1, size // 3 or 1, size - 1 or 1, size}:
        proof = tree.consistency_proof(old)
        assert merkle.verify_consistency(old, size, proof, merkle.root(LEAVES[:old]), root)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_proofs_are_those_of_the_recursion(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1200))
    store = Store()
    for step in sorted(data.draw(st.lists(st.integers(0, size), max_size=5))):
        store.grow(step)
    tree = store.grow(size).tree(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree.inclusion_proof(index) == merkle.inclusion_proof(index, LEAVES[:size])
    assert tree.consistency_proof(old) == merkle.consistency_proof(old, LEAVES[:size])


def test_an_edge_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="expected hashes for a tree of 3"):
        Edge(3, [LEAVES[0]])


def test_a_tile_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="tile 0/0: expected 2 hashes, got 1"):
        TileTree(2, lambda tile: LEAVES[0]).root()


def test_proofs_outside_the_tree_are_refused(large: Store) -> None:
    with pytest.raises(ValueError, match="index: expected 0 to 9"):
        large.tree(10).inclusion_proof(10)
    with pytest.raises(ValueError, match="old size: expected 1 to 10"):
        large.tree(10).consistency_proof(11)
