from datetime import date

import pytest

from consent.console import comparing
from consent.statistics import Question

PARTS = ("agreed", "refused")
WEEK = Question("newsroom", date(2026, 11, 20), date(2026, 11, 26), ())


@pytest.mark.parametrize(
    ("against", "days"),
    [("before", (date(2026, 11, 13), date(2026, 11, 19))), ("year", (date(2025, 11, 21), date(2025, 11, 27)))],
)
def test_a_span_is_compared_with_one_as_long_that_ends_on_a_like_day(against: str, days: tuple[date, date]) -> None:
    earlier = comparing.earlier(WEEK, against)
    assert earlier is not None and (earlier.first, earlier.last) == days and earlier.site == "newsroom"


def test_nothing_lies_before_the_first_day_of_all() -> None:
    assert comparing.earlier(Question(None, date.min, date.min, ()), "before") is None
    assert comparing.earlier(WEEK, "nothing") is None


def test_a_change_is_told_of_thirty_choices_or_more_on_both_sides() -> None:
    many, few = {"agreed": 15, "refused": 15}, {"agreed": 29, "refused": 0}
    assert comparing.points(many, {"agreed": 30, "refused": 0}, "agreed", PARTS) == -50.0
    assert comparing.points(many, few, "agreed", PARTS) is comparing.points(few, many, "agreed", PARTS) is None
    assert comparing.points(many, None, "agreed", PARTS) is None
