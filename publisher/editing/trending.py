"""Trends brought up to date: computed from what readers search for and what editors want, and told to the pages."""

from collections.abc import Iterable

from sqlalchemy import Connection

from chassis.errors import NotFound
from chassis.sql import read, write
from publisher import clock
from publisher.faults import Fault, refusal
from publisher.following import Hand
from publisher.house import House
from publisher.search.asked import Filter
from publisher.search.query import read as read_query
from publisher.store import search, trend_choices
from publisher.store.trend_choices import Choice
from publisher.tags import trends_tag
from publisher.trend_terms import LONGEST_TERM

MOST_PINNED = 5


def compute(house: House, languages: Iterable[str] | None = None) -> list[str]:
    """Compute the trends, of every language by default; return the languages whose list changed.

    Raises:
        RedisError: Redis is away.
    """
    changed = [language for language in languages or house.settings.languages if _compute(house, language)]
    if changed:
        house.cache.purge(*(trends_tag(language) for language in changed))
    return changed


def choose(house: House, language: str, term: str, what: str, hand: Hand) -> str:
    """Pin or hide a term (``trend_choices.PIN``, ``HIDE``) and return it as it counts; ``compute`` shows it.

    Raises:
        Invalid: the language is not offered, the term is none, or enough are pinned.
    """
    term = _checked(house, language, term)
    with write(house.engine) as connection:
        there = trend_choices.of_language(connection, language)
        pinned = [each.term for each in there if each.what == trend_choices.PIN and each.term != term]
        if what == trend_choices.PIN and len(pinned) >= MOST_PINNED:
            raise refusal([Fault("term", f"no more than {MOST_PINNED} pins in a language", ", ".join(pinned))])
        trend_choices.put(connection, Choice(language, term, what, clock.now_ms(), hand.who[:200]))
    return term


def take_back(house: House, language: str, term: str) -> str:
    """Undo a pin or a hide and return the term; raise NotFound where there is none."""
    term = _checked(house, language, term)
    with write(house.engine) as connection:
        if not trend_choices.take_back(connection, language, term):
            raise NotFound(f"{term!r} is neither pinned nor hidden in {language}")
    return term


def _compute(house: House, language: str) -> bool:
    with read(house.engine) as connection:
        choices = trend_choices.choices(connection, language)
        return house.trends.compute(language, choices, lambda term: _is_found(connection, language, term))


def _is_found(connection: Connection, language: str, term: str) -> bool:
    query = read_query(term, language)
    return bool(query.units) and search.count(connection, query, Filter(), clock.now_ms()) > 0


def _checked(house: House, language: str, term: str) -> str:
    """Return the term in the form in which it counts."""
    if language not in house.settings.languages:
        raise refusal([Fault("language", " or ".join(house.settings.languages), repr(language))])
    term = " ".join(term.casefold().split())
    if not read_query(term, language).units or len(term) > LONGEST_TERM:
        raise refusal([Fault("term", f"words of at most {LONGEST_TERM} characters", repr(term[:80]))])
    return term
