"""What editors want of the trends: terms that show, and terms that never do; inside the caller's transaction."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from publisher.store.tables import trend_choice
from publisher.trends import Choices

PIN, HIDE = "pin", "hide"


class Choice(NamedTuple):
    """One term of a language: pinned or hidden, when (unix ms), and by whom."""

    language: str
    term: str
    what: str
    at_ms: int
    who: str


def put(connection: Connection, choice: Choice) -> None:
    """Pin or hide a term, whatever was wanted of it before."""
    take_back(connection, choice.language, choice.term)
    connection.execute(insert(trend_choice).values(choice._asdict()))


def take_back(connection: Connection, language: str, term: str) -> bool:
    """Leave a term to what readers search for; False when nothing was wanted of it."""
    columns = trend_choice.c
    same = (columns.language == language, columns.term == term)
    return connection.execute(delete(trend_choice).where(*same)).rowcount == 1


def of_language(connection: Connection, language: str) -> list[Choice]:
    """List what is wanted in a language, the oldest first."""
    columns = trend_choice.c
    query = select(trend_choice).where(columns.language == language).order_by(columns.at_ms, columns.term)
    return [Choice(*row) for row in connection.execute(query)]


def choices(connection: Connection, language: str) -> Choices:
    """Return what is wanted in a language, for ``Trends.compute``."""
    there = of_language(connection, language)
    return Choices(*(tuple(each.term for each in there if each.what == what) for what in (PIN, HIDE)))
