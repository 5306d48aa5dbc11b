"""Shapes of an article's first picture: inside it, around its focus, never enlarged."""

import re

from hypothesis import given
from hypothesis import strategies as st

from publisher.body.blocks import Focus
from publisher.crops import NAME, RATIOS, WIDEST, crops_of

sides = st.integers(1, 9_000)
parts = st.floats(0, 1)


@given(sides, sides, st.builds(Focus, parts, parts))
def test_a_crop_lies_in_the_picture_and_keeps_its_focus(width: int, height: int, focus: Focus) -> None:
    for crop in crops_of(width, height, focus):
        left, top, right, bottom = crop.box
        assert 0 <= left < right <= width and 0 <= top < bottom <= height
        assert left - 1 <= focus.x * width <= right + 1 and top - 1 <= focus.y * height <= bottom + 1
        assert crop.size[0] <= min(WIDEST, right - left), "never enlarged"
        assert re.fullmatch(NAME, crop.name)


@given(st.integers(400, 9_000), st.integers(400, 9_000))
def test_shapes_are_those_that_were_asked_for_and_large_enough(width: int, height: int) -> None:
    for crop, (across, down) in zip(crops_of(width, height, None), RATIOS.values(), strict=True):
        assert abs(crop.size[0] / crop.size[1] - across / down) < 0.01
        assert crop.size[0] * crop.size[1] >= 50_000


def test_another_focus_is_another_file() -> None:
    assert [each.name for each in crops_of(1600, 900, Focus(0.3, 1))] == [
        "16x9-30-100.jpg",
        "4x3-30-100.jpg",
        "1x1-30-100.jpg",
    ]
    assert crops_of(1600, 900, None)[2] == ("1x1-50-50.jpg", (350, 0, 1250, 900), (900, 900))
