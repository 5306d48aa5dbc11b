"""Tiles and entry bundles of a transparency log, as c2sp.org/tlog-tiles lays them out: coordinates, paths, bytes."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH_SIZE = 32
MAX_LEVEL = 63
MAX_N = 1 << 55  # 256 leaves each, and an index fits 63 bits
MAX_ENTRY_SIZE = 0xFFFF

_PATH = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Tile(NamedTuple):
    """Where a tile stands: `width` hashes from the `n`-th tile of `level`; 256 make a full tile."""

    level: int
    n: int
    width: int = WIDTH


def widths(size: int) -> Iterator[Tile]:
    """Yield the partial tiles at the right edge of a tree of `size`, lowest level first."""
    level = 0
    while size:
        n, width = divmod(size, WIDTH)
        if width:
            yield Tile(level, n, width)
        size, level = n, level + 1


def encode_path(n: int, width: int = WIDTH) -> str:
    """Return the `<N>[.p/<W>]` part of an address: 1234067 becomes `x001/x234/067`."""
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03}")
    return "/".join(groups) + (f".p/{width}" if width < WIDTH else "")


def parse_path(text: str) -> tuple[int, int]:
    """Return (n, width) of a `<N>[.p/<W>]` path; only the one spelling that `encode_path` gives is accepted.

    Raises:
        ValueError: the text is no such path.
    """
    found = _PATH.fullmatch(text)
    if found:
        n = int(found[1].replace("x", "").replace("/", ""))
        width = int(found[2] or WIDTH)
        if n < MAX_N and encode_path(n, width) == text:
            return n, width
    raise ValueError(f"tile path: expected like x001/x234/067 or 067.p/8, got {text!r}")


def parse_level(text: str) -> int:
    """Return the level that the `<L>` part of an address names.

    Raises:
        ValueError: the text is no level, or not its one spelling.
    """
    if text.isascii() and text.isdigit() and len(text) <= 2 and str(int(text)) == text and int(text) <= MAX_LEVEL:
        return int(text)
    raise ValueError(f"tile level: expected 0 to {MAX_LEVEL}, got {text!r}")


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Return log entries as an entry bundle: each led by its length in two bytes, big end first."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        ValueError: the bundle ends inside an entry.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise ValueError(f"entry bundle: ends inside entry {len(entries)}")
        entries.append(bundle[at + 2 : end])
        at = end
    return entries
