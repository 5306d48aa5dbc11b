"""One engine's way with a batch: marks as it knows them, then plain text with the marks put back, then run by run.

What passes no check on any rung is handed back for the next engine; the source is never passed off as its translation.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from worker.engines.segment import Piece, Segment, plain
from worker.translation.checks import MARK_FAULTS, faults
from worker.translation.mending import mended

Ask = Callable[[Sequence[Segment]], list[Segment]]


class Ladder:
    """``ask`` translates segments, in the same number and order, into the language ``target``."""

    def __init__(self, ask: Ask, target: str) -> None:
        self._ask = ask
        self._target = target

    def climb(self, segments: Sequence[Segment]) -> Iterator[tuple[int, Segment]]:
        """Yield the translations that are fit to be shown, by position; one that no rung made fit is left out.

        Those of the first rung come before anything else is asked, so that they are kept whatever comes of the others.
        """
        again = []
        for at, (segment, answer) in enumerate(zip(segments, self._ask(segments), strict=True)):
            translation = mended(segment, answer, self._target)
            found = faults(segment, translation)
            if not found:
                yield at, translation
            elif MARK_FAULTS.issuperset(found):
                again.append(at)
        for at in again:
            if made := self._marks_put_back(segments[at]) or self._run_by_run(segments[at]):
                yield at, made

    def _marks_put_back(self, segment: Segment) -> Segment | None:
        """Translate without marks, and each marked phrase alone; mark the one place where its translation stands."""
        phrases = {mark: _phrase(segment, mark) for mark in segment.marks}
        if any(piece.kept for piece in segment.pieces) or len(_tops(segment)) != len(phrases):
            return None  # what is kept has no words to find it by, and a mark within a mark no single place
        whole, *parts = self._ask([plain(segment.text, segment.kind), *(plain(phrase) for phrase in phrases.values())])
        text = whole.text
        places = []
        for mark, part in zip(phrases, parts, strict=True):
            wanted = part.text.strip()
            if not wanted or text.lower().count(wanted.lower()) != 1:
                return None
            start = text.lower().index(wanted.lower())
            places.append((start, start + len(wanted), mark))
        return self._checked(segment, whole, _marked(text, sorted(places)))

    def _run_by_run(self, segment: Segment) -> Segment | None:
        """Translate each run alone: the last rung, where every mark is safe and the grammar between runs is not."""
        runs = [at for at, piece in enumerate(segment.pieces) if not piece.kept and _has_letters(piece.text)]
        answers = self._ask([plain(segment.pieces[at].text.strip()) for at in runs])
        pieces = list(segment.pieces)
        for at, answer in zip(runs, answers, strict=True):
            pieces[at] = replace(pieces[at], text=_between(pieces[at].text, answer.text))
        return self._checked(segment, segment, pieces)

    def _checked(self, segment: Segment, answer: Segment, pieces: Sequence[Piece]) -> Segment | None:
        translation = mended(segment, answer.with_pieces(pieces), self._target)
        return None if faults(segment, translation) else translation


def _phrase(segment: Segment, mark: int) -> str:
    return "".join(piece.text for piece in segment.pieces if mark in piece.marks).strip()


def _tops(segment: Segment) -> set[int]:
    return {piece.marks[0] for piece in segment.pieces if piece.marks}


def _marked(text: str, places: Sequence[tuple[int, int, int]]) -> list[Piece]:
    pieces, at = [], 0
    for start, end, mark in places:
        pieces += [Piece(text[at:start]), Piece(text[max(at, start) : end], (mark,))]
        at = max(at, end)
    return [*pieces, Piece(text[at:])]


def _between(original: str, translation: str) -> str:
    """Give a translated run the white space that its source had around it."""
    core = original.strip()
    before, _, after = original.partition(core)
    return f"{before}{translation.strip()}{after}"


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
