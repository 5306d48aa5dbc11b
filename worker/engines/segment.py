"""A segment: what an engine is given at once, a sentence whose inline markup is reduced to numbered marks.

Addresses and tags never leave the house: an engine sees ``<pc id="1">`` where the article has a link.
The stored form has the names of XLIFF 2 (``pc`` around text, ``ph`` for what is kept as it stands).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and the marks around it, outermost first.

    A ``kept`` piece (code, a line break) has a mark of its own, the last, and is never translated.
    """

    text: str
    marks: tuple[int, ...] = ()
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Pieces in reading order; ``unknown_share`` is the part of its words that an engine said it did not know."""

    pieces: tuple[Piece, ...]
    kind: str = "prose"
    unknown_share: float = 0.0

    @property
    def text(self) -> str:
        """Its text without marks, kept pieces included."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def marks(self) -> frozenset[int]:
        """Every mark in it."""
        return frozenset(mark for piece in self.pieces for mark in piece.marks)

    def with_pieces(self, pieces: Iterable[Piece]) -> "Segment":
        """Return it with other pieces, neighbours of the same marks joined and empty ones dropped."""
        return replace(self, pieces=joined(pieces))


def plain(text: str, kind: str = "prose") -> Segment:
    """Make a segment without marks."""
    return Segment((Piece(text),), kind)


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Join neighbouring pieces of the same marks; drop empty ones, but for what is kept."""
    result: list[Piece] = []
    for piece in pieces:
        if result and not piece.kept and not result[-1].kept and result[-1].marks == piece.marks:
            result[-1] = replace(piece, text=result[-1].text + piece.text)
        elif piece.text or piece.kept:
            result.append(piece)
    return tuple(result)


def encode(
    pieces: Sequence[Piece], opening: Callable[[int], str], closing: str, kept: Callable[[int, str], str]
) -> str:
    """Write pieces as markup: ``opening`` and ``closing`` around what a mark holds, ``kept`` for a kept piece."""
    out: list[str] = []
    around: tuple[int, ...] = ()
    for piece in pieces:
        wanted = piece.marks[:-1] if piece.kept else piece.marks
        same = _common(around, wanted)
        out += [closing] * (len(around) - same)
        out += [opening(mark) for mark in wanted[same:]]
        out.append(kept(piece.marks[-1], piece.text) if piece.kept else escape(piece.text, quote=False))
        around = wanted
    return "".join([*out, closing * len(around)])


def to_xliff(segment: Segment) -> str:
    """Write the form that is hashed and stored: what is kept appears by its number only."""
    return encode(segment.pieces, lambda mark: f'<pc id="{mark}">', "</pc>", lambda mark, _: f'<ph id="{mark}"/>')


def to_html(segment: Segment) -> str:
    """Write HTML for engines that read it: marks as ``b``, what is kept as a span that is not to be translated."""
    return encode(
        segment.pieces,
        lambda mark: f'<b id="{mark}">',
        "</b>",
        lambda mark, text: f'<span id="{mark}" class="notranslate" translate="no">{escape(text, quote=False)}</span>',
    )


def decode(markup: str, kept: frozenset[int]) -> tuple[Piece, ...]:
    """Read either form back, however an engine left it; whether every mark came home is for the checks to say."""
    reader = _Reader(kept)
    reader.feed(markup)
    reader.close()
    return joined(reader.pieces)


def kept_marks(segment: Segment) -> frozenset[int]:
    """Marks of the pieces that are kept as they stand."""
    return frozenset(piece.marks[-1] for piece in segment.pieces if piece.kept)


def _common(first: tuple[int, ...], second: tuple[int, ...]) -> int:
    """Count the leading marks that both have."""
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    return same


class _Reader(HTMLParser):
    """Collects pieces; the stack holds the open marks, ``None`` for an element that is none of ours."""

    def __init__(self, kept: frozenset[int]) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._kept = kept
        self._stack: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        number = dict(attrs).get("id") or ""
        mark = int(number) if re.fullmatch(r"[0-9]{1,4}", number, re.ASCII) else None
        self._stack.append(mark)
        if mark in self._kept:
            self.pieces.append(Piece("", self._marks(), kept=True))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._stack:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if not self._kept.intersection(self._marks()):  # what is kept is restored from the source
            self.pieces.append(Piece(data, self._marks()))

    def _marks(self) -> tuple[int, ...]:
        return tuple(mark for mark in self._stack if mark is not None)
