"""English said so that the rules understand it, without changing what it says; each rule answers a measured fault."""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.engines.segment import Piece

_RULES = [
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"(?<=\w)’(?=\w)", "'"),
        (r"\bwon't\b", "will not"),
        (r"\bcan't\b", "cannot"),
        (r"\bshan't\b", "shall not"),
        (r"(?<=[a-z])n't\b", " not"),
        (r"\b(I)'m\b", r"\1 am"),
        (r"\b(let)'s\b", r"\1 us"),
        (r"\b(it|that|there|here|what|who|where|how|he|she)'s\b", r"\1 is"),
        (r"\b(we|you|they|who|there)'re\b", r"\1 are"),
        (r"\b(I|we|you|they|could|should|would|might|must)'ve\b", r"\1 have"),
        (r"\b(I|we|you|they|he|she|it|that|there|who)'ll\b", r"\1 will"),
        (r"\b(I|we|you|they|he|she|it|there|who)'d\b", r"\1 would"),
        (r"\b(\d{1,2})\.(\d\d)\s?([ap])\.?m\b\.?", r"\1:\2 \3.m."),
        (r"(?<=\d)\s?([ap])m\b", r" \1.m."),
        (r"\b(no)\.(?=[\"'”’)]|\s\D|$)", r"\1 ."),  # not the short form of number
        (r"\b(a|one) billion\b", r"\1 thousand million"),
        (r"\bbillions of\b", "thousands of millions of"),
    )
]
_SCALED = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s?(?P<scale>billion|bn|trillion|tn)\b", re.IGNORECASE)


def reworded(pieces: Sequence[Piece]) -> list[Piece]:
    """Reword the text of each piece that is not kept."""
    return [piece if piece.kept else replace(piece, text=_reworded(piece.text)) for piece in pieces]


def _reworded(text: str) -> str:
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return _SCALED.sub(_in_millions, text)


def _in_millions(match: re.Match[str]) -> str:
    """Say 1.2 billion as 1,200 million: the word for 10⁹ means 10¹² in most of Europe."""
    factor = 1_000_000 if match["scale"].lower().startswith("t") else 1_000
    millions = float(match["number"]) * factor
    return f"{millions:,.0f} million" if millions == int(millions) else f"{millions:,.2f} million"
