"""Credits as other newsrooms write them."""

import pytest

from publisher.body.credit_texts import is_credit, read_credit, split_credit
from publisher.body.credits import Credit, format_line


@pytest.mark.parametrize(
    ("caption", "rest", "line"),
    [
        ("The bridge. (Photo by Ana Ruiz/Getty Images)", "The bridge.", "/Ana Ruiz/Getty Images"),
        ("A boat. REUTERS/Ana Ruiz", "A boat.", "/Ana Ruiz/REUTERS"),
        ("A boat. Photo: Ana Ruiz / Northlight", "A boat.", "/Ana Ruiz/Northlight"),
        ("A boat on Monday (Reuters)", "A boat on Monday", "/Reuters"),
        ("Ferry leaves. AP Photo/Ana Ruiz", "Ferry leaves.", "/Ana Ruiz/AP"),
        ("Ferry leaves | AFP", "Ferry leaves", "/AFP"),
        ("Das Schiff. Foto: dpa", "Das Schiff.", "/dpa"),
        ("© 2024 Ana Ruiz", "", "/Ana Ruiz"),
        ("Ana Ruiz/AFP via Getty Images", "", "/Ana Ruiz/AFP via Getty Images"),
        ("The port, on Tuesday. /Ana Ruiz/Northlight", "The port, on Tuesday.", "/Ana Ruiz/Northlight"),
    ],
)
def test_a_credit_is_taken_off_a_caption_however_it_is_written(caption: str, rest: str, line: str) -> None:
    found, credit = split_credit(caption)
    assert credit is not None and (found, format_line(credit)) == (rest, line)


@pytest.mark.parametrize(
    "caption",
    [
        "He said (again) yes.", "The White House.", "Image: a thousand words of joy", "Speed in km/h and m/s.",
        "Ann (47) is here", "In 2019 (Photo)", "He told Reuters.", "",
    ],
)  # fmt: skip
def test_what_is_no_credit_stays_in_the_caption(caption: str) -> None:
    assert split_credit(caption) == (caption, None)


def test_of_one_known_to_be_a_credit_agencies_are_told_from_people() -> None:
    assert read_credit("Elena Marsh/Northlight") == Credit(("Elena Marsh",), "Northlight")
    assert read_credit("Getty Images") == Credit((), "Getty Images")
    assert read_credit("Photo: ") is None
    assert is_credit("Getty Images") and not is_credit("Getty Images bought it.")
