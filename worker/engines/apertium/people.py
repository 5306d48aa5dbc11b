"""Names of people, which the rules translate: Ms. White becomes Señora Blanca.

Found by what the engine's own dictionary says of each word (given name, surname) and by the titles before them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from worker.engines.apertium.stand_in import StandIn

_ANALYSED = re.compile(r"\^(?P<word>(?:\\.|[^/$\\])*)/(?P<readings>(?:\\.|[^$\\])*)\$")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_WORD = rf"(?:{_CAPITAL}\w{{0,3}}\.(?=\s{_CAPITAL})|{_CAPITAL}\w+(?:-\w+)*)"
_RUN = re.compile(rf"\b{_WORD}(?:\s(?:(?:de|van|von|bin)\s)?{_WORD})*")
_TITLES = frozenset({"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Sir", "Dame", "Lord", "Lady", "Sr", "Sra"})
_SAME_EVERYWHERE = frozenset({"Dr", "Prof"})
"""Titles that stay with the name: the rules part them."""
_ARTICLE_BEFORE = re.compile(r"\b(?:the|a|an|this|that|el|la|los|las|un|una)\s$", re.IGNORECASE)
_SPEAKS_AFTER = re.compile(r"\s(?:said|says|told|tells|added|adds|asked|asks|wrote|writes|argued|warned|replied)\b")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s)[\s\"'“‘«(¿¡]*$")


class _Word(NamedTuple):
    """A word and what the dictionary has it for; a word of none of these it does not know."""

    start: int
    end: int
    given: bool
    surname: bool
    place: bool
    common: bool

    @property
    def may_be_surname(self) -> bool:
        return self.surname or not (self.given or self.place or self.common)


def people(text: str, analysed: str) -> Iterator[StandIn]:
    """Find people in a text by its analysis, ``lt-proc``'s output for the same text."""
    words = list(_words(text, analysed))
    for run in _RUN.finditer(text):
        inside = [word for word in words if run.start() <= word.start and word.end <= run.end()]
        start = _start_of_name(text, run, inside)
        if start is not None and not run[0].isupper():
            yield StandIn(start, run.end(), text[start : run.end()], person=True)


def _start_of_name(text: str, run: re.Match[str], words: Sequence[_Word]) -> int | None:
    """Return where in a run of capitalised words a person's name begins."""
    for title, word in pairwise(words):
        said = text[title.start : title.end].removesuffix(".")
        if said in _TITLES:
            return title.start if said in _SAME_EVERYWHERE else word.start
    for word, after in pairwise(words):
        if word.given and (after.may_be_surname or not (word.common or word.place)):
            return word.start
    if len(words) == 1 and words[0].surname and not words[0].place and not _ARTICLE_BEFORE.search(text[: run.start()]):
        starts = _SENTENCE_START.search(text[: run.start()])
        return run.start() if not starts or _SPEAKS_AFTER.match(text, run.end()) else None
    return None


def _words(text: str, analysed: str) -> Iterator[_Word]:
    at = 0
    for match in _ANALYSED.finditer(analysed):
        word = re.sub(r"\\(.)", r"\1", match["word"])
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        readings = match["readings"].split("/")
        yield _Word(
            start,
            at,
            given=any("<np><ant>" in reading for reading in readings),
            surname=any("<np><cog>" in reading for reading in readings),
            place=any("<np><loc>" in reading or "<np><top>" in reading for reading in readings),
            common=any("<np>" not in reading and "<" in reading for reading in readings),
        )
