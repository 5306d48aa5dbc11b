"""Draw every picture of the sample newsroom into sample/pictures, or only those named."""

import sys
from pathlib import Path

from sample.drawing import city, culture, school, science, square
from sample.drawing.paint import Canvas

SCENES = {**city.SCENES, **science.SCENES, **culture.SCENES, **school.SCENES, **square.SCENES}
PICTURES = Path(__file__).parents[1] / "pictures"


def main(names: list[str]) -> None:
    """Write the named pictures, all of them when none is named."""
    for name in names or SCENES:
        canvas = Canvas(name)
        SCENES[name](canvas)
        canvas.save(PICTURES / f"{name}.jpg")


if __name__ == "__main__":
    main(sys.argv[1:])
