"""A search as its address has it: words, filters, and the place that the page before ended with.

What no form of ours would send is left out: a search is a page, whatever its address.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from publisher.articles import ID, SLUG
from publisher.search.query import LONGEST_QUERY

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_LAST_TIER = 3


class Filter(NamedTuple):
    """Which articles: section as in addresses, published from and before (unix ms), language they are written in."""

    section: str | None = None
    from_ms: int | None = None
    before_ms: int | None = None
    written: str | None = None


class Place(NamedTuple):
    """Where an article stands among the results."""

    tier: int
    published_ms: int
    article: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A search; empty and None where nothing is asked. ``until_day`` is the last day, and days are those of UTC."""

    typed: str = ""
    section: str = ""
    from_day: date | None = None
    until_day: date | None = None
    written: str = ""
    after: Place | None = None

    @property
    def narrowed(self) -> bool:
        """Whether a filter is set."""
        return any(self.filter)

    @property
    def filter(self) -> Filter:
        """The filters as the store has them."""
        until = self.until_day + timedelta(days=1) if self.until_day else None
        return Filter(self.section or None, _start_ms(self.from_day), _start_ms(until), self.written or None)

    def address(self, language: str) -> str:
        """Address of the search in a language."""
        given = {
            "q": self.typed,
            "section": self.section,
            "from": self.from_day.isoformat() if self.from_day else "",
            "until": self.until_day.isoformat() if self.until_day else "",
            "written": self.written,
            "cursor": _cursor(self.after) if self.after else "",
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/{language}/search" + (f"?{query}" if query else "")

    def at(self, after: Place | None) -> "Asked":
        """Return the same search after a place, or from its beginning."""
        return replace(self, after=after)


def read(given: Mapping[str, str]) -> Asked:
    """Read a search from its address's query."""
    typed = given.get("q", "")[:LONGEST_QUERY].replace("\x00", "").strip()
    section, written = given.get("section", ""), given.get("written", "")
    return Asked(
        typed=typed,
        section=section if SLUG.fullmatch(section) else "",
        from_day=_day(given.get("from", "")),
        until_day=_day(given.get("until", "")),
        written=written if _LANGUAGE.fullmatch(written) else "",
        after=_place(given.get("cursor", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2999 else None


def _start_ms(day: date | None) -> int | None:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000 if day else None


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str) -> Place | None:
    try:
        tier, published_ms, article = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        return None
    if type(tier) is not int or type(published_ms) is not int or not isinstance(article, str):
        return None
    known = 0 <= tier <= _LAST_TIER and 0 <= published_ms < 2**62 and ID.fullmatch(article)
    return Place(tier, published_ms, article) if known else None
