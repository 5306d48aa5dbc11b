"""Searching as readers do it: for words, else for the beginnings of words, else for what a mistyped one meant."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from publisher.search import query as queries
from publisher.search import spelling
from publisher.search.query import Query
from publisher.search.terms import is_unspaced
from publisher.search_text import words
from publisher.store import search, search_words
from publisher.store.search import Filter, Place

PER_PAGE = 20
SUGGESTED = 8
MOST_HEADLINES = 200
_PER_WORD = 4
_MOST_TRIED = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of places, and how many there are in all.

    ``query`` is the one that found them; ``meant`` the words that were looked for in place of mistyped ones, folded.
    ``whole``: every word was found as it was typed.
    """

    query: Query
    places: tuple[Place, ...] = ()
    count: int = 0
    whole: bool = False
    meant: tuple[tuple[str, str], ...] = ()
    more: bool = False


def find(
    connection: Connection, language: str, typed: str, wanted: Filter, now_ms: int, after: Place | None = None
) -> Found:
    """Find public articles in a language, ``after`` a place that a page before ended with."""
    asked = queries.read(typed, language)
    if not asked.units:
        return Found(asked)
    count = search.count(connection, asked, wanted, now_ms)
    if count:
        return _page(connection, Found(asked, count=count, whole=True), wanted, now_ms, after)
    beginnings = asked.with_beginnings()
    count = search.count(connection, beginnings, wanted, now_ms)
    if count:
        return _page(connection, Found(beginnings, count=count), wanted, now_ms, after)
    corrected = _corrected(connection, asked, wanted, now_ms)
    return _page(connection, corrected, wanted, now_ms, after) if corrected else Found(asked)


def suggest(connection: Connection, language: str, typed: str, now_ms: int) -> list[str]:
    """Complete what is being typed by what public headlines say; each suggestion finds one of them."""
    asked = queries.read(typed, language)
    if not asked.units or typed[-1:].isspace():
        return []
    last = asked.units[-1]
    begun = replace(asked, units=(*asked.units[:-1], last._replace(prefix=True, forms=())))
    if len(last.terms[-1]) < 2 and not is_unspaced(last.terms[-1]):
        return []
    before = typed.rsplit(maxsplit=1)[:-1]
    told: Counter[str] = Counter()
    for headline in search.headlines(connection, begun, now_ms, MOST_HEADLINES):
        told.update(set(_completions(headline, last.terms)))
    typed_before = f"{before[0]} " if before else ""
    ranked = sorted(told, key=lambda each: (-told[each], len(each), each))
    return [typed_before + each for each in ranked[:SUGGESTED]]


def _completions(headline: str, begun: tuple[str, ...]) -> Iterator[str]:
    """Yield the words of a headline that begin so, alone and with the word after them."""
    told = words(headline)
    for at, (folded, written) in enumerate(told):
        if is_unspaced(folded):
            place = folded.find(begun[0][0] + "".join(term[-1] for term in begun[1:]) if len(begun) > 1 else begun[0])
            if place >= 0:
                yield folded[place : place + 8]
        elif folded.startswith(begun[-1]):
            yield written
            if at + 1 < len(told) and len(told[at + 1][0]) > 2:
                yield f"{written} {told[at + 1][1]}"


def _page(connection: Connection, found: Found, wanted: Filter, now_ms: int, after: Place | None) -> Found:
    places = search.matching(connection, found.query, wanted, now_ms, PER_PAGE + 1, after)
    return replace(found, places=tuple(places[:PER_PAGE]), more=len(places) > PER_PAGE)


def _corrected(connection: Connection, asked: Query, wanted: Filter, now_ms: int) -> Found | None:
    """Look for what was meant: of the words nearest to those that nothing has, the ones that find the most."""
    others = {word: _near(connection, asked, word, now_ms) for word in asked.words}
    wrong = {word: near for word, near in others.items() if near}
    tried = itertools.islice(itertools.product(*wrong.values()), _MOST_TRIED if wrong else 0)
    best: Found | None = None
    for chosen in tried:
        meant = tuple(zip(wrong, chosen, strict=True))
        corrected = asked.with_words(dict(meant))
        count = search.count(connection, corrected, wanted, now_ms)
        if count and (best is None or count > best.count):
            best = Found(corrected, count=count, meant=meant)
    return best


def _near(connection: Connection, asked: Query, word: str, now_ms: int) -> list[str]:
    """List words that were meant by one that no public article has."""
    alone = replace(asked, units=tuple(unit for unit in asked.units if unit.terms == (word,)))
    if not spelling.allowed(word) or search.count(connection, alone, Filter(), now_ms):
        return []
    known = search_words.like(connection, asked.language, word, spelling.kept_part(word))
    return spelling.nearest(word, known, _PER_WORD)
