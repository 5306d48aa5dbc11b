"""Where a text has what was looked for: as runs, which a template marks; nothing here is HTML."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from publisher.search.forms import forms
from publisher.search.query import Query, Unit
from publisher.search.terms import is_unspaced, pieces
from publisher.search_text import composed, folded_characters, words

EXCERPT = 220
"""Characters of an excerpt, about."""
BEFORE = 60
_WORD = re.compile(r"\S+")


class Run(NamedTuple):
    """A stretch of text, and whether it is what was looked for."""

    text: str
    marked: bool


class _Piece(NamedTuple):
    """A word, or what of it is of one script: folded, as written, and its place."""

    folded: str
    written: str
    start: int
    end: int


class Highlighter:
    """Finds the units of one query in texts."""

    def __init__(self, query: Query) -> None:
        self._language = query.language
        self._units = query.units
        self._known: dict[tuple[str, str], frozenset[int]] = {}

    def marked(self, text: str) -> tuple[Run, ...]:
        """Take a whole text apart."""
        text = composed(text)
        return tuple(_runs(text, self._places(text), 0, len(text)))

    def excerpt(self, texts: Sequence[str]) -> tuple[Run, ...]:
        """Take apart what of the texts has the most of the query; their beginning where none has anything."""
        if not texts:
            return ()
        best = max(texts, key=self._held)  # the first of equals
        text = composed(best)
        places = self._places(text)
        start = _word_before(text, places[0][0] - BEFORE) if places else 0
        end = _word_before(text, start + EXCERPT) if len(text) > start + EXCERPT else len(text)
        runs = list(_runs(text, places, start, end))
        if start > 0:
            runs.insert(0, Run("…", False))
        if end < len(text):
            runs.append(Run("…", False))
        return tuple(runs)

    def _held(self, text: str) -> int:
        """How many units a text has, as far as single words tell."""
        return len({unit for folded, written in words(text) for unit in self._units_of(folded, written)})

    def _units_of(self, folded: str, written: str) -> frozenset[int]:
        """Which units a word may be of."""
        found = self._known.get((folded, written))
        if found is None:
            other = set(forms(folded, written, self._language))
            at = {number for number, unit in enumerate(self._units) if _may_hold(unit, folded, other)}
            found = self._known[folded, written] = frozenset(at)
        return found

    def _places(self, text: str) -> list[tuple[int, int]]:
        """Where to mark a composed text, in order."""
        found = list(_pieces(text))
        marks: list[tuple[int, int]] = []
        for at, piece in enumerate(found):
            for number in self._units_of(piece.folded, piece.written):
                marks += _marks(self._units[number], found, at, text)
        return _merged(marks)


def _may_hold(unit: Unit, word: str, others: set[str]) -> bool:
    if is_unspaced(word):
        return any(unit.unspaced in piece for piece in pieces(word))
    first, wanted = unit.terms[0], {*unit.terms[:1], *unit.forms}
    if len(unit.terms) == 1 and unit.prefix and word.startswith(first):
        return True
    return word in wanted or bool(others & wanted and len(unit.terms) == 1)


def _marks(unit: Unit, found: Sequence[_Piece], at: int, text: str) -> Iterator[tuple[int, int]]:
    piece = found[at]
    if is_unspaced(piece.folded):
        wanted, place = unit.unspaced, -1
        while (place := piece.folded.find(wanted, place + 1)) >= 0:
            yield _inside(text, piece, place, len(wanted))
    elif len(unit.terms) == 1:
        yield piece.start, piece.end
    elif tuple(each.folded for each in found[at : at + len(unit.terms)]) == unit.terms:
        yield piece.start, found[at + len(unit.terms) - 1].end


def _pieces(text: str) -> Iterator[_Piece]:
    """Walk a composed text's words; each keeps the place that it has in the text."""
    parts = folded_characters(text)
    places = [at for at, part in enumerate(parts) for _ in part]
    for word in _WORD.finditer("".join(parts)):
        at = word.start()
        for folded in pieces(word[0]):
            start, end = places[at], places[at + len(folded) - 1] + 1
            yield _Piece(folded, text[start:end].casefold(), start, end)
            at += len(folded)


def _inside(text: str, piece: _Piece, at: int, length: int) -> tuple[int, int]:
    """Find where a part of a folded piece stands in the text."""
    parts = folded_characters(text[piece.start : piece.end])
    places = [piece.start + place for place, part in enumerate(parts) for _ in part]
    return places[at], places[at + length - 1] + 1


def _merged(marks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _runs(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Run]:
    at = start
    for first, last in places:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if at < first:
            yield Run(text[at:first], False)
        yield Run(text[first:last], True)
        at = last
    if at < end:
        yield Run(text[at:end], False)


def _word_before(text: str, at: int) -> int:
    """Return the start of the word at a place; the place itself where no space is near."""
    if at <= 0:
        return 0
    space = text.rfind(" ", max(0, at - 30), at)
    return space + 1 if space >= 0 else at
