"""Sets of vendor ids as runs of neighbours, and the two ways in which a TC string writes them.

A run of 65,535 vendors takes 33 bits: kept as runs, a hostile string costs no more than its own length.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from consent.iab.bits import Malformed, Reader, Writer

ID_BITS, COUNT_BITS = 16, 12
MOST_RANGES = (1 << COUNT_BITS) - 1


@dataclass(frozen=True)
class VendorIds:
    """Vendor ids in rising order, as (first, last) of each unbroken run."""

    runs: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, ids: Iterable[int]) -> "VendorIds":
        """Collect single ids."""
        return cls(tuple(_joined((each, each) for each in sorted(set(ids)))))

    def __contains__(self, vendor: int) -> bool:
        at = bisect_right(self.runs, (vendor, 1 << ID_BITS)) - 1
        return at >= 0 and self.runs[at][0] <= vendor <= self.runs[at][1]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(range(first, last + 1) for first, last in self.runs)

    @property
    def greatest(self) -> int:
        """Return the greatest id, 0 where there is none."""
        return self.runs[-1][1] if self.runs else 0


def read(bits: Reader) -> VendorIds:
    """Read a vendor section: the greatest id, then a bit for each id or a list of ranges.

    Raises:
        Malformed: it ends too early, or its ranges do not rise, or rise above the greatest id.
    """
    greatest = bits.integer(ID_BITS)
    if not bits.flag():
        return VendorIds.of(bits.numbered(greatest))
    ids = read_ranges(bits)
    if ids.greatest > greatest:
        raise Malformed(f"ranges up to vendor {greatest}, got {ids.greatest}")
    return ids


def read_ranges(bits: Reader) -> VendorIds:
    """Read a count and as many ranges.

    Raises:
        Malformed: it ends too early, or the ranges do not rise.
    """
    ranges: list[tuple[int, int]] = []
    for _ in range(bits.integer(COUNT_BITS)):
        pair = bits.flag()
        first = bits.integer(ID_BITS)
        last = bits.integer(ID_BITS) if pair else first
        if not (ranges[-1][1] if ranges else 0) < first <= last:
            raise Malformed(f"ranges of vendors that rise, got {first} to {last}")
        ranges.append((first, last))
    return VendorIds(tuple(_joined(ranges)))


def write(bits: Writer, ids: VendorIds) -> None:
    """Write a vendor section in the shorter of its two ways."""
    bits.integer(ids.greatest, ID_BITS)
    ranged = COUNT_BITS + sum(1 + ID_BITS * (1 + (first < last)) for first, last in ids.runs)
    in_ranges = ranged < ids.greatest and len(ids.runs) <= MOST_RANGES
    bits.flag(in_ranges)
    if in_ranges:
        write_ranges(bits, ids)
    else:
        bits.numbered(ids, ids.greatest)


def write_ranges(bits: Writer, ids: VendorIds) -> None:
    """Write a count and the ranges."""
    bits.integer(len(ids.runs), COUNT_BITS)
    for first, last in ids.runs:
        bits.flag(first < last)
        bits.integer(first, ID_BITS)
        if first < last:
            bits.integer(last, ID_BITS)


def _joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join neighbours: ranges come in rising order."""
    begun: tuple[int, int] | None = None
    for first, last in ranges:
        if begun and begun[1] + 1 == first:
            begun = (begun[0], last)
            continue
        if begun:
            yield begun
        begun = (first, last)
    if begun:
        yield begun
