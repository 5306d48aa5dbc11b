"""The culture pictures: the violin maker's wall, the bandstand at night, the courtyard of the guitar school."""

import math
from collections.abc import Callable

from sample.drawing.paint import WIDTH, Canvas, Point, mix


def violins(c: Canvas) -> None:
    """Finished and unfinished instruments on a workshop wall, lamp lit."""
    c.gradient(["#5a3a2c", "#7d5138", "#6b432f", "#3f281f"])
    for n in range(17):
        x = n * 96.0 + c.random.uniform(-5, 5)
        c.line([(x, 0), (x, 760)], "#3b241b", 2.5, 0.55, 0.6)
        for _ in range(7):
            grain = x + c.random.uniform(8, 88)
            c.line(
                [(grain, c.random.uniform(0, 300)), (grain + 3, c.random.uniform(400, 760))], "#4b2f22", 1.2, 0.35, 0.6
            )
    c.glow((800, 150), 900, "#ffb35c", 0.55)
    c.box(90, 96, 1510, 112, "#2f1d16", 4)
    for n, varnish in enumerate(["#b5602a", "#8c3d1c", "#e0b878", "#a04a20", "#6f2d17", "#c9772f", "#ecd2a0"]):
        violin(c, 190 + n * 204, 130 + 16 * (n % 2), varnish, 1.0 + 0.05 * ((n * 5) % 3))
    c.polygon([(0, 772), (WIDTH, 772), (WIDTH, 1000), (0, 1000)], "#9a6a42")
    c.polygon([(0, 772), (WIDTH, 772), (WIDTH, 790), (0, 790)], "#c48d58")
    for _ in range(46):
        y = c.random.uniform(800, 1000)
        c.line(
            [(c.random.uniform(0, 500), y), (c.random.uniform(900, 1600), y + c.random.uniform(-6, 6))],
            "#7d5232",
            1.6,
            0.4,
            1,
        )
    tools(c)
    c.strokes([[(800, 0), (800, 54)]], "#1d1310", 5)
    c.polygon([(740, 106), (860, 106), (826, 50), (774, 50)], "#1f3a35")
    c.glow((800, 118), 240, "#ffe0a0", 1)
    c.ellipse((800, 108), 50, 9, "#fff4d4")


def violin(c: Canvas, x: float, top: float, varnish: str, size: float) -> None:
    def body(grow: float) -> list[Point]:
        half = []
        for n in range(61):
            t = n / 60
            width = 84 * math.sin(math.pi * min(1, t * 1.02 + 0.005)) ** 0.42 * (0.84 + 0.26 * t) - 34 * math.exp(
                -(((t - 0.43) / 0.13) ** 2)
            )
            half.append((max(0.0, width) + grow if 0 < n < 60 else 0.0, 250 + 300 * t + grow * (2 * t - 1)))
        return [(x + size * w, top + size * y) for w, y in half] + [
            (x - size * w, top + size * y) for w, y in half[::-1]
        ]

    def at(*points: Point) -> list[Point]:
        return [(x + size * dx, top + size * dy) for dx, dy in points]

    c.polygon([(px + 16, py + 14) for px, py in body(4)], "#1c100b", 0.5, 12)
    c.polygon(body(5), mix(varnish, "#24120a", 0.6))
    c.polygon(body(0), varnish)
    c.ellipse(at((-22, 400))[0], 24 * size, 110 * size, mix(varnish, "#ffe3b0", 0.55), 0.4, 16)
    for side in (-1, 1):
        curve = [(side * (34 + 9 * math.sin((t - 0.5) * 5)), 400 + 80 * t) for t in (n / 16 for n in range(17))]
        c.line(at(*curve), "#22120c", 4.2 * size)
        c.dots(at(curve[0], curve[-1]), "#22120c", 4.4 * size)
    c.polygon(at((-9, 60), (9, 60), (13, 262), (-13, 262)), mix(varnish, "#7a4a28", 0.4))
    c.polygon(at((-11, 84), (11, 84), (18, 372), (-18, 372)), "#1e1512")
    c.polygon(at((-14, 474), (14, 474), (20, 540), (-20, 540)), "#1e1512")
    c.polygon(at((-28, 444), (28, 444), (22, 428), (-22, 428)), "#e2bd85")
    c.strokes([at((dx * 0.55, 76), (dx, 436), (dx * 0.7, 480)) for dx in (-10.5, -3.5, 3.5, 10.5)], "#efe7d6", 1.1)
    c.polygon(at((-10, 20), (10, 20), (11, 88), (-11, 88)), mix(varnish, "#24120a", 0.3))
    for ring in (17, 11, 5):
        c.ellipse(at((0, 14))[0], ring * size, ring * size, mix(varnish, "#24120a", 0.15 + ring / 30))
    for side, y in ((-1, 40), (1, 50), (-1, 62), (1, 72)):
        c.line(at((side * 8, y), (side * 30, y)), "#1a100c", 5 * size)


def tools(c: Canvas) -> None:
    for x, y, length in ((250.0, 870.0, 190), (330, 910, 160), (1190, 860, 210)):
        c.line([(x + 8, y + 10), (x + length + 8, y + 2)], "#3c2415", 13, 0.4, 6)
        c.line([(x, y), (x + length * 0.5, y - 5)], "#d7a765", 17)
        c.line([(x + length * 0.5, y - 5), (x + length, y - 10)], "#cfd4d6", 9)
    for n in range(26):
        x, y = c.random.gauss(760, 170), c.random.gauss(900, 36)
        curl = [(x + (6 + a * 0.9) * math.cos(a * 0.7), y + (4 + a * 0.5) * math.sin(a * 0.7)) for a in range(16)]
        c.line(curl, mix("#e7c48d", "#c0904f", n % 5 / 5), 5)
    c.ellipse((1000, 905), 66, 20, "#2f1b12", 0.5, 6)
    c.box(948, 830, 1040, 905, "#f0ead9", 10)
    c.ellipse((994, 832), 46, 11, "#b5622a")
    c.strokes([[(1000, 834), (1064, 730)]], "#6d4526", 7)


def bandstand(c: Canvas) -> None:
    """The brass band in the park's bandstand on a summer night."""
    rnd = c.random
    c.gradient(["#0f1638", "#2b2a5c", "#6a4379", "#c9667a"], 0, 760)
    for _ in range(260):
        c.dots(
            [(rnd.uniform(0, WIDTH), rnd.uniform(0, 420))],
            mix("#50558c", "#ffffff", rnd.random()),
            rnd.uniform(0.4, 1.6),
        )
    for x, y, size in (
        (60.0, 560.0, 260),
        (250, 600, 180),
        (1380, 590, 220),
        (1560, 540, 280),
        (1180, 640, 130),
        (430, 650, 120),
    ):
        for _ in range(26):
            c.ellipse(
                (x + rnd.gauss(0, size * 0.4), y + rnd.gauss(0, size * 0.36)),
                size * 0.34,
                size * 0.3,
                mix("#171a38", "#2b2852", rnd.random()),
            )
    c.gradient(["#3d2a56", "#1b1733"], 720, 1000)
    c.glow((800, 560), 700, "#ffae57", 0.7)
    c.polygon([(430, 350), (1170, 350), (1080, 262), (880, 214), (800, 150), (720, 214), (520, 262)], "#274a52")
    c.polygon([(800, 350), (1170, 350), (1080, 262), (880, 214), (800, 150)], "#1b353e")
    c.box(420, 346, 1180, 368, "#e8dcc0", 4)
    c.box(468, 368, 1132, 676, "#f3b565")
    for n in range(7):
        x = 470.0 + n * 110
        c.box(x - 7, 366, x + 7, 690, "#f1e7cf", 3)
        for side in (-1, 1):
            c.line([(x, 400), (x + side * 22, 378), (x + side * 48, 370)], "#f1e7cf", 4)
    for n, build in enumerate((1.0, 1.08, 0.96, 1.05, 1.1, 0.98)):
        player(c, 525 + n * 110, 664, build, n)
    c.box(440, 640, 1160, 650, "#f1e7cf")
    c.strokes([[(x, 642), (x, 690)] for x in range(452, 1160, 17)], "#f1e7cf", 3)
    c.polygon([(430, 688), (1170, 688), (1200, 760), (400, 760)], "#4b3550")
    for start, end in (((800, 168), (40, 330)), ((800, 168), (1560, 330))):
        for n in range(22):
            t = n / 21
            spot = (start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + 90 * math.sin(math.pi * t))
            c.glow(spot, 30, ["#ffd27a", "#ff9f7a", "#9fd7c8"][n % 3], 0.9)
            c.dots([spot], "#fff3d0", 5)
    for row in range(4):
        for n in range(20):
            x, y, r = n * 86 + (row % 2) * 43 + rnd.uniform(-14, 14), 800 + row * 62 + rnd.uniform(-8, 8), 21 + row * 5
            tone = mix("#3b2a4d", "#100d22", row / 3)
            c.ellipse((x, y), r * 0.72, r * 0.86, tone)
            c.polygon(
                [
                    (x - r * 1.5, y + 110),
                    (x - r * 1.3, y + r * 1.25),
                    (x - r * 0.4, y + r * 0.7),
                    (x + r * 0.4, y + r * 0.7),
                    (x + r * 1.3, y + r * 1.25),
                    (x + r * 1.5, y + 110),
                ],
                tone,
            )


def player(c: Canvas, x: float, foot: float, size: float, part: int) -> None:
    tone, brass = "#2a1f3a", "#fff0b0"
    c.ellipse((x, foot - 150 * size), 17 * size, 20 * size, tone)
    c.polygon(
        [
            (x - 32 * size, foot - 118 * size),
            (x + 32 * size, foot - 118 * size),
            (x + 26 * size, foot),
            (x - 26 * size, foot),
        ],
        tone,
    )
    c.box(x - 20 * size, foot - 176 * size, x + 20 * size, foot - 162 * size, "#a8323a", 3)
    if part in (1, 4):
        c.ellipse((x + 14, foot - 96), 34, 46, "#d99a3a")
        c.ellipse((x + 14, foot - 96), 19, 30, "#a86e24")
        c.ellipse((x - 26, foot - 150), 30, 14, brass)
    elif part in (0, 3):
        c.line([(x + 6, foot - 140), (x + 62, foot - 122)], "#e2a945", 7)
        c.polygon([(x + 52, foot - 126), (x + 82, foot - 136), (x + 76, foot - 100)], brass)
    else:
        c.line([(x + 4, foot - 138), (x + 46, foot - 96), (x + 78, foot - 66)], "#e2a945", 5)
        c.line([(x + 14, foot - 142), (x + 60, foot - 98)], "#e2a945", 5)
        c.polygon([(x - 8, foot - 118), (x - 46, foot - 132), (x - 40, foot - 94)], brass)


SCENES: dict[str, Callable[[Canvas], None]] = {"violins": violins, "bandstand": bandstand}
