"""A query as typed, read into units that must all be found; whatever is typed is a query."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from publisher.search.forms import forms
from publisher.search.terms import LONGEST_TERM, is_unspaced, pairs, pieces, terms_of
from publisher.search_text import composed, words

LONGEST_QUERY = 100
MOST_UNITS = 8
_QUOTES = re.compile('["“”„«»]')


class Unit(NamedTuple):
    """Terms that follow one another, or in their place one of the forms; ``prefix``: the last begins a word."""

    terms: tuple[str, ...]
    forms: tuple[str, ...] = ()
    prefix: bool = False

    @property
    def unspaced(self) -> str:
        """The characters that the pairs of an unspaced script were cut from."""
        return self.terms[0] + "".join(term[-1] for term in self.terms[1:])


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for in a language; the empty one is any."""

    language: str
    units: tuple[Unit, ...]

    def with_beginnings(self) -> "Query":
        """Return the query in which each word may be the beginning of one."""
        units = tuple(_beginning(unit) for unit in self.units)
        return replace(self, units=units)

    def with_words(self, others: Mapping[str, str]) -> "Query":
        """Return the query with other words in the place of some."""
        units = (
            Unit((others[unit.terms[0]],), forms(others[unit.terms[0]], others[unit.terms[0]], self.language))
            if len(unit.terms) == 1 and unit.terms[0] in others
            else unit
            for unit in self.units
        )
        return replace(self, units=tuple(units))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that stand alone and are spelt with letters."""
        alone = (unit.terms[0] for unit in self.units if len(unit.terms) == 1)
        return tuple(word for word in alone if word.isalpha() and not is_unspaced(word))


def read(typed: str, language: str) -> Query:
    """Read what was typed: words, and phrases in quotation marks; what is too long or too much is left out."""
    parts = _QUOTES.split(composed(typed[:LONGEST_QUERY]))
    if len(parts) % 2 == 0:
        parts = [" ".join(parts)]  # a quotation mark that nobody closed
    units: dict[Unit, None] = {}
    for number, part in enumerate(parts):
        found = _phrase(part) if number % 2 else _words(part, language)
        units |= dict.fromkeys(found)
    return Query(language, tuple(units)[:MOST_UNITS])


def _beginning(unit: Unit) -> Unit:
    """Return a unit whose last term may be the beginning of a word."""
    return unit if len(unit.terms[-1]) < 2 else unit._replace(prefix=True)


def _phrase(part: str) -> Iterator[Unit]:
    found = [piece for folded, _ in words(part) for piece in pieces(folded)]
    if found:
        before = [term for piece in found[:-1] for term in terms_of(piece)]
        yield Unit((*before, *_own_terms(found[-1])))


def _words(part: str, language: str) -> Iterator[Unit]:
    for folded, written in words(part):
        for piece in pieces(folded):
            if is_unspaced(piece):
                yield Unit(pairs(piece), prefix=len(piece) == 1)
            else:
                others = forms(folded, written, language) if piece == folded else ()
                yield Unit(_own_terms(piece), others)


def _own_terms(piece: str) -> tuple[str, ...]:
    return pairs(piece) if is_unspaced(piece) else (piece[:LONGEST_TERM],)
