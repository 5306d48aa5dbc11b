"""The look of a site's pages: colours for light and dark, and faces, as the style sheet's custom properties.

Text is readable in every theme: contrasts below WCAG 2.2's 4.5:1 (success criterion 1.4.3) are refused.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from publisher.faults import Fault

LEAST_CONTRAST = 4.5
COLOUR = re.compile(r"#[0-9a-f]{6}")
FACES = re.compile(r"""[A-Za-z0-9 ,"'-]{1,300}""")


class Palette(NamedTuple):
    """Six colours as ``#rrggbb``: the ground and text on it, quieter text, lines, what stands out, a tinted ground."""

    paper: str
    ink: str
    soft: str
    rule: str
    accent: str
    wash: str


TEXT_ON_GROUND = tuple((text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "wash"))


class Theme(NamedTuple):
    """Two palettes and two lists of faces, as CSS has them; faces are those of the reader's system."""

    light: Palette = Palette("#fffdf9", "#1c1a17", "#5f5a52", "#ddd6c9", "#9a1f17", "#f5f0e6")
    dark: Palette = Palette("#161513", "#ece7de", "#a9a297", "#3a3630", "#ff9c8b", "#221f1b")
    serif: str = (
        'Charter, "Bitstream Charter", "Iowan Old Style", "Palatino Linotype", Georgia, '
        '"Charis SIL", "Source Serif 4", "Noto Serif", serif'
    )
    sans: str = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif'

    def css(self) -> str:
        """Write the theme as custom properties."""
        faces = f"--latin: {self.serif}; --sans: {self.sans};"
        light, dark = (_properties(each) for each in (self.light, self.dark))
        return f":root {{ {light} {faces} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"


OWN = Theme()


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def faults_of(theme: Theme) -> Iterator[Fault]:
    """Find what cannot be read, or is no colour or list of faces; fields are those of the site file."""
    for scheme, palette in (("light", theme.light), ("dark", theme.dark)):
        colours: Mapping[str, str] = palette._asdict()
        wrong = [name for name, colour in colours.items() if not COLOUR.fullmatch(colour)]
        for name in wrong:
            yield Fault(f"colours.{scheme}.{name}", "a colour as #1c1a17", repr(colours[name]))
        for text, ground in () if wrong else TEXT_ON_GROUND:
            found = contrast(colours[text], colours[ground])
            if found < LEAST_CONTRAST:
                wanted = f"a contrast of at least {LEAST_CONTRAST}:1 with {ground} ({colours[ground]})"
                yield Fault(f"colours.{scheme}.{text}", wanted, f"{found:.2f}:1")
    for name in ("serif", "sans"):
        if not FACES.fullmatch(getattr(theme, name)):
            yield Fault(f"fonts.{name}", "a list of faces as CSS has it", repr(getattr(theme, name)[:60]))


def _properties(palette: Palette) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in palette._asdict().items())


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
