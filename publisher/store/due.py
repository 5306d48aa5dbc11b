"""What the clock has to do for articles, and when; inside the caller's transaction. Times are unix ms."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from publisher.store.tables import due


class Moment(NamedTuple):
    """One thing to do for an article: publish it, lift its embargo, let it expire."""

    article: str
    action: str
    at_ms: int


def settle(connection: Connection, article_id: str, moments: Mapping[str, int]) -> None:
    """Say what is to be done for an article from now on, by action."""
    connection.execute(delete(due).where(due.c.article == article_id))
    for action, at_ms in moments.items():
        connection.execute(insert(due).values(article=article_id, action=action, at_ms=at_ms))


def reached(connection: Connection, now_ms: int, most: int) -> list[Moment]:
    """List what is due, the earliest first."""
    rows = connection.execute(select(due).where(due.c.at_ms <= now_ms).order_by(due.c.at_ms, due.c.article).limit(most))
    return [Moment(row.article, row.action, row.at_ms) for row in rows]


def take(connection: Connection, moment: Moment) -> bool:
    """Take a moment out of the set; False when somebody else did, or when its time was changed."""
    same = (due.c.article == moment.article, due.c.action == moment.action, due.c.at_ms == moment.at_ms)
    return connection.execute(delete(due).where(*same)).rowcount == 1


def next_ms(connection: Connection) -> int | None:
    """When anything becomes due next; None when nothing will."""
    earliest: int | None = connection.scalar(select(func.min(due.c.at_ms)))
    return earliest
