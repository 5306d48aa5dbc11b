"""Small damage that engines do to marks and white space, undone where it is plain what was meant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from worker.engines.segment import Piece, Segment, joined

_SIGNS_BEFORE = re.compile(r"[^\w\s]+")
_SIGNS_AFTER = re.compile(r"[^\w\s]+$")
_LONGEST_GAP = 3
"""Words between two halves of a marked phrase that are taken to belong to it: "puente *de* piedra"."""


def mended(source: Segment, translation: Segment) -> Segment:
    """Return the translation with kept pieces as in the source, marks in one stretch each, and tidy spaces."""
    pieces = list(with_kept(source, translation).pieces)
    for mark in sorted(source.marks):
        pieces = _with_signs(_bridged(pieces, mark), mark, source)
    pieces = _tidied(list(joined(_spaces_outside(pieces))), source)
    return replace(translation.with_pieces(pieces), kind=source.kind)


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


def _tidied(pieces: list[Piece], source: Segment) -> list[Piece]:
    """One space between words, none at the ends, none before a full stop, and one between words that marks glued."""
    splits_words = _glued(source.pieces)
    tidy: list[Piece] = []
    for piece in pieces:
        if piece.kept:
            text = piece.text
        else:
            text = re.sub(r"[ \t\r\n]+", " ", piece.text)
            text = re.sub(r" +(?=[.,)\]”’](?:\s|$))|(?<=[“‘(\[]) +", "", text)
        if tidy and not tidy[-1].kept and tidy[-1].text.endswith(" ") and not piece.kept:
            text = text.removeprefix(" ")
        if tidy and not splits_words and _letters_meet(tidy[-1], replace(piece, text=text)):
            tidy.append(Piece(" ", _shared(tidy[-1].marks, piece.marks)))
        if tidy and not tidy[-1].kept and text[:1] in tuple(".,)]”") and tidy[-1].text.endswith(" "):
            tidy[-1] = replace(tidy[-1], text=tidy[-1].text.rstrip(" "))
        tidy.append(replace(piece, text=text))
    return _stripped([piece for piece in tidy if piece.text or piece.kept])


def _stripped(pieces: list[Piece]) -> list[Piece]:
    if pieces and not pieces[0].kept:
        pieces[0] = replace(pieces[0], text=pieces[0].text.lstrip(" "))
    if pieces and not pieces[-1].kept:
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip(" "))
    return pieces


def _glued(pieces: Sequence[Piece]) -> bool:
    """Say whether the source itself marks a part of a word."""
    return any(_letters_meet(first, second) for first, second in pairwise(pieces))


def _letters_meet(first: Piece, second: Piece) -> bool:
    return first.text[-1:].isalnum() and second.text[:1].isalnum()
