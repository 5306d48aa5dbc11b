"""Articles to read after one: those that share most of its keywords, then the newest of its section."""

from sqlalchemy import Connection, func, select

from publisher.articles import Revision, section_slug
from publisher.store import articles
from publisher.store.tables import article as article_table
from publisher.store.tables import keyword as keyword_table


def related(connection: Connection, revision: Revision, now_ms: int, limit: int) -> list[Revision]:
    """List public articles that are near to this one, the nearest first; inside the caller's transaction."""
    found = [*_by_keywords(connection, revision, now_ms, limit)]
    if len(found) < limit:
        section = section_slug(revision.article.section)
        more = articles.latest(connection, now_ms, section=section, limit=limit + 1)
        there = {revision.article_id, *(each.article_id for each in found)}
        found += [each for each in more if each.article_id not in there]
    return found[:limit]


def _by_keywords(connection: Connection, revision: Revision, now_ms: int, limit: int) -> list[Revision]:
    words = {word.casefold()[:100] for word in revision.article.keywords}
    if not words:
        return []
    columns = keyword_table.c
    shared = (
        select(columns.article, func.count().label("number"))
        .where(columns.keyword.in_(sorted(words)), columns.article != revision.article_id)
        .group_by(columns.article)
        .subquery()
    )
    query = articles.current().join(shared, shared.c.article == article_table.c.id).where(articles.is_public(now_ms))
    order = (shared.c.number.desc(), article_table.c.first_published_ms.desc(), article_table.c.id)
    return [articles.revision_of(row) for row in connection.execute(query.order_by(*order).limit(limit))]
