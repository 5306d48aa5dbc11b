"""What a translation memory offers to ``translate_article``; the one in SQL is publisher's."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol


class Remembered(NamedTuple):
    """One translated segment in its stored form (``segment.to_xliff``), and what made it."""

    source: str
    translation: str
    engine: str
    engine_version: str


class Memory(Protocol):
    """Segments by the hash of ``segments.segment_hash``."""

    def get_many(self, hashes: Collection[str]) -> Mapping[str, Remembered]:
        """Return those that are there."""

    def put_many(self, entries: Mapping[str, Remembered]) -> None:
        """Keep all; one that is there already may be replaced or left, whichever, but never make an error."""
