import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.audit import COLUMNS, Row, cell, csv_table, tell

ROW = Row(
    index=7, record="r", site="newsroom", event="given", action="agree", notice="n", language="en", layer="script",
    writer="browser", regulation="eu", region=None, received_ms=0, leaf=b"{}",
    choice=b'{"purposes":{"analytics":true,"marketing":false},"vendors":{},"client_at":null,"gpc":false}',
    person=b'{"subject":"s"}', context=b'{"page":"/en"}',
)  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_spreadsheet_runs_a_cell(start: str) -> None:
    assert cell(start + "1") == "'" + start + "1"


@given(st.text())
def test_a_cell_is_the_text_and_never_starts_a_formula(text: str) -> None:
    assert cell(text).removeprefix("'") == text.removeprefix("'")
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_cells_tell_yes_and_no_and_nothing() -> None:
    assert [cell(value) for value in (True, False, None, 0)] == ["yes", "no", "", "0"]
    assert cell({"analytics": True, "marketing": False}) == "analytics=yes marketing=no"


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs"])), min_size=1, max_size=5))
def test_csv_comes_back_as_it_went_in(pages: list[str]) -> None:
    records = [{**tell(ROW, "https://r"), "page": page} for page in pages]
    head, *rows = csv.reader(io.StringIO("".join(csv_table(COLUMNS, records)), newline=""))
    assert tuple(head) == COLUMNS
    assert [row[COLUMNS.index("page")] for row in rows] == [cell(page) for page in pages]


def test_an_erased_part_is_null() -> None:
    told = tell(replace(ROW, choice=None, person=None, context=None), "https://r")
    assert {name for name, value in told.items() if value is None} == {
        "purposes", "vendors", "client_at", "region", "gpc", "tc_string", "gpp_string", "component",
        "subject", "account", "page",
    }  # fmt: skip
