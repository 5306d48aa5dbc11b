"""Themes: readable in every colour, and no way from a colour into the style sheet."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.site.themes import OWN, contrast, faults_of

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#000000") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert round(contrast("#0000ff", "#ffffff"), 2) == 8.59


@given(colours, colours)
def test_contrast_has_no_direction_and_is_one_at_least(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one) >= 1 == contrast(one, one)


def test_our_own_theme_can_be_read() -> None:
    assert list(faults_of(OWN)) == []


def test_what_cannot_be_read_or_is_no_colour_is_named() -> None:
    faint = OWN._replace(dark=OWN.dark._replace(accent="#8a2f27", soft="red; } body { display: none"), sans="x}y")
    assert [fault.field for fault in faults_of(faint)] == ["colours.dark.soft", "fonts.sans"]
    faint = OWN._replace(dark=OWN.dark._replace(accent="#8a2f27"))
    assert [fault.field for fault in faults_of(faint)] == ["colours.dark.accent"] * 2
    assert str(next(faults_of(faint))).startswith(
        "colours.dark.accent: expected a contrast of at least 4.5:1 with paper"
    )
