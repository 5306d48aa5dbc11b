"""RFC 6962 hashing against published roots and against the RFC's definitions, written here a second time."""

import hashlib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.ledger import merkle

# The eight inputs of certificate-transparency's tests, and the published root of every prefix of them.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 300
LEAVES = [hashlib.sha256(b"%d" % at).digest() for at in range(MOST)]


@cache
def mth(low: int, high: int) -> bytes:
    """MTH(D[low:high]) of RFC 6962 §2.1, over leaf hashes."""
    if high - low <= 1:
        return LEAVES[low] if high > low else hashlib.sha256().digest()
    k = 1
    while k * 2 < high - low:
        k *= 2
    return hashlib.sha256(b"\x01" + mth(low, low + k) + mth(low + k, high)).digest()


def path(index: int, low: int, high: int) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1."""
    if high - low == 1:
        return []
    k = 1
    while k * 2 < high - low:
        k *= 2
    if index - low < k:
        return [*path(index, low, low + k), mth(low + k, high)]
    return [*path(index, low + k, high), mth(low, low + k)]


def proof(old: int, low: int, high: int, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2."""
    if old == high - low:
        return [] if whole else [mth(low, high)]
    k = 1
    while k * 2 < high - low:
        k *= 2
    if old <= k:
        return [*proof(old, low, low + k, whole), mth(low + k, high)]
    return [*proof(old - k, low + k, high, False), mth(low, low + k)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(data) for data in INPUTS[:size]]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9, 64, 100, 255, 256, 257, 299, 300])
def test_inclusion_follows_the_rfc(size: int) -> None:
    leaves = LEAVES[:size]
    for index in range(size):
        found = merkle.inclusion_proof(index, leaves)
        assert found == path(index, 0, size)
        assert merkle.verify_inclusion(leaves[index], index, size, found, mth(0, size))


def test_every_inclusion_up_to_300_verifies() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            assert merkle.verify_inclusion(LEAVES[index], index, size, path(index, 0, size), mth(0, size))


def test_every_consistency_up_to_300_verifies() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            assert merkle.verify_consistency(old, new, proof(old, 0, new, True), mth(0, old), mth(0, new))


@pytest.mark.parametrize("new", [1, 2, 3, 4, 7, 8, 9, 64, 100, 255, 256, 257, 299, 300])
def test_consistency_follows_the_rfc(new: int) -> None:
    for old in range(1, new + 1):
        assert merkle.consistency_proof(old, LEAVES[:new]) == proof(old, 0, new, True)


@given(st.data(), st.integers(1, MOST))
def test_a_changed_inclusion_proof_fails(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    good = path(index, 0, size)
    bad = data.draw(st.lists(st.sampled_from(LEAVES[:20]) | st.sampled_from(good or LEAVES), max_size=10))
    if bad != good:
        assert not merkle.verify_inclusion(LEAVES[index], index, size, bad, mth(0, size))
    assert not merkle.verify_inclusion(LEAVES[index], index, size, [*good, LEAVES[0]], mth(0, size))
    assert not merkle.verify_inclusion(LEAVES[index], size, size, good, mth(0, size))
    assert not merkle.verify_inclusion(LEAVES[index], -1, size, good, mth(0, size))


@given(st.data(), st.integers(2, MOST))
def test_a_changed_consistency_proof_fails(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    good = proof(old, 0, new, True)
    bad = data.draw(st.lists(st.sampled_from(LEAVES[:20]) | st.sampled_from(good), max_size=10))
    if bad != good:
        assert not merkle.verify_consistency(old, new, bad, mth(0, old), mth(0, new))
    other = data.draw(st.integers(1, new))
    if other != old:
        assert not merkle.verify_consistency(other, new, good, mth(0, old), mth(0, new))
    assert not merkle.verify_consistency(0, new, good, mth(0, 0), mth(0, new))


def test_indices_outside_the_tree_are_refused() -> None:
    for call in (
        lambda: merkle.inclusion_proof(3, LEAVES[:3]),
        lambda: merkle.inclusion_proof(-1, LEAVES[:3]),
        lambda: merkle.consistency_proof(0, LEAVES[:3]),
        lambda: merkle.consistency_proof(4, LEAVES[:3]),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()
