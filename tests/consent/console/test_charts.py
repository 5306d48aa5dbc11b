from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.console.charts import ceiling, columns, shares

FIRST = date(2026, 11, 1)
NAMES = ("agreed", "refused")


@given(st.integers(0, 10**9))
def test_a_scale_ends_above_the_highest_bar_and_not_far_above(highest: int) -> None:
    top = ceiling(highest)
    assert top >= highest and top % 2 == 0
    assert top <= max(2, 2 * highest)


def test_days_without_counts_have_a_place() -> None:
    drawn = columns(FIRST, FIRST + timedelta(days=4), {FIRST + timedelta(days=2): {"agreed": 3, "refused": 1}}, NAMES)
    assert (drawn.unit, drawn.ticks) == ("day", (4, 2, 0))
    assert [len(column.segments) for column in drawn.columns] == [0, 0, 2, 0, 0]
    assert drawn.columns[2].segments == [("agreed", 0.0, 75.0), ("refused", 75.0, 25.0)]
    assert drawn.ends == ("2026-11-01", "2026-11-03", "2026-11-05")


@pytest.mark.parametrize(
    ("days", "unit", "bars", "label"),
    [
        (1, "day", 1, "2026-11-01"),
        (100, "day", 100, "2026-11-01"),
        (101, "week", 16, "2026-10-26"),
        (729, "month", 24, "2026-11"),
    ],
)
def test_many_days_are_drawn_by_week_or_month(days: int, unit: str, bars: int, label: str) -> None:
    by_day = {FIRST + timedelta(days=number): {"agreed": 1} for number in range(days)}
    drawn = columns(FIRST, FIRST + timedelta(days=days - 1), by_day, NAMES)
    assert (drawn.unit, len(drawn.columns), drawn.columns[0].label) == (unit, bars, label)
    assert sum(column.counts["agreed"] for column in drawn.columns) == days


@given(st.fixed_dictionaries({name: st.integers(0, 10**6) for name in NAMES}))
def test_shares_fill_the_bar_in_their_order(counts: dict[str, int]) -> None:
    bar = shares(counts, NAMES)
    assert [part.name for part in bar] == [name for name in NAMES if counts[name]]
    if bar:
        assert bar[0].start == 0 and bar[-1].start + bar[-1].length == pytest.approx(100, abs=0.01)
