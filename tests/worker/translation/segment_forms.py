"""Segments in tests are written in their stored form."""

from worker.engines.segment import Piece, Segment, decode, to_xliff


def segment(written: str, kept: dict[int, str] | None = None) -> Segment:
    """Read a segment; ``kept`` has the text of each ``ph``."""
    texts = kept or {}
    pieces = decode(written, frozenset(texts))
    return Segment(tuple(Piece(texts[one.marks[-1]], one.marks, True) if one.kept else one for one in pieces))


__all__ = ["segment", "to_xliff"]
