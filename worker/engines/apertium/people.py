"""Names of people, which the rules translate: Ms. White becomes Señora Blanca.

Found by what the engine's own dictionary says of each word (given name, surname) and by the titles before them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from worker.engines.apertium.dictionary import Word
from worker.engines.apertium.stand_in import StandIn

_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_WORD = rf"(?:{_CAPITAL}\w{{0,3}}\.(?=\s{_CAPITAL})|{_CAPITAL}\w+(?:-\w+)*)"
_RUN = re.compile(rf"\b{_WORD}(?:\s(?:(?:de la|de los|del|de|van der|van|von|bin)\s)?{_WORD})*")
_TITLES = frozenset({"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Sir", "Dame", "Lord", "Lady", "Sr", "Sra"})
_SAME_EVERYWHERE = frozenset({"Dr", "Prof"})
"""Titles that stay with the name: the rules part them."""
_ARTICLE_BEFORE = re.compile(r"\b(?:the|a|an|this|that|el|la|los|las|un|una)\s$", re.IGNORECASE)
_SPEAKS_AFTER = re.compile(r"\s(?:said|says|told|tells|added|adds|asked|asks|wrote|writes|argued|warned|replied)\b")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s)[\s\"'“‘«(¿¡]*$")


def people(text: str, words: Sequence[Word]) -> Iterator[StandIn]:
    """Find people in a text by what the dictionary says of its words."""
    for run in _RUN.finditer(text):
        inside = [word for word in words if run.start() <= word.start and word.end <= run.end()]
        start = _start_of_name(text, run, inside)
        if start is not None and not run[0].isupper():
            yield StandIn(start, run.end(), text[start : run.end()], person=True)


def _start_of_name(text: str, run: re.Match[str], words: Sequence[Word]) -> int | None:
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
