"""Parquet files of ours, read by DuckDB, which is by others."""

import json
import tracemalloc
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.exports import parquet, thrift
from consent.exports.columns import COLUMNS, Parquet
from consent.exports.lines import Line, Terms
from consent.exports.making import Making, Segment
from consent.ledger.canonical import canonical
from consent.ledger.merkle import leaf_hash

RECEIPTS = "https://consent.example/v1/receipts/"
ABOUT = {"export": "e", "created_at": "now", "filter": {"site": "é"}, "tree_size": 7, "checkpoint": "note", "epoch": -1}
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
FLAGS = st.dictionaries(TEXTS, st.booleans(), max_size=4)
TERMS = st.builds(
    Terms,
    **dict.fromkeys(("site", "event", "action", "notice", "language", "layer", "writer"), TEXTS),
    **dict.fromkeys(("regulation", "region"), st.none() | TEXTS),
    gpc=st.booleans(),
    purposes=FLAGS,
    vendors=FLAGS,
)
CHOICES = st.fixed_dictionaries({"client_at": st.none() | st.integers(0, 1 << 43), "component": st.none() | TEXTS})
LINES = st.builds(
    Line,
    entry=st.integers(0, (1 << 62) - 1),
    record=st.uuids().map(str),
    received_ms=st.integers(0, 1 << 43),
    terms_id=st.integers(0, 1),
    leaf=st.binary(max_size=20),
    choice=st.none() | CHOICES.map(canonical),
    person=st.none() | st.fixed_dictionaries({"subject": TEXTS, "account": st.none() | TEXTS}).map(canonical),
    context=st.none() | st.fixed_dictionaries({"page": TEXTS}).map(canonical),
)


class Walk:
    """Records as a walk yields them: blocks, each in some pieces."""

    def __init__(self, terms: dict[int, Terms], blocks: Sequence[Sequence[Line]], at_once: int) -> None:
        self.terms, self._blocks, self._at_once = terms, blocks, at_once

    def lines(self, below: int | None = None) -> Iterator[tuple[int, list[Line]]]:
        for block in reversed(range(len(self._blocks) if below is None else below)):
            for at in range(0, len(self._blocks[block]), self._at_once):
                yield block, list(self._blocks[block][at : at + self._at_once])

    def epoch(self) -> int:
        return -1


def making(walk: Walk, known: Sequence[Segment] = (), keep: list[Segment] | None = None) -> Making:
    kept: list[Segment] = [] if keep is None else keep
    return Making(Parquet(RECEIPTS), walk, ABOUT, known, lambda _, each: kept.append(each), lambda _: None)


def read(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect(config={"threads": 1}) as connection:
        moments = "epoch_ms(received_at) AS received_at, epoch_ms(client_at) AS client_at"
        rows = connection.execute(f"SELECT * REPLACE ({moments}) FROM read_parquet(?)", [str(path)])
        names = [each[0] for each in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def expected(it: Line, terms: dict[int, Terms]) -> dict[str, Any]:
    choice, person, context = (json.loads(body or "{}") for body in (it.choice, it.person, it.context))
    common = terms[it.terms_id]._asdict()
    decisions = {name: None if it.choice is None else common[name] for name in ("purposes", "vendors", "gpc")}
    return {
        **{"index": it.entry, "record": it.record, "received_at": it.received_ms, "receipt": RECEIPTS + it.record},
        **{"client_at": choice.get("client_at"), "component": choice.get("component"), "page": context.get("page")},
        **{"subject": person.get("subject"), "account": person.get("account"), "tc_string": None, "gpp_string": None},
        "leaf_hash": leaf_hash(it.leaf).hex(),
        **common,
        **decisions,
    }


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parquet")


# how long it takes to think of examples says more about who else uses the machine
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    terms=st.tuples(TERMS, TERMS),
    blocks=st.lists(st.lists(LINES, max_size=9), max_size=3),
    at_once=st.integers(1, 9),
    cut=st.floats(0, 1),
)
def test_what_was_written_is_read_whatever_it_is_and_goes_on_from_any_byte(
    directory: Path, terms: tuple[Terms, Terms], blocks: list[list[Line]], at_once: int, cut: float
) -> None:
    known: list[Segment] = []
    numbered = dict(enumerate(terms))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "PAGE", 4)
        whole = b"".join(making(Walk(numbered, blocks, at_once), keep=known).bytes_from(0))
        first = int(cut * len(whole))
        # others come at a time than before, as when the log has grown meanwhile
        rest = b"".join(making(Walk(numbered, blocks, 10 - at_once), known).bytes_from(first))
        half = known[: len(known) // 2]
        again = b"".join(making(Walk(numbered, blocks, 9), half).bytes_from(first))
    assert rest == again == whole[first:]
    path = directory / "one.parquet"
    path.write_bytes(whole)
    lines = [line for block in reversed(blocks) for line in block]
    found = read(path)
    assert found == [expected(line, numbered) for line in lines]
    assert [*(found or [dict.fromkeys(column.name for column in COLUMNS)])[0]] == [column.name for column in COLUMNS]


def test_a_file_without_records_has_its_columns_and_tells_what_it_is(directory: Path) -> None:
    path = directory / "none.parquet"
    path.write_bytes(b"".join(making(Walk({}, [], 1)).bytes_from(0)))
    assert read(path) == []
    with duckdb.connect() as connection:
        told = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [str(path)]).fetchall()
        made = connection.execute("SELECT created_by, num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchall()
        columns = connection.read_parquet(str(path))
        types = dict(zip(columns.columns, map(str, columns.types), strict=True))
    assert {key.decode(): value.decode() for key, value in told}["checkpoint"] == "note"
    assert json.loads({key.decode(): value.decode() for key, value in told}["filter"]) == {"site": "é"}
    assert made == [(parquet.WRITER, 0)]
    assert types["purposes"] == "MAP(VARCHAR, BOOLEAN)" and types["received_at"] == "TIMESTAMP WITH TIME ZONE"


def test_each_block_of_the_log_is_a_row_group(directory: Path) -> None:
    line = Line(1, "r", 2, 0, b"", None, None, None)
    terms = Terms("s", "given", "agree", "n", "en", "script", "browser", None, None, False, {}, {})
    path = directory / "groups.parquet"
    path.write_bytes(b"".join(making(Walk({0: terms}, [[line] * 5, [], [line] * 3], 2)).bytes_from(0)))
    with duckdb.connect() as connection:
        asked = "SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(?) ORDER BY 1"
        groups = connection.execute(asked, [str(path)]).fetchall()
    assert groups == [(0, 3), (1, 5)]


def test_numbers_are_packed_as_the_format_shows() -> None:
    """The example of parquet-format, Encodings.md: the numbers 0 to 7 in three bits each."""
    assert parquet._packed(bytes(range(8)), 3) == bytes([0b10001000, 0b11000110, 0b11111010])
    assert parquet._levels(b"\1" * 300, 1) == bytes([0xD8, 0x04, 1])
    assert parquet._levels(b"\1\0\1", 1) == bytes([3, 0b101])


def test_structures_are_written_as_thrift_s_specification_has_it() -> None:
    assert thrift.varint(50399) == bytes([0xDF, 0x89, 0x03])
    assert thrift.write(thrift.struct((1, thrift.I32(-1)), (2, None), (20, True))) == bytes([0x15, 1, 0x01, 40, 0])
    many = thrift.Many(map(thrift.I64, range(15)))
    assert thrift.write(thrift.struct((3, many)))[:4] == bytes([0x39, 0xF6, 15, 0])


@pytest.mark.usefixtures("usual_collection")
def test_a_longer_file_takes_no_more_memory_to_write() -> None:
    terms = {0: Terms("s", "given", "agree", "n", "en", "script", "browser", None, None, False, {}, {})}
    peaks = []
    for blocks in (3, 3, 9):
        walk = Walk(terms, _Lines(blocks), 128)
        tracemalloc.start()
        made = sum(map(len, making(walk).bytes_from(0)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made > 10 * 128 * blocks
    assert peaks[2] < 1.5 * peaks[1], peaks


class _Lines(Sequence[Sequence[Line]]):
    """Blocks of records that are made as they are asked for."""

    def __init__(self, blocks: int) -> None:
        self._blocks = blocks

    def __len__(self) -> int:
        return self._blocks

    def __getitem__(self, block: Any) -> list[Line]:
        first = block * 128
        return [Line(at, str(uuid.UUID(int=at)), at, 0, b"", b"{}", None, None) for at in range(first, first + 128)]
