import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.body.credits import Credit, format_line, parse_line, split_caption

NAMES = st.from_regex(r"[A-ZÁa-zñ]([A-ZÁa-zñ.' -]{0,10}[A-ZÁa-zñ])?", fullmatch=True)


@given(st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_a_line_with_an_agency_reads_back(creators: list[str], agency: str) -> None:
    credit = Credit(tuple(creators), agency)
    assert parse_line(format_line(credit)) == credit


@given(NAMES, NAMES, NAMES)
def test_the_line_is_found_at_the_end_of_a_caption(words: str, creator: str, agency: str) -> None:
    credit = Credit((creator,), agency)
    assert split_caption(f"{words}. {format_line(credit)}") == (f"{words}.", credit)


def test_a_single_name_is_the_creator() -> None:
    assert parse_line("/Ana Ruiz") == Credit(("Ana Ruiz",))


@pytest.mark.parametrize("caption", ["Speed in km/h and m/s.", "No credit", "Either/or", ""])
def test_a_slash_inside_a_word_is_no_credit(caption: str) -> None:
    assert split_caption(caption) == (caption, None)


@pytest.mark.parametrize("line", ["/", "/a//b", ""])
def test_a_line_with_an_empty_name_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="expected /Photographer/Agency"):
        parse_line(line)
