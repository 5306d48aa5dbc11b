"""Articles page by page, for the API and the command line; inside the caller's transaction."""

import base64
import json
from typing import NamedTuple

from sqlalchemy import Connection, Select, select, tuple_

from publisher.articles import Revision
from publisher.faults import Fault, refusal
from publisher.store import articles, search
from publisher.store.tables import article, keyword


class Selection(NamedTuple):
    """Which articles: state, section as in addresses, keyword, language, time of the last change (unix ms), words."""

    state: str | None = None
    section: str | None = None
    keyword: str | None = None
    language: str | None = None
    changed_since_ms: int | None = None
    text: str | None = None


def page(
    connection: Connection, selection: Selection, cursor: str | None, limit: int, oldest_first: bool = False
) -> tuple[list[Revision], str | None]:
    """List articles by their last change; return them and the cursor of the next page, None on the last.

    Raises:
        Invalid: the cursor is none of ours.
    """
    columns = article.c
    query = _selected(connection, articles.current(), selection)
    place = tuple_(columns.updated_ms, columns.id)
    if cursor is not None:
        at = tuple_(*_read(cursor))
        query = query.where(place > at if oldest_first else place < at)
    order = (columns.updated_ms, columns.id) if oldest_first else (columns.updated_ms.desc(), columns.id.desc())
    found = [articles.revision_of(row) for row in connection.execute(query.order_by(*order).limit(limit + 1))]
    shown = found[:limit]
    return shown, _written(shown[-1]) if len(found) > limit else None


def sections(connection: Connection) -> list[str]:
    """List the sections of all articles, as in addresses."""
    return list(connection.scalars(select(article.c.section).distinct().order_by(article.c.section)))


def _selected(
    connection: Connection, query: "Select[tuple[object, ...]]", selection: Selection
) -> "Select[tuple[object, ...]]":
    columns = article.c
    for name in ("state", "section", "language"):
        value = getattr(selection, name)
        if value is not None:
            query = query.where(columns[name] == value)
    if selection.changed_since_ms is not None:
        query = query.where(columns.updated_ms >= selection.changed_since_ms)
    if selection.keyword is not None:
        named = select(keyword.c.article).where(keyword.c.keyword == selection.keyword.casefold())
        query = query.where(columns.id.in_(named))
    if selection.text is not None:
        holding = search.holding(connection, selection.text)
        query = query if holding is None else query.where(columns.id.in_(holding))
    return query


def _written(last: Revision) -> str:
    return base64.urlsafe_b64encode(json.dumps([last.changed_ms, last.article_id]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str]:
    try:
        at_ms, identifier = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(at_ms, int) and 0 <= at_ms < 2**62 and isinstance(identifier, str) and "\x00" not in identifier:
            return at_ms, identifier
    except (ValueError, TypeError):
        pass
    raise refusal([Fault("cursor", "`next` of the page before", repr(cursor[:40]))])
