import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.linter.contrast import Colour, mixed, ratio, read, theme

COLOURS = st.tuples(*[st.floats(0, 1)] * 3)
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),  # WebAIM's example just below AA
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.00),
    ],
)
def test_known_ratios(one: str, other: str, expected: float) -> None:
    first, second = read(one), read(other)
    assert first and second
    assert ratio(first, second) == pytest.approx(expected, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_has_no_direction_and_lies_between_1_and_21(one: Colour, other: Colour) -> None:
    assert ratio(one, other) == ratio(other, one)
    assert 1 <= ratio(one, other) <= 21.000001


@given(COLOURS, COLOURS)
def test_mixing_leads_from_one_colour_to_the_other(one: Colour, other: Colour) -> None:
    assert mixed(one, other, 1) == pytest.approx(one)
    assert mixed(one, other, 0) == pytest.approx(other)
    assert mixed(BLACK, WHITE, 0.25) == (0.75, 0.75, 0.75)


def test_text_is_judged_as_it_is_drawn() -> None:
    """#6a6a6a on white is 5.4:1, but three quarters of it, as quiet text is drawn, are not 4.5:1."""
    light = {"accent": "#34568b", "background": "#ffffff", "text": "#6a6a6a"}
    assert [finding.field for finding in theme({"theme": {"light": light}})] == ["theme.light.text"]


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#1234567", 7, None])
def test_only_six_digits_are_a_colour(text: object) -> None:
    assert read(text) is None
