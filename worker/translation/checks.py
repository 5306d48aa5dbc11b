"""What a translation must show before a reader may see it; each fault is a short code."""

import re
from collections import Counter
from collections.abc import Iterator

from worker.engines.addresses import ADDRESS
from worker.engines.segment import Segment

MARK_FAULTS = frozenset({"mark-lost", "mark-twice", "mark-nesting", "kept-changed"})
"""Faults that a simpler encoding of the marks may cure."""

_NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f' ]\d{3})*(?:[.,:]\d+)?(?!\d)")
_TIME = re.compile(r"\s?[ap]\.?m\b", re.IGNORECASE)
_SCALE = re.compile(
    r"\s?(?:bn|mn|tn|m|k|thousand|million|billion|trillion|mil|millón|millones|milions|milhões)\b", re.IGNORECASE
)
_LEFTOVER = re.compile(
    r"Xq[0-9]+x|\[\[[0-9;/ ]*\]\]|[\ue000-\uf8ff]|</?(?:pc|ph|mstrans)\b|&(?:amp|lt|gt|quot|#\d+);|\ufffd"
)
_WORD = re.compile(r"[^\W\d_]+")
_MOST_UNKNOWN = 0.7
_SPELLABLE = 10
"""Whole numbers up to ten may come out as words, and 7pm as 19:00."""


def faults(source: Segment, translation: Segment) -> list[str]:
    """Name all that is wrong with a translation; empty when it may be shown."""
    return [*_mark_faults(source, translation), *_text_faults(source, translation)]


def _mark_faults(source: Segment, translation: Segment) -> Iterator[str]:
    if source.marks - translation.marks:
        yield "mark-lost"
    if any(stretches != 1 for stretches in _stretches(translation).values()) or translation.marks - source.marks:
        yield "mark-twice"
    if not _chains(translation) <= _chains(source):
        yield "mark-nesting"
    if _kept(source) != _kept(translation):
        yield "kept-changed"
    empty = {mark for piece in translation.pieces if not piece.text.strip() for mark in piece.marks}
    if any(not _inside(translation, mark).strip() and _inside(source, mark).strip() for mark in empty):
        yield "mark-lost"


def _text_faults(source: Segment, translation: Segment) -> Iterator[str]:
    before, after = source.text, translation.text
    if not after.strip():
        yield "empty"
        return
    if _missing_numbers(before, after):
        yield "number-lost"
    if Counter(ADDRESS.findall(before)) - Counter(ADDRESS.findall(after)):
        yield "address-lost"
    if Counter(_LEFTOVER.findall(after)) - Counter(_LEFTOVER.findall(before)):
        yield "leftover"
    if not 0.3 <= (len(after) + 15) / (len(before) + 15) <= 3:
        yield "length"
    if translation.unknown_share > _MOST_UNKNOWN or _untranslated(_words(source), _words(translation)):
        yield "untranslated"


def _stretches(segment: Segment) -> Counter[int]:
    """Count the separate stretches of each mark."""
    count: Counter[int] = Counter()
    before: tuple[int, ...] = ()
    for piece in segment.pieces:
        count.update(set(piece.marks) - set(before))
        before = piece.marks
    return count


def _chains(segment: Segment) -> set[tuple[int, ...]]:
    return {piece.marks[: depth + 1] for piece in segment.pieces for depth in range(len(piece.marks))}


def _kept(segment: Segment) -> Counter[tuple[int, str]]:
    return Counter((piece.marks[-1], piece.text) for piece in segment.pieces if piece.kept)


def _inside(segment: Segment, mark: int) -> str:
    return "".join(piece.text or "\ufffc" for piece in segment.pieces if mark in piece.marks)


def _missing_numbers(before: str, after: str) -> bool:
    """Say whether a number of the source is in no form in the translation; one more is no fault."""
    left = [_digits(match) for match in _NUMBER.finditer(after)]
    for match in _NUMBER.finditer(before):
        digits = _digits(match)
        scaled = _SCALE.match(before, match.end())  # 1.2 bn may be 1,200 m: the digits stay, their zeros move
        same = (found for found in left if found == digits or (scaled and found.strip("0") == digits.strip("0")))
        if found := next(same, None):
            left.remove(found)
        elif not (match[0].isdecimal() and int(match[0]) <= _SPELLABLE) and not _TIME.match(before, match.end()):
            return True
    return False


def _digits(match: re.Match[str]) -> str:
    """Reduce a number to what no way of writing it changes."""
    return re.sub(r"\D", "", match[0])


def _words(segment: Segment) -> Counter[str]:
    """Count the ordinary words of a segment: no names, which begin with a capital, no addresses, nothing kept."""
    text = " ".join(piece.text for piece in segment.pieces if not piece.kept)
    return Counter(word for word in _WORD.findall(ADDRESS.sub(" ", text)) if word[0].islower() and len(word) > 2)


def _untranslated(before: Counter[str], after: Counter[str]) -> bool:
    """Say whether nearly all ordinary words came back as they were; of a few, some may be the same in both."""
    return before.total() >= 4 and (before & after).total() > 0.8 * before.total()
