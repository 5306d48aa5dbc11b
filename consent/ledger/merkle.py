"""The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1) with SHA-256: hashes, roots, proofs and their verification.

The functions that build work on leaf hashes held in memory and follow the RFC's recursion to the letter; proofs over a
large tree are read through tiles (`tree.py`).
"""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash the bytes of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two smaller than `size` (which is at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes; over none of them the hash of nothing."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(root(hashes[:k]), root(hashes[k:]))


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Return the path from the leaf at `index` to the root over `hashes`, nearest sibling first."""
    if not 0 <= index < len(hashes):
        raise ValueError(f"index: expected 0 to {len(hashes) - 1}, got {index}")
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return [*inclusion_proof(index, hashes[:k]), root(hashes[k:])]
    return [*inclusion_proof(index - k, hashes[k:]), root(hashes[:k])]


def consistency_proof(old: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree over the first `old` leaf hashes is a prefix of the tree over all of them."""
    if not 0 < old <= len(hashes):
        raise ValueError(f"old size: expected 1 to {len(hashes)}, got {old}")
    return _subproof(old, hashes, complete=True)


def _subproof(old: int, hashes: Sequence[bytes], *, complete: bool) -> list[bytes]:
    if old == len(hashes):
        return [] if complete else [root(hashes)]
    k = split(len(hashes))
    if old <= k:
        return [*_subproof(old, hashes[:k], complete=complete), root(hashes[k:])]
    return [*_subproof(old - k, hashes[k:], complete=False), root(hashes[:k])]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Tell whether `proof` leads from the leaf hash at `index` to the root of `size` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == expected


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the tree of `old` leaves is a prefix of the one of `new` leaves (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    seen_old = seen_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            seen_old, seen_new = node_hash(sibling, seen_old), node_hash(sibling, seen_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            seen_new = node_hash(seen_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and seen_old == old_root and seen_new == new_root
