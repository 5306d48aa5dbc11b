"""The square's picture: the evening market."""

from collections.abc import Callable

from sample.drawing.city import walker
from sample.drawing.paint import WIDTH, Canvas, Point, mix


def market(c: Canvas) -> None:
    """Striped awnings, crates of fruit and strings of lights in the square."""
    rnd = c.random
    c.gradient(["#33406e", "#7f6591", "#e39a7c", "#f7cf9b"], 0, 620)
    for x, width, height, tone in (
        (-20, 330, 430, "#8b5f63"),
        (310, 260, 500, "#a3716a"),
        (570, 400, 400, "#7c5a68"),
        (970, 280, 520, "#94656a"),
        (1250, 380, 440, "#83596a"),
    ):
        facade(c, x, 690 - height, width, height, tone)
    c.gradient(["#8d6f69", "#5e4a55"], 690, 1000)
    for row in range(9):
        y = 700 + row * row * 4.2
        c.strokes([[(0, y), (WIDTH, y)]], "#75605f", 1 + row * 0.3)
    for x, stripe in ((60, "#c9473c"), (570, "#2f7f79"), (1080, "#d98b2b")):
        stall(c, x, stripe)
    for start, end, sag in (((0, 190), (830, 150), 110), ((780, 160), (1600, 200), 120)):
        lights(c, start, end, sag)
    for x, y, size in ((500, 900, 2.5), (545, 905, 2.2), (1035, 890, 2.4), (1020, 930, 1.5), (35, 915, 2.4)):
        walker(c, x, y, mix("#2d2438", "#574055", rnd.random()), size)


def stall(c: Canvas, x: float, stripe: str) -> None:
    rnd, width, top = c.random, 440, 470
    c.polygon([(x + 14, top + 70), (x + width - 14, top + 70), (x + width - 14, 880), (x + 14, 880)], "#3b2a36", 0.8)
    c.glow((x + width / 2, top + 150), 260, "#ffc774", 0.75)
    c.strokes([[(x + 16, top + 40), (x + 16, 890)], [(x + width - 16, top + 40), (x + width - 16, 890)]], "#4a3128", 10)
    fruits = [["#d8402f", "#e06a3a"], ["#f0a632", "#f6c34f"], ["#7fa13c", "#a4bd54"], ["#7b3f6b", "#9c5686"]]
    for row in range(3):
        y = 690 + row * 68
        for column in range(4):
            left = x + 28 + column * 98
            tones = fruits[(row * 3 + column + int(x)) % 4]
            for _ in range(30):
                c.dots([(left + rnd.uniform(10, 80), y + rnd.uniform(-20, 6))], rnd.choice(tones), rnd.uniform(9, 12))
            c.box(left, y, left + 90, y + 44, "#a8763f", 3)
            c.strokes([[(left, y + 22), (left + 90, y + 22)]], "#855a2e", 2.5)
    stripes = 10
    for n in range(stripes):
        tone, a, b = (stripe if n % 2 else "#f7ecd9"), n / stripes, (n + 1) / stripes
        upper, lower = [x + 40 + (width - 80) * s for s in (a, b)], [x - 14 + (width + 28) * s for s in (a, b)]
        c.polygon([(upper[0], top - 30), (upper[1], top - 30), (lower[1], top + 74), (lower[0], top + 74)], tone)
        c.ellipse(((lower[0] + lower[1]) / 2, top + 74), (lower[1] - lower[0]) / 2, 17, mix(tone, "#402030", 0.12))
    for lamp in (x + 120, x + 320):
        c.glow((lamp, top + 128), 90, "#ffe0a0", 1)
        c.dots([(lamp, top + 128)], "#fff6d8", 8)


def facade(c: Canvas, x: float, top: float, width: float, height: float, tone: str) -> None:
    c.box(x, top, x + width, top + height, tone)
    c.box(x - 6, top - 12, x + width + 6, top + 4, mix(tone, "#2a2038", 0.35))
    for row in range(int(height // 120)):
        for column in range(int(width // 84)):
            left, upper = x + 30 + column * 84, top + 34 + row * 118
            lit = c.random.random() < 0.42
            c.box(left - 5, upper - 5, left + 43, upper + 71, mix(tone, "#f3dcc2", 0.25), 2)
            c.box(left, upper, left + 38, upper + 66, "#ffd68a" if lit else "#4a405e", 2)
            c.strokes(
                [[(left + 19, upper), (left + 19, upper + 66)], [(left, upper + 28), (left + 38, upper + 28)]],
                mix(tone, "#2a2038", 0.3),
                2.5,
            )


def lights(c: Canvas, start: Point, end: Point, sag: float) -> None:
    wire = [
        (start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + sag * 4 * t * (1 - t))
        for t in (n / 60 for n in range(61))
    ]
    c.line(wire, "#2b2238", 2)
    for x, y in wire[2:-1:4]:
        c.glow((x, y + 10), 34, "#ffcb78", 0.9)
        c.dots([(x, y + 10)], "#fff1c4", 6)


SCENES: dict[str, Callable[[Canvas], None]] = {"market": market}
