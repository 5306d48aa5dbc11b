"""Searching as readers do it: for words, else for the beginnings of words, else for what a mistyped one meant."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection

from publisher.search import query as queries
from publisher.search import spelling
from publisher.search.asked import Filter, Place
from publisher.search.query import Query, Unit
from publisher.search.terms import is_unspaced
from publisher.search_text import composed, folded_characters, words
from publisher.store import search, search_words

PER_PAGE = 20
SUGGESTED = 8
MOST_HEADLINES = 200
SHORTEST_BEGINNING = 2
_PER_WORD = 4
_MOST_TRIED = 12
_LONGEST_RUN = 8


class _Near(NamedTuple):
    """A word that was perhaps meant: at how many mistakes, folded and as written."""

    steps: int
    word: str
    written: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of places, and how many there are in all.

    ``query`` is the one that found them; ``meant`` the words that were mistyped, folded, with those looked for instead,
    as written. ``whole``: every word was found as it was typed.
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
    """Complete what is being typed by what public articles say, headlines first; each suggestion finds something."""
    asked = queries.read(typed, language)
    if not asked.units or typed[-1:].isspace() or _is_too_short(asked.units[-1]):
        return []
    *others, last = asked.units
    begun = Query(language, (*others, last._replace(prefix=True, forms=())))
    told: Counter[str] = Counter()
    for headline in search.headlines(connection, begun, now_ms, MOST_HEADLINES):
        told.update(set(_completions(headline, last)))
    ranked = sorted(told, key=lambda each: (-told[each], len(each), each))[:SUGGESTED]
    if len(ranked) < SUGGESTED and len(last.terms) == 1:
        more = _completed(connection, Query(language, tuple(others)), last, now_ms)
        ranked += [each for each in more if each not in told]
    before = _before(typed, last.unspaced)
    return [before + each for each in ranked[:SUGGESTED]]


def _before(typed: str, last: str) -> str:
    """Return what was typed before its last word, folded."""
    text = composed(typed)
    at, folded = len(text), ""
    while at > 0 and len(folded.strip()) < len(last):
        at -= 1
        folded = folded_characters(text[at])[0] + folded
    return text[:at]


def _is_too_short(begun: Unit) -> bool:
    return len(begun.terms[-1]) < SHORTEST_BEGINNING and not is_unspaced(begun.terms[-1])


def _completions(headline: str, begun: Unit) -> Iterator[str]:
    """Yield the words of a headline that begin so, alone and with the word after them."""
    told = words(headline)
    for at, (folded, written) in enumerate(told):
        if is_unspaced(folded):
            place = folded.find(begun.unspaced)
            if place >= 0:
                yield folded[place : place + _LONGEST_RUN]
        elif folded.startswith(begun.terms[-1]):
            yield written
            if at + 1 < len(told) and len(told[at + 1][0]) > 2:
                yield f"{written} {told[at + 1][1]}"


def _completed(connection: Connection, others: Query, begun: Unit, now_ms: int) -> list[str]:
    """List words of texts that begin so and are found with the others, those found most often first."""
    known = search_words.beginning(connection, others.language, begun.terms[0], _MOST_TRIED)
    found = {}
    for word, written in known.items():
        whole = replace(others, units=(*others.units, Unit((word,))))
        found[written] = search.count(connection, whole, Filter(), now_ms)
    return sorted((each for each in found if found[each]), key=lambda each: (-found[each], each))


def _page(connection: Connection, found: Found, wanted: Filter, now_ms: int, after: Place | None) -> Found:
    many = found.count > search.COUNTED
    places = search.matching(connection, found.query, wanted, now_ms, PER_PAGE + 1, after, many)
    return replace(found, places=tuple(places[:PER_PAGE]), more=len(places) > PER_PAGE)


def _corrected(connection: Connection, asked: Query, wanted: Filter, now_ms: int) -> Found | None:
    """Look for what was meant: of the words nearest to those that nothing has, the ones that find the most."""
    near = {word: others for word in asked.words if (others := _near(connection, asked, word, now_ms))}
    by_distance = sorted(itertools.product(*near.values()), key=lambda chosen: sum(each.steps for each in chosen))
    best, nearest = None, 0
    for chosen in by_distance[:_MOST_TRIED] if near else ():
        steps = sum(each.steps for each in chosen)
        if best and steps > nearest:
            break
        corrected = asked.with_words({word: each.word for word, each in zip(near, chosen, strict=True)})
        count = search.count(connection, corrected, wanted, now_ms)
        if count > (best.count if best else 0):
            meant = tuple((word, each.written) for word, each in zip(near, chosen, strict=True))
            best, nearest = Found(corrected, count=count, meant=meant), steps
    return best


def _near(connection: Connection, asked: Query, word: str, now_ms: int) -> list[_Near]:
    """List words that were meant by one that no public article has."""
    alone = replace(asked, units=tuple(unit for unit in asked.units if unit.terms == (word,)))
    if not spelling.allowed(word) or search.count(connection, alone, Filter(), now_ms):
        return []
    known = search_words.like(connection, asked.language, word, spelling.kept_part(word))
    return [_Near(steps, each, known[each]) for steps, each in spelling.nearest(word, known, _PER_WORD)]
