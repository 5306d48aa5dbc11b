"""What the engine's own dictionary says of the words of a text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_ANALYSED = re.compile(r"\^(?P<word>(?:\\.|[^/$\\])*)/(?P<readings>(?:\\.|[^$\\])*)\$")


class Word(NamedTuple):
    """A word, its place in the text, and what it may be; one that may be nothing is unknown."""

    start: int
    end: int
    given: bool
    surname: bool
    place: bool
    common: bool

    @property
    def may_be_surname(self) -> bool:
        """A surname, or a word that is not known to be anything else."""
        return self.surname or not (self.given or self.place or self.common)


def words(text: str, analysed: str) -> Iterator[Word]:
    """Read the analysis of a text, ``lt-proc``'s output; words that it has rewritten are left out."""
    at = 0
    for match in _ANALYSED.finditer(analysed):
        word = re.sub(r"\\(.)", r"\1", match["word"])
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        readings = match["readings"].split("/")
        yield Word(
            start,
            at,
            given=any("<np><ant>" in reading for reading in readings),
            surname=any("<np><cog>" in reading for reading in readings),
            place=any("<np><loc>" in reading or "<np><top>" in reading for reading in readings),
            common=any("<np>" not in reading and "<" in reading for reading in readings),
        )
