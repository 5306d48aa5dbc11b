"""The shapes in which other sites show an article's pictures, each around the point that must stay in sight.

Google's article guidelines ask for 16:9, 4:3 and 1:1 of at least 50,000 pixels; social cards take the first.
"""

from typing import NamedTuple

from publisher.body.blocks import Focus

RATIOS = {"16x9": (16, 9), "4x3": (4, 3), "1x1": (1, 1)}
WIDEST = 1200
"""Width of a crop, where the picture has it: what large previews ask for."""
CENTRE = Focus(0.5, 0.5)
NAME = r"(?:16x9|4x3|1x1)-[0-9]{1,3}-[0-9]{1,3}\.jpg"
"""Pattern of ``16x9-30-90.jpg``: a shape and a focus in hundredths, so that another focus has another address."""


class Crop(NamedTuple):
    """A part of a picture: its file's name, what it takes (left, top, right, bottom), and the size it gets."""

    name: str
    box: tuple[int, int, int, int]
    size: tuple[int, int]


def crops_of(width: int, height: int, focus: Focus | None) -> tuple[Crop, ...]:
    """Choose the largest part of each shape in a picture of this size, never enlarged; no focus: the middle."""
    return tuple(_crop(name, width, height, focus or CENTRE) for name in RATIOS)


def _crop(ratio: str, width: int, height: int, focus: Focus) -> Crop:
    across, down = RATIOS[ratio]
    taken = min(width, height * across // down), min(height, width * down // across)
    wide, high = (max(1, side) for side in taken)
    left = min(max(0, round(focus.x * width - wide / 2)), width - wide)
    top = min(max(0, round(focus.y * height - high / 2)), height - high)
    shown = min(wide, WIDEST)
    name = f"{ratio}-{round(focus.x * 100)}-{round(focus.y * 100)}.jpg"
    return Crop(name, (left, top, left + wide, top + high), (shown, max(1, round(shown * down / across))))
