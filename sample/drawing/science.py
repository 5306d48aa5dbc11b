"""The science pictures: the night sky over the observatory, the eelgrass meadow, the snow course."""

import math
from collections.abc import Callable

from sample.drawing.paint import WIDTH, Canvas, Point, mix


def night(c: Canvas) -> None:
    """The Milky Way over an open dome, two people at a small telescope."""
    rnd = c.random
    c.gradient(["#060b21", "#0d1a3f", "#1c3460", "#3f5b80", "#7f8f94"], 0, 860)
    for _ in range(240):
        t = rnd.random()
        x, y = 120 + 1250 * t, 860 - 900 * t + rnd.gauss(0, 60)
        c.glow((x, y), rnd.uniform(60, 170), rnd.choice(["#5c6fb4", "#8d7fb8", "#c6a9a0"]), 0.09)
    for _ in range(50):
        t = rnd.random()
        c.ellipse((120 + 1250 * t, 880 - 900 * t + rnd.gauss(0, 16)), 60, 14, "#0c1534", 0.16, 12)
    for _ in range(1500):
        near_band = rnd.random() < 0.55
        x = rnd.uniform(0, WIDTH)
        y = 946 - 0.72 * x + rnd.gauss(0, 90) if near_band else rnd.uniform(0, 800)
        c.dots([(x, y)], mix("#6f86b8", "#fffaf0", rnd.random()), abs(rnd.gauss(0, 0.75)) + 0.35)
    for _ in range(26):
        star = (rnd.uniform(0, WIDTH), rnd.uniform(0, 560))
        c.glow(star, rnd.uniform(10, 24), "#cfe0ff", 1)
        c.dots([star], "#ffffff", 1.8)
    c.line([(1230, 130), (1060, 212)], "#dfeaff", 3, 0.55, 2)
    c.glow((1060, 212), 26, "#ffffff", 1)
    c.ridge(740, 46, "#16253f")
    c.ridge(800, 34, "#0e1a2f")
    tops = dict(c.ridge(850, 26, "#070d1b"))
    dome(c, 1180, tops[1180] + 6)
    pines(c, [(x, tops[x]) for x in (60, 104, 148, 216, 1420, 1476, 1512, 1560)], "#070d1b", 118)
    foot = tops[600] + 4
    telescope(c, 600, foot, "#050914")
    for x, size in ((545, 1.6), (668, 1.45)):
        person(c, x, tops[x // 4 * 4] + 4, "#050914", size)


def dome(c: Canvas, x: float, foot: float) -> None:
    c.box(x - 92, foot - 96, x + 92, foot + 30, "#1b2942")
    c.box(x - 92, foot - 96, x - 30, foot + 30, "#22334f")
    shell = [(x + 100 * math.cos(a * math.pi / 40), foot - 94 - 100 * math.sin(a * math.pi / 40)) for a in range(41)]
    c.polygon(shell, "#2b3f5e")
    c.polygon([(x - 52, foot - 96), (x - 22, foot - 96), (x - 8, foot - 194), (x - 34, foot - 188)], "#ffb56b")
    c.glow((x - 30, foot - 150), 120, "#ff9d4d", 0.7)
    c.box(x - 104, foot - 98, x + 104, foot - 90, "#3a5173")
    c.box(x + 30, foot - 50, x + 54, foot + 20, "#ffc786", 2)
    c.glow((x + 42, foot - 14), 90, "#ffb163", 0.6)


def telescope(c: Canvas, x: float, foot: float, tone: str) -> None:
    c.strokes(
        [[(x, foot - 70), (x - 28, foot)], [(x, foot - 70), (x + 30, foot)], [(x, foot - 70), (x + 4, foot)]], tone, 5
    )
    c.line([(x - 44, foot - 44), (x + 50, foot - 118)], tone, 17)
    c.line([(x + 40, foot - 110), (x + 62, foot - 127)], tone, 22)


def person(c: Canvas, x: float, foot: float, tone: str, size: float) -> None:
    c.ellipse((x, foot - 60 * size), 8 * size, 9 * size, tone)
    c.polygon(
        [
            (x - 12 * size, foot - 48 * size),
            (x + 12 * size, foot - 48 * size),
            (x + 14 * size, foot),
            (x - 14 * size, foot),
        ],
        tone,
    )


def pines(c: Canvas, feet: list[Point], tone: str, height: float) -> None:
    for x, foot in feet:
        tall = height * c.random.uniform(0.65, 1.25)
        for tier in range(6):
            y, half = foot - tall * (1 - tier / 6.5), tall * (0.05 + 0.042 * tier)
            c.polygon([(x, y - tall * 0.08), (x + half, y + tall * 0.17), (x - half, y + tall * 0.17)], tone)
        c.box(x - tall * 0.025, foot - tall * 0.1, x + tall * 0.025, foot + 8, tone)


def seagrass(c: Canvas) -> None:
    """Light falling through shallow water on an eelgrass meadow and its fish."""
    rnd = c.random
    c.gradient(["#d6f2dc", "#7fd0c8", "#2f9aa6", "#16677f", "#0d4460"])
    for _ in range(13):
        x, lean, width = rnd.uniform(-200, 1600), rnd.uniform(120, 330), rnd.uniform(20, 80)
        c.polygon([(x, -20), (x + width, -20), (x + width + lean + 90, 980), (x + lean - 60, 980)], "#e9fff2", 0.10, 18)
    for _ in range(60):
        x, y = rnd.uniform(0, WIDTH), rnd.uniform(0, 60)
        c.ellipse((x, y), rnd.uniform(40, 130), rnd.uniform(2, 7), "#ffffff", 0.35, 3)
    c.ridge(800, 24, "#2f7d7c")
    for depth, tones, count, foot in (
        (0, ("#2c8a86", "#237b7c"), 110, 850),
        (1, ("#2b8f5e", "#1f7a55", "#4aa869"), 120, 930),
        (2, ("#1f6b3f", "#2e8a4a", "#6fb25a", "#15573b"), 130, 1010),
    ):
        if depth == 1:
            c.ridge(890, 16, "#3f7f69")
            shoal(c, [(1010, 330), (1090, 372), (1150, 318), (1210, 402), (1262, 350), (1120, 430), (1330, 388)], 0.9)
        if depth == 2:
            c.ridge(960, 12, "#6d8a63")
            shoal(c, [(360, 470), (520, 540)], 2.2)
        for _ in range(count):
            blade(
                c,
                rnd.uniform(-20, WIDTH + 20),
                foot,
                rnd.uniform(150, 330) * (0.7 + 0.32 * depth),
                rnd.choice(tones),
                5 + 4 * depth,
            )
    for _ in range(46):
        x, y, r = rnd.gauss(760, 240), rnd.uniform(140, 860), rnd.uniform(2, 7)
        c.ellipse((x, y), r, r, "#f2fffb", 0.5)


def blade(c: Canvas, x: float, foot: float, height: float, tone: str, width: float) -> None:
    lean, curl = c.random.gauss(34, 40), c.random.uniform(-24, 24)
    spine = [(x + lean * t * t + curl * math.sin(3 * t), foot - height * t) for t in (n / 12 for n in range(13))]
    left = [(px - width * (1 - n / 13) / 2, py) for n, (px, py) in enumerate(spine)]
    right = [(px + width * (1 - n / 13) / 2, py) for n, (px, py) in enumerate(spine)]
    c.polygon(left + right[::-1], tone)


def shoal(c: Canvas, places: list[Point], size: float) -> None:
    for x, y in places:
        body, belly = c.random.choice([("#f2b45a", "#f9dfa6"), ("#e98a5b", "#f8cfa8"), ("#e4e9d8", "#ffffff")])
        c.polygon(
            [(x + 34 * size, y), (x + 58 * size, y - 15 * size), (x + 52 * size, y), (x + 58 * size, y + 15 * size)],
            body,
        )
        c.ellipse((x, y), 38 * size, 14 * size, body)
        c.ellipse((x - 4 * size, y + 5 * size), 30 * size, 7 * size, belly)
        c.polygon([(x - 6 * size, y - 12 * size), (x + 12 * size, y - 22 * size), (x + 18 * size, y - 10 * size)], body)
        c.dots([(x - 26 * size, y - 3 * size)], "#1c2c33", 2.6 * size)


def snow(c: Canvas) -> None:
    """Blue ridges one behind another, a frozen lake, the hut of the snow survey."""
    c.gradient(["#6e9bc9", "#a9c6de", "#ead9d6", "#f8d5bd"], 0, 640)
    c.glow((420, 430), 520, "#ffe3c4", 0.7)
    for y, height, tone, cap in (
        (360.0, 90.0, "#9db3cd", "#f2f3f7"),
        (440, 74, "#7f9abd", "#e4ebf3"),
        (520, 50, "#5f7da6", "#c9d7e6"),
    ):
        peaks(c, y, height, tone, cap)
    c.ridge(600, 18, "#446187")
    c.polygon([(0, 650), (WIDTH, 640), (WIDTH, 760), (0, 770)], "#bcd4e6")
    for _ in range(40):
        x, row = c.random.uniform(0, WIDTH), c.random.uniform(660, 750)
        c.line([(x, row), (x + c.random.uniform(60, 220), row)], "#e9f3f9", 3, 0.5, 2)
    pines(c, [(x, 655 + c.random.uniform(-4, 10)) for x in range(20, 640, 26)], "#2c4568", 74)
    pines(c, [(x, 655 + c.random.uniform(-4, 10)) for x in range(980, 1600, 24)], "#2c4568", 78)
    tops = dict(c.ridge(790, 24, "#eef4f9"))
    c.ridge(880, 18, "#ffffff")
    hut(c, 1120, tops[1120] + 12)
    pines(c, [(x, tops[x] + 18) for x in (56, 128, 204, 1384, 1452, 1536)], "#1d3350", 230)
    for n in range(9):
        x = 300.0 + n * 74
        c.strokes([[(x, 920 - n * 9), (x, 846 - n * 10)]], "#c2402f", 5 - n * 0.3)
        c.ellipse((x + 2, 922 - n * 9), 15, 4, "#b9cbdd", 0.7, 2)
    for n in range(36):
        c.ellipse((290 + n * 22 + 6 * (n % 2), 950 - n * 4.4), 5, 2.6, "#b4c8dc")
    for _ in range(220):
        flake = c.random.uniform(0, WIDTH), c.random.uniform(0, 1000)
        c.ellipse(flake, 2.2, 2.2, "#ffffff", 0.75)


def peaks(c: Canvas, y: float, height: float, tone: str, cap: str) -> None:
    rnd, x, tops = c.random, -80.0, []
    while x < WIDTH + 160:
        tops.append((x, y - rnd.uniform(0.5, 1.6) * height))
        tops.append((x + rnd.uniform(60, 110), y + rnd.uniform(0.2, 0.6) * height))
        x += rnd.uniform(150, 260)
    c.polygon([(-80, 1000), *tops, (WIDTH + 200, 1000)], tone)
    for px, py in tops[::2]:
        fall = height * 0.85
        c.polygon(
            [
                (px, py),
                (px + fall * 0.42, py + fall * 0.62),
                (px + fall * 0.2, py + fall * 0.5),
                (px + fall * 0.06, py + fall * 0.74),
                (px - fall * 0.1, py + fall * 0.46),
                (px - fall * 0.36, py + fall * 0.58),
            ],
            cap,
        )


def hut(c: Canvas, x: float, foot: float) -> None:
    c.polygon([(x - 110, foot + 6), (x + 120, foot + 6), (x + 190, foot + 34), (x - 30, foot + 34)], "#b7cadd", 0.6, 8)
    c.box(x - 96, foot - 92, x + 96, foot + 10, "#7a4a34")
    c.strokes([[(x - 96, foot - 92 + n * 17), (x + 96, foot - 92 + n * 17)] for n in range(6)], "#633a29", 2)
    c.polygon([(x - 124, foot - 84), (x - 6, foot - 176), (x + 6, foot - 176), (x + 124, foot - 84)], "#f7fafc")
    c.polygon([(x - 96, foot - 84), (x, foot - 150), (x + 96, foot - 84)], "#6d412e")
    c.box(x + 48, foot - 190, x + 70, foot - 120, "#5c5f68")
    for puff in range(6):
        c.ellipse((x + 62 + puff * 12, foot - 206 - puff * 26), 14 + puff * 5, 12 + puff * 4, "#f5f6f8", 0.5, 8)
    c.box(x - 66, foot - 66, x - 22, foot - 30, "#ffd27f", 2)
    c.glow((x - 44, foot - 48), 130, "#ffbf66", 0.6)
    c.strokes([[(x - 44, foot - 66), (x - 44, foot - 30)]], "#633a29", 3)
    c.box(x + 22, foot - 70, x + 58, foot + 10, "#4d2e22", 2)


SCENES: dict[str, Callable[[Canvas], None]] = {"night": night, "seagrass": seagrass, "snow": snow}
