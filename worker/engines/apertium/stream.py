"""Segments in Apertium's stream format and back: marks as word-bound blanks, and words that stand for others.

A made-up word such as ``Xq7x`` passes every stage as an unknown name; for people a real surname stands, which the rules
know to be one, and build the sentence accordingly.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from worker.engines.apertium.stand_in import StandIn
from worker.engines.segment import Piece, Segment, joined

_SIGNS = "\\[]{}^$/@<>*#~+"
"""Signs that mean something in the stream, or that a stage drops; private-use characters stand for them on the way,
for an escaped sign next to some others (``^…``) makes a stage wait for ever."""
_OUT = str.maketrans({sign: chr(0xE000 + number) for number, sign in enumerate(_SIGNS)})
_BACK = str.maketrans({chr(0xE000 + number): sign for number, sign in enumerate(_SIGNS)})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
_SURNAMES = (
    "Ruiz",
    "Gómez",
    "Molina",
    "Pérez",
    "Jiménez",
    "Domínguez",
    "Sánchez",
    "Gutiérrez",
    "Rodríguez",
    "Fernández",
)
"""Known as surnames, and as nothing else, to every pair's dictionary."""
_FEW = 5
"""Words of which one or two unknown ones say nothing yet."""
_TOKEN = re.compile(
    r"\[\[(?P<marks>[0-9; ]*)\]\]|(?P<end>\[\[/\]\])|\\(?P<escaped>.)|(?P<unknown>[*@#](?=\S))|(?P<blank>\[[^\]]*\])"
    rf"|(?P<made_up>Xq[0-9]+x|{'|'.join(_SURNAMES)})|(?P<word>\w+)|(?P<other>.)",
    re.DOTALL,
)


class Lost(Exception):
    """A stand-in did not come back, or came more than once."""


class Sent(NamedTuple):
    """A unit as sent, and the text behind each word that stands for one; None for a kept piece."""

    unit: str
    behind: dict[str, Piece]


def to_stream(pieces: Sequence[Piece], find: Callable[[str], Sequence[StandIn]]) -> Sent:
    """Write pieces as one unit, with words standing for all that ``find`` finds."""
    behind: dict[str, Piece] = {}
    made_up, surnames = _stand_ins("".join(piece.text for piece in pieces))

    def hide(text: str) -> Iterator[str]:
        at = 0
        for one in find(text):
            word = (next(surnames, None) if one.person else None) or next(made_up)
            behind[word] = Piece(one.shown)
            yield from (text[at : one.start].translate(_OUT), one.lead, word)
            at = one.end
        yield text[at:].translate(_OUT)

    out = []
    for piece in pieces:
        if piece.kept:
            word = next(made_up)
            behind[word] = piece
            out.append(_bound(word, piece.marks[:-1]))
        else:
            out.append(_bound("".join(hide(_CONTROL.sub("", piece.text))), piece.marks))
    return Sent("".join(out), behind)


def from_stream(answer: str, sent: Sent, source: Segment) -> Segment:
    """Read an answer back, a piece per run of words with the same marks; raise Lost if not every stand-in came home."""
    parents = {mark: piece.marks[:depth] for piece in source.pieces for depth, mark in enumerate(piece.marks)}
    pieces: list[Piece] = []
    returned: list[str] = []
    ordinary = unknown = 0
    marks: tuple[int, ...] = ()
    at_unknown = False
    for match in _TOKEN.finditer(answer):
        if match["marks"] is not None:
            marks = _chain({int(mark) for mark in re.findall("[0-9]+", match["marks"])}, parents)
        elif match["end"]:
            marks = ()
        elif match["unknown"]:
            at_unknown = True
            continue
        elif (word := match["made_up"]) in sent.behind:
            behind = sent.behind[word]
            pieces.append(behind if behind.kept else Piece(behind.text, marks))
            returned.append(word)
        elif not match["blank"]:
            pieces.append(Piece((match["escaped"] or match[0]).translate(_BACK), marks))
            if match[0][0].islower():  # names, which have capitals, need not be known
                ordinary += 1
                unknown += at_unknown
        at_unknown = False
    if sorted(returned) != sorted(sent.behind):
        raise Lost(f"{len(sent.behind)} stand-ins sent, {len(returned)} came back")
    return Segment(joined(pieces), source.kind, unknown / max(ordinary, _FEW))


def nothing(text: str) -> Sequence[StandIn]:
    """Find nothing to hide."""
    return ()


def _stand_ins(text: str) -> tuple[Iterator[str], Iterator[str]]:
    """Return words that may stand for others: none of them is in the text itself."""
    made_up = (word for number in count() if (word := f"Xq{number}x") not in text)
    return made_up, (name for name in _SURNAMES if name not in text)


def _bound(text: str, marks: tuple[int, ...]) -> str:
    """Bind marks to a text's words; white space at its ends stays outside."""
    core = text.strip()
    if not marks or not core:
        return text
    before, _, after = text.partition(core)
    return f"{before}[[{';'.join(map(str, marks))}]]{core}[[/]]{after}"


def _chain(marks: set[int], parents: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Order the marks of a word as the source nests them; one that two stand side by side on is left to the checks."""
    known = [(*parents[mark], mark) for mark in marks if mark in parents]
    return max(known, key=len, default=())
