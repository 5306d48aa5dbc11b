"""What somebody has typed or pasted into the console's one box, read as what it may name. Pure."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_DIGITS = re.compile(r"\b[0-9a-f]{6,64}\b")
_INDEX = re.compile(r"#?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})")
_DAYS = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


class Days(NamedTuple):
    """A first day and a last one, as 2026-03-01."""

    first: str
    last: str


class Pasted(NamedTuple):
    """What a text may name.

    Attributes:
        ids: the UUIDs in it, the last first: in an address that is what it leads to.
        notices: hexadecimal digits that a notice may begin with.
        entry: the number of an entry of the log.
        days: a day, or all of a month.
        word: the text itself, without blanks around it.
    """

    ids: tuple[str, ...]
    notices: tuple[str, ...]
    entry: int | None
    days: Days | None
    word: str


def read(text: str) -> Pasted:
    """Read what a text may name.

    >>> read("https://consent.example/v1/receipts/01A217DF-02E2-8df8-9f82-986bf9ae74f0").ids
    ('01a217df-02e2-8df8-9f82-986bf9ae74f0',)
    >>> read("#25,495").entry, read("2026-02").days
    (25495, Days(first='2026-02-01', last='2026-02-28'))
    """
    word = text.strip()
    small = word.lower()
    ids = tuple(reversed(_UUID.findall(small)))
    index = _INDEX.fullmatch(word)
    return Pasted(
        ids=ids,
        notices=() if ids else tuple(_DIGITS.findall(small)),
        entry=int(index[1].replace(",", "")) if index else None,
        days=next(_days(word), None),
        word=word,
    )


def _days(word: str) -> Iterator[Days]:
    found = _DAYS.fullmatch(word)
    if not found:
        return
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        return
    last = first if found[3] else first.replace(day=calendar.monthrange(year, month)[1])
    yield Days(first.isoformat(), last.isoformat())
