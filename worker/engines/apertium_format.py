"""Segments in Apertium's stream format and back: marks as word-bound blanks, what must stay as made-up names.

A made-up word such as ``Xq7x`` passes every stage as an unknown name and keeps the grammar around it better than a
blank does.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from worker.engines.segment import Piece, Segment, joined

_RESERVED = re.compile(r"[\\\[\]{}^$/@<>]")
_SIGNS = "*#~@+"
"""Mark characters of the stream, or dropped by a stage; private-use characters stand for them on the way."""
_OUT = str.maketrans({sign: chr(0xE000 + number) for number, sign in enumerate(_SIGNS)})
_BACK = str.maketrans({chr(0xE000 + number): sign for number, sign in enumerate(_SIGNS)})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
_TOKEN = re.compile(
    r"\[\[(?P<marks>[0-9; ]*)\]\]|(?P<end>\[\[/\]\])|\\(?P<escaped>.)|(?P<unknown>[*@#](?=\S))|(?P<blank>\[[^\]]*\])"
    r"|Xq(?P<mask>[0-9]+)x|(?P<text>[^\[\\*@#X]+|.)",
    re.DOTALL,
)
MASK = re.compile(r"Xq[0-9]+x")
_FIRST_MASK = 1000
"""Masks below are marks of kept pieces."""


class Masked(NamedTuple):
    """A unit to send, and the texts behind its masks."""

    unit: str
    masks: tuple[str, ...]


def to_stream(pieces: Sequence[Piece], protected: re.Pattern[str]) -> Masked:
    """Write pieces as one unit; what ``protected`` finds is hidden behind masks."""
    masks: list[str] = []

    def hide(match: re.Match[str]) -> str:
        masks.append(match[0])
        return f"Xq{_FIRST_MASK + len(masks) - 1}x"

    out = []
    for piece in pieces:
        if piece.kept:
            text, marks = f"Xq{piece.marks[-1]}x", piece.marks[:-1]
        else:
            hidden = protected.sub(hide, _CONTROL.sub("", piece.text))
            text, marks = _RESERVED.sub(r"\\\g<0>", hidden.translate(_OUT)), piece.marks
        out.append(_bound(text, marks))
    return Masked("".join(out), tuple(masks))


def from_stream(answer: str, sent: Masked, source: Segment) -> Segment:
    """Read an answer back: one piece per run of words with the same marks, each mark inside its parents."""
    parents = _parents(source.pieces)
    pieces: list[Piece] = []
    words = unknown = 0
    marks: tuple[int, ...] = ()
    for match in _TOKEN.finditer(answer):
        if match["marks"] is not None:
            marks = _chain({int(mark) for mark in re.findall("[0-9]+", match["marks"])}, parents)
        elif match["end"]:
            marks = ()
        elif match["unknown"]:
            unknown += not MASK.match(answer, match.end())
        elif match["mask"]:
            pieces += _unmasked(int(match["mask"]), marks, sent.masks, parents)
        elif not match["blank"]:
            text = (match["escaped"] or match["text"]).translate(_BACK)
            words += len(text.split())
            pieces.append(Piece(text, marks))
    return Segment(joined(pieces), source.kind, unknown / max(words, 1))


def _bound(text: str, marks: tuple[int, ...]) -> str:
    """Bind marks to a text's words; white space at its ends stays outside."""
    core = text.strip()
    if not marks or not core:
        return text
    before, _, after = text.partition(core)
    return f"{before}[[{';'.join(map(str, marks))}]]{core}[[/]]{after}"


def _unmasked(
    number: int, marks: tuple[int, ...], masks: Sequence[str], parents: dict[int, tuple[int, ...]]
) -> Iterable[Piece]:
    if number < _FIRST_MASK:
        return [Piece("", (*parents.get(number, ()), number), kept=True)]
    position = number - _FIRST_MASK
    return [Piece(masks[position], marks)] if position < len(masks) else []


def _parents(pieces: Sequence[Piece]) -> dict[int, tuple[int, ...]]:
    """Marks around each mark, outermost first."""
    return {mark: piece.marks[:depth] for piece in pieces for depth, mark in enumerate(piece.marks)}


def _chain(marks: set[int], parents: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Order the marks of a word as the source nests them; one that two stand side by side on is left to the checks."""
    known = [(*parents[mark], mark) for mark in marks if mark in parents]
    return max(known, key=len, default=())
