import pytest

from consent.console import pasted

ONE, OTHER = "01a217df-02e2-8df8-9f82-986bf9ae74f0", "4a60b40e-4404-4f24-a898-0d794bf65980"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (f"  {ONE.upper()} ", (ONE,)),
        (f"https://consent.example/console/subjects/{OTHER}?record={ONE}", (ONE, OTHER)),
        (f"{ONE[:-1]}", ()),
        (f"{ONE}a", ()),
    ],
)
def test_whole_ids_are_read_out_of_any_text_the_last_first(text: str, ids: tuple[str, ...]) -> None:
    assert pasted.read(text).ids == ids


@pytest.mark.parametrize(
    ("text", "entry"), [("0", 0), ("#12", 12), ("1,234,567", 1_234_567), ("1,23", None), ("-1", None)]
)
def test_numbers_of_entries_are_read_as_the_console_writes_them(text: str, entry: int | None) -> None:
    assert pasted.read(text).entry == entry


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2028-02", ("2028-02-01", "2028-02-29")),
        ("2026-12-31", ("2026-12-31", "2026-12-31")),
        ("2026-02-30", None),
        ("2026-13", None),
        ("0000-01", None),
    ],
)
def test_a_day_or_a_month_that_there_is_becomes_its_first_and_last_day(text: str, days: tuple[str, str] | None) -> None:
    assert pasted.read(text).days == days


def test_digits_of_a_notice_are_six_at_least_and_no_part_of_an_id() -> None:
    assert pasted.read("notice 67C37E48").notices == ("67c37e48",)
    assert pasted.read("67c37").notices == pasted.read(ONE).notices == ()
