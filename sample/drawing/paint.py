"""A small painter over Pillow: gradients, silhouettes, glows, reflections and grain.

Scenes speak in a 1600 x 1000 grid; everything is painted twice as large and scaled down at the end,
which smooths edges.
"""

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1600, 1000
SCALE = 2
Point = tuple[float, float]
Colour = tuple[int, int, int]


def colour(text: str) -> Colour:
    """Read `#rrggbb`."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """Blend two `#rrggbb` colours; share 0 is the first, 1 the second."""
    pairs = zip(colour(one), colour(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Canvas:
    """One picture in the making; `random` is seeded by the picture's name, so a picture is the same every time."""

    def __init__(self, name: str) -> None:
        self.random = random.Random(name)
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))

    def gradient(self, stops: Sequence[str], top: float = 0, bottom: float = HEIGHT) -> None:
        """Fill the rows between top and bottom with evenly spaced colours running into each other."""
        column = Image.new("RGB", (1, len(stops)))
        column.putdata([colour(stop) for stop in stops])
        rows = round((bottom - top) * SCALE)
        band = column.resize((1, rows), Image.Resampling.BICUBIC, box=(0, 0.5, 1, len(stops) - 0.5))
        self.image.paste(band.resize((WIDTH * SCALE, rows)), (0, round(top * SCALE)))

    def polygon(self, points: Sequence[Point], fill: str, alpha: float = 1, blur: float = 0) -> None:
        """Paint a filled shape, translucent below alpha 1, with soft edges above blur 0."""
        mask = self._mask()
        ImageDraw.Draw(mask).polygon(_scaled(points), fill=round(255 * alpha))
        self._lay(mask, fill, blur)

    def ellipse(self, centre: Point, rx: float, ry: float, fill: str, alpha: float = 1, blur: float = 0) -> None:
        """Paint an ellipse by its centre and radii."""
        (x, y), mask = centre, self._mask()
        box = _scaled([(x - rx, y - ry), (x + rx, y + ry)])
        ImageDraw.Draw(mask).ellipse(box, fill=round(255 * alpha))
        self._lay(mask, fill, blur)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, radius: float = 0) -> None:
        """Paint a solid rectangle, with rounded corners above radius 0."""
        draw = ImageDraw.Draw(self.image)
        draw.rounded_rectangle(_scaled([(left, top), (right, bottom)]), radius * SCALE, fill=fill)

    def line(self, points: Sequence[Point], fill: str, width: float = 2, alpha: float = 1, blur: float = 0) -> None:
        """Paint a line through the points."""
        mask = self._mask()
        ImageDraw.Draw(mask).line(_scaled(points), round(255 * alpha), max(1, round(width * SCALE)), joint="curve")
        self._lay(mask, fill, blur)

    def strokes(self, lines: Sequence[Sequence[Point]], fill: str, width: float = 1) -> None:
        """Paint many solid lines at once."""
        draw = ImageDraw.Draw(self.image)
        for points in lines:
            draw.line(_scaled(points), fill, max(1, round(width * SCALE)), joint="curve")

    def dots(self, centres: Sequence[Point], fill: str, radius: float = 1) -> None:
        """Paint many solid dots at once."""
        draw, r = ImageDraw.Draw(self.image), radius * SCALE
        for x, y in _scaled(centres):
            draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def glow(self, centre: Point, radius: float, fill: str, strength: float = 0.8) -> None:
        """Add light around a point; light adds up and never darkens."""
        size = round(radius * SCALE)
        spot = ImageChops.invert(Image.radial_gradient("L")).resize((2 * size, 2 * size))
        spot = spot.point(lambda v: round(255 * strength * max(0, (v - 75) / 180) ** 2))
        x, y = (round(v) - size for v in _scaled([centre])[0])
        area = (max(0, x), max(0, y), min(self.image.width, x + 2 * size), min(self.image.height, y + 2 * size))
        if area[0] >= area[2] or area[1] >= area[3]:
            return
        light = Image.new("RGB", (2 * size, 2 * size))
        light.paste(colour(fill), (0, 0), spot)
        light = light.crop((area[0] - x, area[1] - y, area[2] - x, area[3] - y))
        self.image.paste(ImageChops.screen(self.image.crop(area), light), area)

    def ridge(self, y: float, height: float, fill: str, roughness: float = 0.5, base: float = HEIGHT) -> list[Point]:
        """Paint a line of hills around y down to base; answers the line of its tops, one point every 4 units."""
        waves = [
            (
                height * roughness**n,
                2 ** (n + 1) * math.pi / WIDTH * self.random.uniform(0.7, 1.3),
                self.random.uniform(0, 7),
            )
            for n in range(7)
        ]
        tops = [(x, y + sum(a * math.sin(f * x + p) for a, f, p in waves)) for x in range(-4, WIDTH + 8, 4)]
        self.polygon([*tops, (WIDTH + 8, base), (-4, base)], fill)
        return [(float(x), top) for x, top in tops]

    def reflect(self, waterline: float, tint: str, share: float = 0.35, depth: float = 1) -> None:
        """Mirror what stands above the waterline into the water below it, rippled and tinted."""
        line, width = round(waterline * SCALE), WIDTH * SCALE
        rows = HEIGHT * SCALE - line
        source = round(min(line, rows * depth))
        mirror = self.image.crop((0, line - source, width, line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        mirror = mirror.resize((width, rows))
        rippled = Image.new("RGB", (width, rows))
        for y in range(0, rows, 2):
            near = y / rows
            shift = (1 + 9 * near) * SCALE * math.sin(420 / (near + 0.12) + self.random.uniform(-0.5, 0.5))
            strip = mirror.crop((0, y, width, y + 2))
            rippled.paste(ImageChops.offset(strip, round(shift), 0), (0, y))
        rippled = rippled.filter(ImageFilter.GaussianBlur(1.2 * SCALE))
        self.image.paste(Image.blend(rippled, Image.new("RGB", rippled.size, tint), share), (0, line))

    def glints(self, top: float, bottom: float, fill: str, count: int = 160, centre: float | None = None) -> None:
        """Scatter short strokes of light over water, around a column where centre is given."""
        for _ in range(count):
            near = self.random.random()
            y = top + (bottom - top) * near**1.4
            spread = 60 + 260 * near
            x = self.random.uniform(0, WIDTH) if centre is None else self.random.gauss(centre, spread)
            half = self.random.uniform(4, 18) * (0.4 + near)
            self.strokes([[(x - half, y), (x + half, y)]], fill, 0.8 + 1.6 * near)

    def save(self, path: Path | BinaryIO) -> None:
        """Scale down, add a printed grain, and write a JPEG that says nothing about the machine that made it."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        # Seeded noise, not effect_noise: the same picture must have the same bytes whenever it is drawn.
        noise = Image.frombytes("L", (WIDTH // 2, HEIGHT // 2), self.random.randbytes(WIDTH * HEIGHT // 4))
        noise = noise.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).point(lambda v: 123 + v * 10 // 255)
        grained = ImageChops.overlay(small, Image.merge("RGB", [noise] * 3))
        grained.save(path, "JPEG", quality=80, optimize=True, progressive=True)

    def _mask(self) -> Image.Image:
        return Image.new("L", self.image.size)

    def _lay(self, mask: Image.Image, fill: str, blur: float) -> None:
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        self.image.paste(colour(fill), (0, 0), mask)


def _scaled(points: Sequence[Point]) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in points]
