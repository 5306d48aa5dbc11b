"""Contrast of a theme's colours (WCAG 2.2, 1.4.3 and 1.4.11), mixed as the banner's style sheet mixes them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from consent.linter.findings import Finding, members

SOURCE = "WCAG 2.2, success criteria 1.4.3 and 1.4.11 (EN 301 549)"
HEX = re.compile(r"#([0-9a-fA-F]{6})")
TEXT, PARTS = 4.5, 3.0
# banner.css: quiet text is 75 % of the text's colour, a button under the pointer 24 % accent, each over the background
QUIET, POINTED = 0.75, 0.24

Colour = tuple[float, float, float]


def theme(notice: Mapping[str, Any]) -> Iterator[Finding]:
    """Refuse colours that people with weaker sight cannot tell apart."""
    for scheme, named in members(notice.get("theme")).items():
        colours = {name: read(value) for name, value in members(named).items()}
        accent, background, text = (colours.get(name) for name in ("accent", "background", "text"))
        if accent is None or background is None or text is None:
            continue  # the schema says what is missing
        quiet = ratio(mixed(text, background, QUIET), background)
        on_button = ratio(text, mixed(accent, background, POINTED))
        if min(quiet, on_button) < TEXT:
            yield _weak(f"theme.{scheme}.text", f"contrast of at least {TEXT}:1", min(quiet, on_button))
        if ratio(accent, background) < PARTS:
            yield _weak(f"theme.{scheme}.accent", f"contrast of at least {PARTS}:1", ratio(accent, background))


def read(text: Any) -> Colour | None:
    """Read #rrggbb as three shares of 1; None where it is none."""
    found = HEX.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    red, green, blue = (part / 255 for part in bytes.fromhex(found[1]))
    return red, green, blue


def mixed(over: Colour, under: Colour, share: float) -> Colour:
    """Mix two colours as CSS does: color-mix(in srgb, over share, under)."""
    red, green, blue = (a * share + b * (1 - share) for a, b in zip(over, under, strict=True))
    return red, green, blue


def ratio(one: Colour, other: Colour) -> float:
    """Return the contrast ratio (WCAG 2.2), from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Return the relative luminance (WCAG 2.2), from 0 to 1."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _weak(field: str, expected: str, got: float) -> Finding:
    # cut, not rounded: 4.499 must not be told as 4.5
    return Finding(field, expected, f"got {int(got * 100) / 100:.2f}:1", "contrast", SOURCE)
