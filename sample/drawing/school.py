"""The guitar school's picture: its courtyard at noon."""

import math
from collections.abc import Callable

from sample.drawing.paint import WIDTH, Canvas, Point, mix


def courtyard(c: Canvas) -> None:
    """A whitewashed courtyard with arches, an orange tree, and a guitar left on a chair."""
    rnd = c.random
    c.gradient(["#5fb0dd", "#a8d8ec"], 0, 240)
    c.gradient(["#fbf3e2", "#f3e2c4"], 180, 720)
    c.gradient(["#cf8f5f", "#a9663f"], 720, 1000)
    for n in range(34):
        x = n * 48 + 4
        c.polygon([(x, 158), (x + 40, 158), (x + 44, 196), (x - 4, 196)], mix("#c4653d", "#e08a55", rnd.random()))
        c.ellipse((x + 20, 196), 23, 11, "#a94f2e")
    for n in range(4):
        arch(c, 70 + n * 390, 720)
    for row in range(6):
        y = 730.0 + row * row * 7.5
        c.strokes([[(0, y), (WIDTH, y)]], "#b9754a", 2)
        spread = 90 + row * 36
        c.strokes(
            [
                [(800 + (k - 12) * spread, y), (800 + (k - 12) * (spread + 36), y + 7.5 * (2 * row + 1))]
                for k in range(25)
            ],
            "#b9754a",
            2,
        )
    c.polygon([(0, 720), (560, 720), (160, 1000), (0, 1000)], "#5a2f2a", 0.25, 18)
    pot(c, 300, 860)
    for _ in range(240):
        leaf = 300 + rnd.gauss(0, 92), 440 + rnd.gauss(0, 84)
        c.ellipse(
            leaf, rnd.uniform(14, 30), rnd.uniform(10, 20), rnd.choice(["#2f6b3c", "#3f8448", "#24562f", "#5a9c50"])
        )
    for _ in range(26):
        orange = 300 + rnd.gauss(0, 84), 450 + rnd.gauss(0, 76)
        c.dots([orange], "#f08a1d", 15)
        c.dots([(orange[0] - 4, orange[1] - 5)], "#ffb44d", 6)
    chair(c, 1060, 900)
    guitar(c, 1085, 770, 1.12)


def arch(c: Canvas, x: float, foot: float) -> None:
    width, spring = 290, 470
    half = width / 2
    outline = [
        (x + half - half * math.cos(a * math.pi / 40), spring - half * math.sin(a * math.pi / 40)) for a in range(41)
    ]
    c.polygon(
        [
            (x - 18, foot),
            *[(x + half + (px - x - half) * 1.13, spring + (py - spring) * 1.13) for px, py in outline],
            (x + width + 18, foot),
        ],
        "#dfa65f",
    )
    c.polygon([(x, foot), *outline, (x + width, foot)], "#56697a")
    c.polygon(
        [
            (x + 60, foot),
            *[(px + 60 if px + 60 < x + width else x + width, py + 16) for px, py in outline],
            (x + width, foot),
        ],
        "#3c4a5c",
        0.8,
    )
    c.box(x + 150, 500, x + 236, foot, "#2c5f66", 4)
    c.strokes([[(x + 193, 500), (x + 193, foot)], [(x + 150, 600), (x + 236, 600)]], "#234d54", 3)
    c.box(x - 30, spring - 8, x + 8, spring + 14, "#fffaf0", 3)
    c.box(x + width - 8, spring - 8, x + width + 30, spring + 14, "#fffaf0", 3)


def pot(c: Canvas, x: float, foot: float) -> None:
    c.ellipse((x + 30, foot + 6), 120, 20, "#4a261f", 0.4, 10)
    c.line([(x, foot - 100), (x - 6, foot - 260), (x + 4, foot - 380)], "#5d4027", 20)
    c.line([(x - 4, foot - 250), (x + 60, foot - 360)], "#5d4027", 11)
    c.polygon([(x - 84, foot - 130), (x + 84, foot - 130), (x + 58, foot + 6), (x - 58, foot + 6)], "#3474a3")
    c.box(x - 94, foot - 146, x + 94, foot - 120, "#2a5f8a", 6)
    c.dots([(x + dx, foot - 62 + 10 * (n % 2)) for n, dx in enumerate(range(-52, 60, 21))], "#f7e6b8", 7)


def chair(c: Canvas, x: float, foot: float) -> None:
    wood = "#1f5a7a"
    c.ellipse((x + 40, foot + 8), 170, 22, "#4a261f", 0.4, 10)
    c.strokes(
        [
            [(x - 96, foot - 330), (x - 84, foot)],
            [(x + 96, foot - 330), (x + 84, foot)],
            [(x - 116, foot - 140), (x - 120, foot + 24)],
            [(x + 116, foot - 140), (x + 120, foot + 24)],
        ],
        wood,
        13,
    )
    c.strokes([[(x - 95, foot - y), (x + 95, foot - y)] for y in (318, 262, 206)], wood, 11)
    c.polygon([(x - 98, foot - 164), (x + 98, foot - 164), (x + 122, foot - 122), (x - 122, foot - 122)], "#e3c07c")
    c.strokes([[(x - 110 + k * 20, foot - 124), (x - 88 + k * 16, foot - 162)] for k in range(12)], "#c39a55", 3)
    c.strokes([[(x - 118, foot - 50), (x + 118, foot - 50)]], wood, 9)


def guitar(c: Canvas, x: float, y: float, size: float) -> None:
    angle = 0.34

    def at(*points: Point) -> list[Point]:
        return [
            (
                x + size * (dx * math.cos(angle) - dy * math.sin(angle)),
                y + size * (dx * math.sin(angle) + dy * math.cos(angle)),
            )
            for dx, dy in points
        ]

    outline = []
    for n in range(73):
        t = n / 72
        width = 100 * math.sin(math.pi * t) ** 0.46 * (0.78 + 0.36 * t) - 26 * math.exp(-(((t - 0.4) / 0.14) ** 2))
        outline.append((width, -150 + 290 * t))
    full = outline + [(-w, dy) for w, dy in outline[::-1]]
    c.polygon([(px + 14, py + 12) for px, py in at(*full)], "#3a1d14", 0.4, 10)
    c.polygon(at(*[(w * 1.06, dy * 1.04) for w, dy in full]), "#6b3319")
    c.polygon(at(*full), "#e3a552")
    c.ellipse(at((0, -36))[0], 38 * size, 38 * size, "#8a4a22")
    c.ellipse(at((0, -36))[0], 31 * size, 31 * size, "#2a1610")
    c.polygon(at((-15, -62), (15, -62), (12, -400), (-12, -400)), "#2d1a12")
    c.strokes([at((-13, -90 - 26 * k), (13, -90 - 26 * k)) for k in range(12)], "#d7c6a0", 1.6)
    c.polygon(at((-19, -400), (19, -400), (23, -474), (-23, -474)), "#7a3d1d")
    for k in range(3):
        c.dots(at((-27, -416 - 20 * k), (27, -416 - 20 * k)), "#efe3c4", 5 * size)
    c.polygon(at((-42, 74), (42, 74), (42, 88), (-42, 88)), "#4a2413")
    c.strokes([at((dx, 80), (dx * 0.8, -440)) for dx in (-11, -6.6, -2.2, 2.2, 6.6, 11)], "#f6ecd2", 1)


SCENES: dict[str, Callable[[Canvas], None]] = {"courtyard": courtyard}
