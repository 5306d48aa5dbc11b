"""The city's pictures: the bridge at dusk, the harbour in the morning, the ferry, the market."""

import math
from collections.abc import Callable

from sample.drawing.paint import WIDTH, Canvas, Point, mix


def bridge(c: Canvas) -> None:
    """An arch bridge over still water, the sun low behind it."""
    water = 640
    c.gradient(["#20305c", "#5a4a83", "#c9697c", "#f59c6b", "#fbd59a"], 0, water)
    c.glow((1080, 590), 620, "#ffb066", 0.75)
    c.ellipse((1080, 575), 62, 62, "#fff1c9")
    for y, height, tone in ((560, 26, "#b0627f"), (590, 20, "#84507a"), (615, 12, "#5b3f6d")):
        c.ridge(y, height, tone, base=water)
    skyline(c, water, "#47355f", 40)
    steel = "#26233f"
    deck = 520
    arch = [(x, 520 - 330 * math.sin(math.pi * (x - 180) / 1240)) for x in range(180, 1424, 4)]
    c.line(arch, steel, 20)
    c.line([(x, y + 34) for x, y in arch[12:-12]], steel, 7)
    c.strokes([[(x, y), (x, deck)] for x, y in arch[8::11]], steel, 3)
    c.strokes([[arch[i], (arch[i + 7][0], arch[i + 7][1] + 34)] for i in range(12, len(arch) - 20, 7)], steel, 2.5)
    c.box(0, deck, WIDTH, deck + 20, steel)
    c.strokes([[(0, deck - 22), (WIDTH, deck - 22)], [(0, deck - 12), (WIDTH, deck - 12)]], steel, 2)
    c.strokes([[(x, deck - 22), (x, deck)] for x in range(0, WIDTH, 16)], steel, 1.2)
    for x in (176, 1420):
        c.polygon([(x - 34, deck), (x + 34, deck), (x + 48, water + 4), (x - 48, water + 4)], "#35304e")
    for x in range(60, WIDTH, 164):
        c.strokes([[(x, deck), (x, deck - 62)]], steel, 3)
        c.glow((x, deck - 66), 46, "#ffd27a", 0.9)
        c.dots([(x, deck - 66)], "#fff3cf", 4)
    for x in (312, 352, 700, 1228):
        walker(c, x, deck, steel)
    cyclist(c, 905, deck, steel)
    c.reflect(water, "#2a2a55", 0.3)
    c.glints(water + 10, 990, "#ffcf93", 240, centre=1080)
    rowing_boat(c, 430, 800, "#1d1b33")


def harbour(c: Canvas) -> None:
    """Painted houses on the quay, boats at their moorings, early light."""
    water, rnd = 600, c.random
    c.gradient(["#8fc3dc", "#bcdde3", "#f6e7cf", "#fbd9b0"], 0, water)
    c.glow((260, 300), 560, "#fff2cf", 0.6)
    clouds(c, 150, "#ffffff", 7)
    for y, height, tone in ((380.0, 40.0, "#9fbfc4"), (440, 34, "#7fa6a8"), (490, 22, "#5f8d86")):
        c.ridge(y, height, tone, base=water)
    paints = ["#d9694f", "#e9b65a", "#f1e3c8", "#5f93a8", "#c5587a", "#86a873", "#e7d7b1", "#3f6d8a"]
    x = 30.0
    while x < 1560:
        width, height = rnd.uniform(84, 128), rnd.uniform(140, 240)
        house(c, x, water - 34, width, height, paints[int(x) // 90 % len(paints)])
        x += width + 2
    c.box(0, water - 36, WIDTH, water + 2, "#8b7f77")
    c.strokes([[(x, water - 36), (x, water + 2)] for x in range(0, WIDTH, 40)], "#766b65", 1.5)
    c.box(0, water - 40, WIDTH, water - 33, "#b3a79b")
    c.reflect(water, "#2f6d82", 0.34, depth=0.8)
    for x, y, size, hull in (
        (250, 690, 1.0, "#b8432f"),
        (560, 655, 0.75, "#24536b"),
        (1250, 665, 0.85, "#2f5d50"),
        (930, 770, 1.5, "#1f3f5c"),
    ):
        sailing_boat(c, x, y, size, hull)
    c.glints(water + 20, 990, "#f8f2de", 150)
    gulls(c, [(420, 180), (505, 140), (700, 230), (1130, 150), (1190, 195)], "#47606b")


def ferry(c: Canvas) -> None:
    """The little ferry leaving in the morning fog."""
    water = 560
    c.gradient(["#9fb4c7", "#c3cdd3", "#e6dccf", "#f3d9bd"], 0, water)
    c.glow((800, 470), 640, "#ffe6bd", 0.65)
    c.ellipse((800, 420), 48, 48, "#fff8e4", 0.9, 2)
    for y, height, tone in ((470, 28, "#b4bfc6"), (510, 20, "#98a9b3"), (545, 8, "#7d929f")):
        c.ridge(y, height, tone, base=water)
        c.polygon([(0, y + 20), (WIDTH, y + 20), (WIDTH, water), (0, water)], "#e2dbd1", 0.45, 24)
    c.gradient(["#b3bec4", "#8fa3ad"], water - 2, water + 66)
    hull, x, y = "#1f4258", 520, 600
    c.polygon([(x, y - 60), (x + 560, y - 60), (x + 530, y + 24), (x + 40, y + 24)], hull)
    c.polygon([(x + 6, y - 44), (x + 554, y - 44), (x + 551, y - 34), (x + 9, y - 34)], "#e8574a")
    c.box(x + 60, y - 128, x + 470, y - 60, "#f4efe4", 8)
    c.box(x + 210, y - 190, x + 380, y - 128, "#e9e2d3", 8)
    c.box(x + 226, y - 180, x + 364, y - 146, "#31576b", 4)
    for window in range(8):
        c.box(x + 82 + window * 47, y - 112, x + 114 + window * 47, y - 82, "#3a6378", 5)
    c.box(x + 398, y - 222, x + 440, y - 128, "#e8574a", 3)
    c.box(x + 398, y - 206, x + 440, y - 190, "#1f2f3d")
    c.strokes([[(x + 290, y - 190), (x + 290, y - 270)], [(x + 290, y - 262), (x + 530, y - 60)]], "#46545e", 3)
    c.strokes([[(x + 10, y - 84), (x + 60, y - 84)], [(x + 470, y - 84), (x + 550, y - 84)]], "#46545e", 3)
    for puff in range(7):
        c.ellipse((x + 425 + puff * 34, y - 245 - puff * 15), 20 + puff * 9, 13 + puff * 6, "#f3f0ea", 0.34, 10)
    c.reflect(water + 64, "#6f8a9a", 0.45)
    for wave in range(16):
        c.line([(x - wave * 34, y + 22 + wave * 6), (x + 60 - wave * 30, y + 20 + wave * 6)], "#f3efe6", 3, 0.7, 1)
    c.glints(water + 80, 990, "#fdf3df", 180, centre=800)
    gulls(c, [(300, 330), (380, 280), (470, 350), (1250, 260), (1330, 310)], "#556773")


def house(c: Canvas, x: float, foot: float, width: float, height: float, paint: str) -> None:
    top, peak = foot - height, foot - height - width * 0.42
    c.box(x, top, x + width, foot, paint)
    c.polygon([(x + width * 0.62, top), (x + width, top), (x + width, foot), (x + width * 0.62, foot)], "#5a4a55", 0.14)
    c.polygon([(x - 5, top), (x + width / 2, peak), (x + width + 5, top)], mix(paint, "#3a3038", 0.62))
    for row in range(max(1, int(height // 62))):
        for column in (0.18, 0.6):
            left, upper = x + width * column, top + 16 + row * 60
            c.box(left - 3, upper - 3, left + width * 0.22 + 3, upper + 35, "#fbf6ea", 1)
            c.box(left, upper, left + width * 0.22, upper + 32, "#4f6f80", 1)
            c.strokes([[(left, upper + 15), (left + width * 0.22, upper + 15)]], "#fbf6ea", 2)
    c.box(x + width * 0.42, foot - 40, x + width * 0.6, foot, mix(paint, "#20303a", 0.7), 2)


def sailing_boat(c: Canvas, x: float, y: float, size: float, hull: str) -> None:
    def at(*points: Point) -> list[Point]:
        return [(x + size * dx, y + size * dy) for dx, dy in points]

    c.polygon(at((-96, 20), (84, 20), (60, 130), (-70, 130)), "#1d4050", 0.28, 8)
    c.strokes([at((0, -10), (0, -250)), at((0, -240), (96, -12)), at((0, -240), (-100, -12))], "#4c4038", 2.6 * size)
    c.polygon(at((-4, -20), (-4, -44), (-84, -26), (-84, -16)), "#f3ead8")
    c.polygon(at((-108, -14), (112, -20), (84, 26), (-84, 26)), hull)
    c.polygon(at((-108, -14), (112, -20), (108, -10), (-104, -4)), "#f6efe0")
    c.polygon(at((10, -16), (70, -18), (62, -46), (18, -46)), "#e9dcc2")
    c.strokes([at((26, -32), (56, -32))], "#3f6577", 8 * size)


def rowing_boat(c: Canvas, x: float, y: float, tone: str) -> None:
    c.polygon([(x - 70, y - 8), (x + 74, y - 10), (x + 50, y + 14), (x - 48, y + 14)], tone)
    walker(c, x, y + 2, tone, 1.1)
    c.line([(x + 6, y - 14), (x + 92, y + 18)], tone, 3)
    for n in range(4):
        c.line([(x - 90 - n * 34, y + 14 + n * 3), (x - 50 - n * 30, y + 14 + n * 3)], "#f3b58e", 2, 0.6, 1)


def walker(c: Canvas, x: float, foot: float, tone: str, size: float = 1) -> None:
    c.ellipse((x, foot - 46 * size), 5 * size, 6 * size, tone)
    c.polygon(
        [
            (x - 7 * size, foot - 39 * size),
            (x + 7 * size, foot - 39 * size),
            (x + 6 * size, foot - 16 * size),
            (x - 6 * size, foot - 16 * size),
        ],
        tone,
    )
    c.strokes(
        [
            [(x - 3 * size, foot - 18 * size), (x - 6 * size, foot)],
            [(x + 3 * size, foot - 18 * size), (x + 7 * size, foot)],
        ],
        tone,
        4 * size,
    )


def cyclist(c: Canvas, x: float, foot: float, tone: str) -> None:
    for dx in (-19, 19):
        rim = [(x + dx + 13 * math.cos(a / 5), foot - 13 + 13 * math.sin(a / 5)) for a in range(33)]
        c.line(rim, tone, 2)
    c.strokes(
        [
            [(x - 19, foot - 13), (x - 4, foot - 32), (x + 15, foot - 32), (x + 19, foot - 13)],
            [(x - 4, foot - 32), (x + 2, foot - 12), (x + 15, foot - 32)],
        ],
        tone,
        2.5,
    )
    c.line([(x - 4, foot - 38), (x + 4, foot - 58), (x + 17, foot - 40)], tone, 7)
    c.ellipse((x + 7, foot - 68), 6, 7, tone)


def skyline(c: Canvas, foot: float, tone: str, height: float) -> None:
    x = 0.0
    while x < WIDTH:
        width, rise = c.random.uniform(18, 54), c.random.uniform(0.3, 1) * height
        c.box(x, foot - rise, x + width, foot, tone)
        if c.random.random() < 0.5:
            c.dots([(x + width / 2, foot - rise / 2)], "#f7c27e", 1.6)
        x += width


def clouds(c: Canvas, y: float, tone: str, count: int) -> None:
    for _ in range(count):
        x, height = c.random.uniform(0, WIDTH), c.random.uniform(y - 90, y + 120)
        for _ in range(6):
            c.ellipse(
                (x + c.random.gauss(0, 70), height + c.random.gauss(0, 8)),
                c.random.uniform(50, 110),
                c.random.uniform(8, 20),
                tone,
                0.35,
                8,
            )


def gulls(c: Canvas, places: list[Point], tone: str) -> None:
    for x, y in places:
        c.line([(x - 20, y - 4), (x - 10, y - 11), (x, y), (x + 11, y - 12), (x + 22, y - 6)], tone, 3)


SCENES: dict[str, Callable[[Canvas], None]] = {"bridge": bridge, "harbour": harbour, "ferry": ferry}
