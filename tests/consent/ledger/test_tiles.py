"""Tile coordinates, paths and entry bundles as c2sp.org/tlog-tiles gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.ledger.tiles import Tile, encode_bundle, encode_path, parse_bundle, parse_path, widths


@pytest.mark.parametrize(
    ("n", "width", "path"),
    [
        (1234067, 256, "x001/x234/067"),
        (0, 256, "000"),
        (273, 112, "273.p/112"),
        (999, 256, "999"),
        (1000, 1, "x001/000.p/1"),
    ],
)
def test_paths_are_written_as_the_specification_writes_them(n: int, width: int, path: str) -> None:
    assert encode_path(n, width) == path
    assert parse_path(path) == (n, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "00",
        "0000",
        "067.p/0",
        "067.p/256",
        "067.p/08",
        "x000/067",
        "x001/x234/067/",
        "/067",
        "x1/067",
        "067.p",
        "067.p/",
        "x001/x234/067.p/-1",
        "a67",
        "067\n",
        "٠٦٧",
        "001/067",
        "x001",
    ],
)
def test_no_other_spelling_is_a_path(path: str) -> None:
    with pytest.raises(ValueError, match="tile path"):
        parse_path(path)


def test_the_right_edge_of_70000_is_that_of_the_specification() -> None:
    assert list(widths(70_000)) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(widths(256)) == [Tile(1, 0, 1)]
    assert list(widths(0)) == []


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_bundles_come_back(entries: list[bytes]) -> None:
    assert parse_bundle(encode_bundle(entries)) == entries


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x02a", b"\xff\xff", encode_bundle([b"ab", b"c"])[:-1]])
def test_a_bundle_that_ends_inside_an_entry_is_refused(bundle: bytes) -> None:
    with pytest.raises(ValueError, match="ends inside entry"):
        parse_bundle(bundle)
