"""Records as an Apache Parquet file, written so that it can go on in the middle (github.com/apache/parquet-format).

A segment of the export is a row group: its columns one after the other, each in pages of `PAGE` rows (version 1, PLAIN,
gzip). The footer, which comes last, tells where all of them are: for that each segment leaves a note of its columns'
sizes. The same records make the same bytes, however many come at a time.
"""

import json
import struct as binary
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from consent.exports.thrift import I32, I64, Many, Struct, struct, varint, write

MAGIC = b"PAR1"
PAGE = 4096
LEVEL = 1  # of zlib: what compresses at all does so at the first
WRITER = "imprimatur version 1.0.0 (build exports)"

# Numbers of parquet.thrift: types, repetitions, converted types, encodings, codecs.
BOOLEAN, INT64, BYTE_ARRAY = 0, 2, 6
REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
UTF8, MAP, MILLIS = 0, 1, 9
PLAIN, RLE = 0, 3
GZIP = 2
DATA_PAGE = 0

_DIGITS = bytes.maketrans(bytes(range(8)), b"01234567")


class Leaf(NamedTuple):
    """A column as it is stored: values of one type, with how often they are repeated and how far they are there.

    Attributes:
        path: its name, or the names that lead to it.
        type: BOOLEAN, INT64 or BYTE_ARRAY.
        repeated: the highest repetition level: 1 for what stands in a map.
        defined: the highest definition level: 0 for what is always there.
    """

    path: tuple[str, ...]
    type: int
    repeated: int
    defined: int


class Column(NamedTuple):
    """A column as it is read; `kind` is `text`, `number`, `moment` (unix ms), `flag` or `flags` (a map of flags)."""

    name: str
    kind: str
    optional: bool = True

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return how it is stored."""
        if self.kind == "flags":
            within = (self.name, "key_value")
            return (Leaf((*within, "key"), BYTE_ARRAY, 1, 2), Leaf((*within, "value"), BOOLEAN, 1, 2))
        type = {"text": BYTE_ARRAY, "number": INT64, "moment": INT64, "flag": BOOLEAN}[self.kind]
        return (Leaf((self.name,), type, 0, int(self.optional)),)

    @property
    def schema(self) -> list[Struct]:
        """Return what the footer tells of it."""
        repetition = OPTIONAL if self.optional else REQUIRED
        if self.kind == "flags":
            return [
                _group(self.name, repetition, 1, (6, I32(MAP)), (10, _logical(2))),
                _group("key_value", REPEATED, 2),
                _element("key", BYTE_ARRAY, REQUIRED, (6, I32(UTF8)), (10, _logical(1))),
                _element("value", BOOLEAN, REQUIRED),
            ]
        more: dict[str, list[tuple[int, Any]]] = {
            "text": [(6, I32(UTF8)), (10, _logical(1))],
            "moment": [(6, I32(MILLIS)), (10, struct((8, struct((1, True), (2, _logical(1))))))],
        }
        return [_element(self.name, self.leaves[0].type, repetition, *more.get(self.kind, []))]


class Cells(NamedTuple):
    """What records have in one stored column: levels and values as bytes, a flag as a byte of 0 or 1."""

    repeated: bytes
    defined: bytes
    values: bytes


class Row(NamedTuple):
    """A record: its own values, and what it has in common with others, as `cells` has made it once for all of them."""

    own: Sequence[Any]
    common: Sequence[Cells]


def cells(column: Column, values: Sequence[Any]) -> tuple[Cells, ...]:
    """Return what records with these values have in the stored columns of a column."""
    if column.kind == "flags":
        halves = zip(*map(_flags, values), strict=True)
        return tuple(_joined(half) for half in halves)
    if not column.optional:
        return (Cells(b"", b"", _PLAIN[column.kind](values)),)
    there = [value for value in values if value is not None]
    return (Cells(b"", bytes([value is not None for value in values]), _PLAIN[column.kind](there)),)


class RowGroup:
    """A row group in the making."""

    def __init__(self, own: Sequence[Column], common: Sequence[Column]) -> None:
        """Begin one with columns of the records' own values, and columns of what they have in common."""
        self._own = own
        self._leaves = [leaf for column in (*own, *common) for leaf in column.leaves]
        self._rows: list[Row] = []
        self._pages: list[list[bytes]] = [[] for _ in self._leaves]
        self._sizes = [[0, 0, 0] for _ in self._leaves]  # compressed, plain, entries
        self._count = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Add records."""
        self._rows += rows
        self._count += len(rows)
        while len(self._rows) >= PAGE:
            self._write_page(self._rows[:PAGE])
            self._rows = self._rows[PAGE:]

    def end(self) -> tuple[bytes, str]:
        """Return the bytes, and the note of them for the footer; both are empty where there is no record."""
        if self._rows:
            self._write_page(self._rows)
        if not self._count:
            return b"", ""
        note = json.dumps({"rows": self._count, "columns": self._sizes}, separators=(",", ":"))
        return b"".join(page for pages in self._pages for page in pages), note

    def _write_page(self, rows: Sequence[Row]) -> None:
        own = zip(*[row.own for row in rows], strict=True)
        found = [each for column, values in zip(self._own, own, strict=True) for each in cells(column, values)]
        for shared in zip(*[row.common for row in rows], strict=True):
            found.append(_joined(shared))
        for leaf, pages, sizes, each in zip(self._leaves, self._pages, self._sizes, found, strict=True):
            page, plain, entries = _page(leaf, each, len(rows))
            pages.append(page)
            sizes[:] = sizes[0] + len(page), sizes[1] + plain, sizes[2] + entries


def footer(columns: Sequence[Column], groups: Sequence[tuple[int, str]], about: Mapping[str, str]) -> bytes:
    """Return what ends a file.

    Args:
        columns: the file's.
        groups: of each row group its first byte and its note.
        about: what else the file tells of itself.
    """
    leaves = [leaf for column in columns for leaf in column.leaves]
    told = [(first, json.loads(note)) for first, note in groups]
    schema = [_group("record", None, len(columns)), *(each for column in columns for each in column.schema)]
    data = write(
        struct(
            (1, I32(1)),
            (2, Many(schema)),
            (3, I64(sum(note["rows"] for _, note in told))),
            (4, Many(_row_group(leaves, first, note) for first, note in told)),
            (5, Many(struct((1, name), (2, text)) for name, text in about.items())),
            (6, WRITER),
        )
    )
    return data + binary.pack("<I", len(data)) + MAGIC


def _row_group(leaves: Sequence[Leaf], first: int, note: Mapping[str, Any]) -> Struct:
    chunks, at, whole = [], first, 0
    for leaf, (packed, plain, entries) in zip(leaves, note["columns"], strict=True):
        meta = struct(
            (1, I32(leaf.type)),
            (2, Many((I32(PLAIN), I32(RLE)))),
            (3, Many(leaf.path)),
            (4, I32(GZIP)),
            (5, I64(entries)),
            (6, I64(plain)),
            (7, I64(packed)),
            (9, I64(at)),
        )
        chunks.append(struct((2, I64(at)), (3, meta)))
        at, whole = at + packed, whole + plain
    return struct((1, Many(chunks)), (2, I64(whole)), (3, I64(note["rows"])), (5, I64(first)), (6, I64(at - first)))


def _page(leaf: Leaf, of: Cells, rows: int) -> tuple[bytes, int, int]:
    """Return a page, its size if it were not compressed, and how many entries it has."""
    levels = b"".join(
        binary.pack("<I", len(run)) + run
        for level, highest in ((of.repeated, leaf.repeated), (of.defined, leaf.defined))
        if highest and (run := _levels(level, highest.bit_length()))
    )
    plain = levels + (_packed(of.values, 1) if leaf.type == BOOLEAN else of.values)
    entries = len(of.defined) if leaf.defined else rows
    packed = zlib.compress(plain, LEVEL, wbits=31)
    crc = binary.unpack("<i", binary.pack("<I", zlib.crc32(packed)))[0]
    data = struct((1, I32(entries)), (2, I32(PLAIN)), (3, I32(RLE)), (4, I32(RLE)))
    head = write(struct((1, I32(DATA_PAGE)), (2, I32(len(plain))), (3, I32(len(packed))), (4, I32(crc)), (5, data)))
    return head + packed, len(head) + len(plain), entries


def _levels(levels: bytes, width: int) -> bytes:
    """Write levels in the hybrid of runs and packed bits: one run where all are alike, else all of them packed."""
    if levels.count(levels[0]) == len(levels):
        return varint(len(levels) << 1) + levels[:1]
    groups = -(-len(levels) // 8)
    return varint(groups << 1 | 1) + _packed(levels, width).ljust(groups * width, b"\0")


def _packed(numbers: bytes, width: int) -> bytes:
    """Pack numbers of so many bits, the first in the lowest bits."""
    if not numbers:
        return b""
    return int(numbers.translate(_DIGITS)[::-1], 1 << width).to_bytes(-(-len(numbers) * width // 8), "little")


def _joined(cells: Sequence[Cells]) -> Cells:
    return Cells(*map(b"".join, zip(*cells, strict=True)))


def _flags(value: Mapping[str, bool] | None) -> tuple[Cells, Cells]:
    if not value:
        return (Cells(b"\0", b"\0" if value is None else b"\1", b""),) * 2
    levels = (b"\0".ljust(len(value), b"\1"), b"\2" * len(value))
    return Cells(*levels, _texts(list(value))), Cells(*levels, bytes(map(bool, value.values())))


def _texts(values: Sequence[str]) -> bytes:
    size = binary.Struct("<I").pack
    return b"".join([size(len(data)) + data for data in map(str.encode, values)])


def _numbers(values: Sequence[int]) -> bytes:
    return binary.pack(f"<{len(values)}q", *values)


_PLAIN: dict[str, Callable[[Sequence[Any]], bytes]] = {
    "text": _texts,
    "number": _numbers,
    "moment": _numbers,
    "flag": bytes,
}


def _element(name: str, type: int, repetition: int, *more: tuple[int, Any]) -> Struct:
    return struct((1, I32(type)), (3, I32(repetition)), (4, name), *more)


def _group(name: str, repetition: int | None, children: int, *more: tuple[int, Any]) -> Struct:
    return struct((3, None if repetition is None else I32(repetition)), (4, name), (5, I32(children)), *more)


def _logical(member: int) -> Struct:
    """Return a union whose one member, of that number, is empty."""
    return struct((member, struct()))
