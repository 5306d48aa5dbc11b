"""One engine's way with a batch: marks as it knows them, then plain text with the marks put back, then run by run.

What passes no check on any rung is handed back for the next engine; the source is never passed off as its translation.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from worker.engines.segment import Piece, Segment, plain
from worker.translation.checks import MARK_FAULTS, faults
from worker.translation.mending import mended

Ask = Callable[[Sequence[Segment]], list[Segment]]


def climb(segments: Sequence[Segment], ask: Ask) -> list[Segment | None]:
    """Translate segments; None stands for one that no rung made fit to be shown."""
    results: list[Segment | None] = []
    for segment, answer in zip(segments, ask(segments), strict=True):
        translation = mended(segment, answer)
        found = faults(segment, translation)
        if found and MARK_FAULTS.issuperset(found):
            results.append(_marks_put_back(segment, ask) or _run_by_run(segment, ask))
        else:
            results.append(None if found else translation)
    return results


def _marks_put_back(segment: Segment, ask: Ask) -> Segment | None:
    """Translate without marks, and each marked phrase alone; mark the one place where its translation stands."""
    phrases = {mark: _phrase(segment, mark) for mark in segment.marks}
    if any(piece.kept for piece in segment.pieces) or len(_tops(segment)) != len(phrases):
        return None  # what is kept has no words to find it by, and a mark within a mark no single place
    whole, *parts = ask([plain(segment.text, segment.kind), *(plain(phrase) for phrase in phrases.values())])
    text = whole.text
    places = []
    for mark, part in zip(phrases, parts, strict=True):
        wanted = part.text.strip()
        if not wanted or text.lower().count(wanted.lower()) != 1:
            return None
        start = text.lower().index(wanted.lower())
        places.append((start, start + len(wanted), mark))
    return _checked(segment, whole, _marked(text, sorted(places)))


def _run_by_run(segment: Segment, ask: Ask) -> Segment | None:
    """Translate each run alone: the last rung, where every mark is safe and the grammar between runs is not."""
    runs = [piece for piece in segment.pieces if not piece.kept and any(c.isalpha() for c in piece.text)]
    answers = dict(zip(map(id, runs), ask([plain(piece.text.strip()) for piece in runs]), strict=True))
    pieces = [
        replace(piece, text=_between(piece.text, answers[id(piece)].text)) if id(piece) in answers else piece
        for piece in segment.pieces
    ]
    return _checked(segment, segment, pieces)


def _checked(segment: Segment, answer: Segment, pieces: Sequence[Piece]) -> Segment | None:
    translation = mended(segment, answer.with_pieces(pieces))
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
