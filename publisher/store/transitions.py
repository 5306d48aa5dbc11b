"""The record of every move of an article, and its effects still to come; inside the caller's transaction."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from publisher.articles import ID
from publisher.store.tables import effect, transition

MOST_WAIT_MS = 300_000
FIRST_WAIT_MS = 5_000
KEPT_MS = 24 * 3_600_000


class Transition(NamedTuple):
    """One move: who made it, when (unix ms), from which state to which, and why.

    ``from_state`` None: the article was new; ``to_state`` None: it was deleted.
    """

    id: int
    article: str
    revision: int
    at_ms: int
    who: str
    action: str
    from_state: str | None
    to_state: str | None
    reason: str | None


def add(
    connection: Connection,
    article: str,
    revision: int,
    now_ms: int,
    who: str,
    action: str,
    from_state: str | None,
    to_state: str | None,
    reason: str | None,
) -> int:
    """Record a move and return its id."""
    made = connection.execute(
        insert(transition)
        .values(
            article=article,
            revision=revision,
            at_ms=now_ms,
            who=who[:200],
            action=action,
            from_state=from_state,
            to_state=to_state,
            reason=reason,
        )
        .returning(transition.c.id)
    )
    return int(made.scalar_one())


def load(connection: Connection, identifier: int) -> Transition | None:
    """Load one move."""
    row = connection.execute(select(transition).where(transition.c.id == identifier)).one_or_none()
    return Transition(*row) if row else None


def of_article(connection: Connection, article: str, before: int | None = None, limit: int = 100) -> list[Transition]:
    """List an article's moves, the newest first; ``before``: only those older than this one."""
    if not ID.fullmatch(article):
        return []  # PostgreSQL refuses to look for a NUL
    query = select(transition).where(transition.c.article == article)
    if before is not None:
        query = query.where(transition.c.id < before)
    return [Transition(*row) for row in connection.execute(query.order_by(transition.c.id.desc()).limit(limit))]


def page(
    connection: Connection,
    before: int | None,
    limit: int,
    *,
    action: str | None = None,
    who: str | None = None,
    article: str | None = None,
) -> list[Transition]:
    """List moves older than ``before``, the newest first: of an action, an article, or whose name has ``who`` in it."""
    columns = transition.c
    query = select(transition)
    for column, wanted in ((columns.action, action), (columns.article, article)):
        if wanted is not None:
            query = query.where(column == wanted)
    if who is not None:
        query = query.where(columns.who.icontains(who, autoescape=True))
    if before is not None:
        query = query.where(columns.id < before)
    return [Transition(*row) for row in connection.execute(query.order_by(columns.id.desc()).limit(limit))]


def newest(connection: Connection, articles: Collection[str]) -> dict[str, Transition]:
    """Load the last move of each of these articles, by article."""
    last = (
        select(func.max(transition.c.id)).where(transition.c.article.in_(list(articles))).group_by(transition.c.article)
    )
    rows = connection.execute(select(transition).where(transition.c.id.in_(last)))
    return {row.article: Transition(*row) for row in rows}


def makers(connection: Connection, article: str) -> dict[int, Transition]:
    """Load the move that made each revision of an article, by its number."""
    columns = transition.c
    made = select(func.min(columns.id)).where(columns.article == article).group_by(columns.revision)
    rows = connection.execute(select(transition).where(columns.id.in_(made)))
    return {row.revision: Transition(*row) for row in rows}


def last_ms(connection: Connection) -> int | None:
    """When anything was changed last; None: never."""
    return connection.scalar(select(transition.c.at_ms).order_by(transition.c.id.desc()).limit(1))


def ask(connection: Connection, identifier: int, targets: Collection[str], now_ms: int) -> None:
    """Note what has to follow from a move."""
    rows = [
        {"transition": identifier, "target": target, "attempts": 0, "next_attempt_ms": now_ms + FIRST_WAIT_MS}
        for target in targets
    ]
    connection.execute(insert(effect), rows)


def open_targets(connection: Connection, identifier: int) -> list[str]:
    """What has not followed yet from a move."""
    columns = effect.c
    query = select(columns.target).where(columns.transition == identifier, columns.done_ms.is_(None))
    return list(connection.scalars(query.order_by(columns.target)))


def acknowledge(connection: Connection, identifier: int, target: str, now_ms: int) -> None:
    """Note that a target has followed."""
    columns = effect.c
    same = (columns.transition == identifier, columns.target == target)
    connection.execute(update(effect).where(*same).values(done_ms=now_ms))


def count_open(connection: Connection, before_ms: int) -> int:
    """Count the effects of changes made before a time that have not come."""
    query = select(func.count()).select_from(effect.join(transition))
    return connection.execute(query.where(effect.c.done_ms.is_(None), transition.c.at_ms < before_ms)).scalar_one()


def overdue(connection: Connection, now_ms: int, most: int) -> list[int]:
    """Take the moves whose effects should be there by now; each comes again later, until it has them all."""
    columns = effect.c
    connection.execute(delete(effect).where(columns.done_ms < now_ms - KEPT_MS))
    late = (columns.done_ms.is_(None), columns.next_attempt_ms <= now_ms)
    ids = connection.scalars(
        select(columns.transition).where(*late).distinct().order_by(columns.transition).limit(most)
    ).all()
    for row in connection.execute(select(effect).where(columns.transition.in_(ids), *late)).all():
        wait_ms = min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** min(row.attempts + 1, 10))
        connection.execute(
            update(effect)
            .where(columns.transition == row.transition, columns.target == row.target)
            .values(attempts=row.attempts + 1, next_attempt_ms=now_ms + wait_ms)
        )
    return list(ids)
