"""English made easier for a rule-based engine: what it is known to get wrong is said another way, or hidden.

Each rule answers a measured fault; none changes what is said.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.engines.segment import Piece

PROTECTED = re.compile(
    r"https?://[^\s<>]*[\w/]"  # addresses
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|eu|info|io|gov|edu)\b(?:/[\w/.-]*\w)?"
    r"|(?<!\w)[@#]\w+"  # handles and hashtags
    r"|\bXq[0-9]+x\b"
)

_CONTRACTIONS = [
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
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
    )
]
_SCALED = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s?(?P<scale>billion|bn|trillion|tn)\b", re.IGNORECASE)
_MILLIONS = re.compile(r"(?<=\d)\s?(?:m|mn)\b(?!\w)")
_CURRENCY = re.compile(r"(?P<sign>[€£$])(?P<number>\d[\d,.]*\d|\d)(?P<scale> million| thousand)?")
_CURRENCIES = {"€": "euros", "£": "pounds", "$": "dollars"}
_BILLION_WORDS = [
    (re.compile(r"\b(a|one) billion\b", re.IGNORECASE), r"\1 thousand million"),
    (re.compile(r"\bbillions of\b", re.IGNORECASE), "thousands of millions of"),
    (re.compile(r"\bbillion\b", re.IGNORECASE), "thousand million"),
]


def reworded(pieces: Sequence[Piece]) -> list[Piece]:
    """Reword the text of each piece that is not kept."""
    return [piece if piece.kept else replace(piece, text=_reworded(piece.text)) for piece in pieces]


def _reworded(text: str) -> str:
    text = re.sub(r"(?<=\w)’(?=\w)", "'", text)
    for pattern, words in _CONTRACTIONS:
        text = pattern.sub(words, text)
    text = _SCALED.sub(_in_millions, text)
    text = re.sub(r"(?<=[€£$])(\d[\d,.]*)\s?(?:mn?)\b", r"\1 million", text)
    for pattern, words in _BILLION_WORDS:
        text = pattern.sub(words, text)
    return text


def _in_millions(match: re.Match[str]) -> str:
    """Say 1.2 billion as 1,200 million: the word for 10⁹ means 10¹² in most of Europe."""
    factor = 1_000_000 if match["scale"].lower().startswith("t") else 1_000
    millions = float(match["number"]) * factor
    return f"{millions:,.0f} million" if millions == int(millions) else f"{millions:,.2f} million"
