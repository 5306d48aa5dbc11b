"""The pseudo-locale ``en-XA``: accents and brackets, to see at a glance what is translatable and what a layout bears.

It is no translation and is never labelled one.
"""

from collections.abc import Sequence
from dataclasses import replace

from worker.engines.protocol import Limits
from worker.engines.segment import Piece, Segment

_PLAIN = "AaBCcDdEeFGgHhIiJjKkLlNnOoPRrSsTtUuWwYyZz"
_ACCENTED = "ÅåƁÇçÐðÉéƑĜĝĤĥÎîĴĵĶķĻļÑñÖöÞŔŕŠšŢţÛûŴŵÝýŽž"
_TO = str.maketrans(_PLAIN, _ACCENTED)
_FROM = str.maketrans(_ACCENTED, _PLAIN)
_GROWTH = 0.3
"""Translations of English run about a third longer."""


class PseudoLocale:
    """Renders any language into ``en-XA``."""

    name = "pseudo-locale"
    version = "1"
    machine_translation = False
    limits = Limits(max_items=200, max_units=200_000)

    def supports(self, source: str, target: str) -> bool:
        """Say whether the target is the pseudo-locale."""
        return target == "en-XA"

    def translate(self, segments: Sequence[Segment], source: str, target: str, trace: str) -> list[Segment]:
        """Accent every letter, lengthen the whole, and put it in brackets."""
        return [_rendered(segment) for segment in segments]


def unaccented(text: str) -> str:
    """Read a rendered text back to what it was made of."""
    return text.removeprefix("⟦").removesuffix("⟧").rstrip("·").removesuffix(" ").translate(_FROM)


def _rendered(segment: Segment) -> Segment:
    pieces = [piece if piece.kept else replace(piece, text=piece.text.translate(_TO)) for piece in segment.pieces]
    padding = "·" * round(len(segment.text) * _GROWTH)
    return segment.with_pieces([Piece("⟦"), *pieces, Piece(f" {padding}⟧" if padding else "⟧")])
