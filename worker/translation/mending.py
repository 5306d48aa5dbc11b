"""Small damage that engines do to marks and white space, undone where it is plain what was meant."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import langcodes

from worker.engines.segment import Piece, Segment, joined

_SIGNS_BEFORE = re.compile(r"[^\w\s]+")
_SIGNS_AFTER = re.compile(r"[^\w\s]+$")
_WHITE = re.compile(r"[\t\r\n]")
_LOOSE = re.compile(r"^ +| +$|(?<= ) +| +(?=[.,)\]”’](?:\s|$))|(?<=[“‘(\[]) +")
"""Spaces at the ends, beyond the first, before what closes and after what opens."""
_KEPT = "\ufffc"
_SPACED = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts that part words by spaces and write little words alone: not so Hebrew, whose prepositions are prefixes."""
_WITH_ENDINGS = frozenset({"az", "et", "eu", "fi", "hu", "kk", "ky", "tk", "tr", "tt", "uz"})
"""Languages whose words go on after a mark: könyvtár*ban*, kitap*lar*."""
_LONGEST_GAP = 3
"""Words between two halves of a marked phrase that are taken to belong to it: "puente *de* piedra"."""


def mended(source: Segment, translation: Segment, target: str) -> Segment:
    """Return the translation with kept pieces as in the source, marks in one stretch each, and tidy spaces.

    ``target`` is the language of the translation: in some, an ending follows a marked word without a space.
    """
    pieces = list(with_kept(source, translation).pieces)
    for mark in sorted(source.marks):
        pieces = _with_signs(_bridged(pieces, mark), mark, source)
    parted = any(_glued(first, second) for first, second in pairwise(source.pieces))  # the source marks parts of words
    tidy = _tidied(joined(_spaces_outside(pieces)), parts_words=not parted and _language(target) not in _WITH_ENDINGS)
    return replace(translation.with_pieces(tidy), kind=source.kind)


def with_kept(source: Segment, translation: Segment) -> Segment:
    """Return the translation with the source's own code and line breaks, which travel by number only."""
    kept = {piece.marks[-1]: piece.text for piece in source.pieces if piece.kept}
    return translation.with_pieces(
        replace(piece, text=kept.get(piece.marks[-1], "")) if piece.kept else piece for piece in translation.pieces
    )


def _bridged(pieces: list[Piece], mark: int) -> list[Piece]:
    """Join what one mark holds: spaces and a few unmarked words between its parts become part of it."""
    holders = [position for position, piece in enumerate(pieces) if mark in piece.marks]
    if not holders or pieces[holders[0]].kept:
        return pieces
    chain = _up_to(pieces[holders[0]].marks, mark)
    gap = pieces[holders[0] : holders[-1] + 1]
    between = [piece for piece in gap if mark not in piece.marks]
    bare = all(piece.marks == chain[: len(piece.marks)] and not piece.kept for piece in between)
    if not bare or sum(len(piece.text.split()) for piece in between) > _LONGEST_GAP or _doubled(gap, mark):
        return pieces
    filled = [piece if mark in piece.marks else replace(piece, marks=chain) for piece in gap]
    return [*pieces[: holders[0]], *filled, *pieces[holders[-1] + 1 :]]


def _with_signs(pieces: list[Piece], mark: int, source: Segment) -> list[Piece]:
    """Take back in the signs that a marked phrase begins or ends with, which engines leave outside: "6.4" and "%"."""
    inside = "".join(piece.text for piece in source.pieces if mark in piece.marks).strip()
    holders = [position for position, piece in enumerate(pieces) if mark in piece.marks]
    if not holders or any(pieces[position].kept for position in (holders[0], holders[-1])):
        return pieces
    before, after = _SIGNS_BEFORE.match(inside), _SIGNS_AFTER.search(inside)
    if before and holders[0] and pieces[holders[0] - 1].text.endswith(before[0]):
        _move(pieces, holders[0] - 1, holders[0], before[0])
    if after and holders[-1] + 1 < len(pieces) and pieces[holders[-1] + 1].text.startswith(after[0]):
        _move(pieces, holders[-1] + 1, holders[-1], after[0])
    return pieces


def _move(pieces: list[Piece], giver: int, taker: int, signs: str) -> None:
    """Move signs from a piece to its neighbour."""
    if pieces[giver].kept:
        return
    before = giver < taker
    given, taken = pieces[giver].text, pieces[taker].text
    left = given.removesuffix(signs) if before else given.removeprefix(signs)
    pieces[giver] = replace(pieces[giver], text=left)
    pieces[taker] = replace(pieces[taker], text=signs + taken if before else taken + signs)


def _doubled(gap: Iterable[Piece], mark: int) -> bool:
    """Say whether the same words come twice with the mark: then it was copied, not parted."""
    parts = [piece.text.strip().lower() for piece in gap if mark in piece.marks]
    return len(set(parts)) < len(parts)


def _up_to(marks: tuple[int, ...], mark: int) -> tuple[int, ...]:
    return marks[: marks.index(mark) + 1]


def _spaces_outside(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Put the white space at the ends of a marked stretch outside of it, if the stretch ends there."""
    whole = list(joined(pieces))
    for position, piece in enumerate(whole):
        if piece.kept or not piece.marks:
            yield piece
            continue
        before = whole[position - 1].marks if position else ()
        after = whole[position + 1].marks if position + 1 < len(whole) else ()
        core = piece.text.strip()
        head, _, tail = piece.text.partition(core) if core else (piece.text, "", "")
        yield Piece(head, _shared(piece.marks, before))
        yield replace(piece, text=core)
        yield Piece(tail, _shared(piece.marks, after))


def _shared(marks: tuple[int, ...], other: Sequence[int]) -> tuple[int, ...]:
    depth = 0
    while depth < min(len(marks), len(other)) and marks[depth] == other[depth]:
        depth += 1
    return marks[:depth]


def _tidied(pieces: Sequence[Piece], parts_words: bool) -> Iterator[Piece]:
    """Take away loose spaces, and part words that marks have glued together."""
    shown = [_KEPT if piece.kept else _WHITE.sub(" ", piece.text) for piece in pieces]
    loose = {at for match in _LOOSE.finditer("".join(shown)) for at in range(*match.span())}
    before, at = Piece(""), 0
    for piece, text in zip(pieces, shown, strict=True):
        tidy = "".join(letter for place, letter in enumerate(text, at) if place not in loose)
        at += len(text)
        now = piece if piece.kept else replace(piece, text=tidy)
        if parts_words and _glued(before, now):
            yield Piece(" ", _shared(before.marks, now.marks))
        if now.kept or now.text:
            yield now
            before = now


def _glued(before: Piece, after: Piece) -> bool:
    """Say whether two words have no space between them."""
    meeting = (before.text[-1:] or " ", after.text[:1] or " ")
    return all(unicodedata.name(letter, "").startswith(_SPACED) for letter in meeting)


def _language(tag: str) -> str:
    return langcodes.get(tag).language or tag
