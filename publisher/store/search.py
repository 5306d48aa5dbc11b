"""Full-text search over what pages show; inside the caller's transaction.

A document stands for an article in one language, and is there as long as its page can be read in it (``put``, ``drop``
in the transaction that changes that). Whether the article is public is decided when it is searched for.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select

from publisher.articles import Article
from publisher.search.asked import Filter, Place
from publisher.search.query import Query, read
from publisher.search.terms import document as make_document
from publisher.states import KILLED
from publisher.store import search_index, search_words
from publisher.store.articles import is_public
from publisher.store.search_words import insert_into
from publisher.store.tables import article, search_document, variant
from publisher.variants import ORIGINAL

COUNTED = 1000
"""How far results are counted: who has so many narrows the search, and does not count."""


def put(connection: Connection, article_id: str, shown: Article, language: str) -> None:
    """Have an article found by what its page in this language shows."""
    made = make_document(shown, language)
    row = {"article": article_id, "language": language, "headline": shown.headline}
    write = insert_into(connection, search_document).values(row)
    write = write.on_conflict_do_update(index_elements=["article", "language"], set_={"headline": shown.headline})
    number = connection.execute(write.returning(search_document.c.id)).scalar_one()
    search_index.put(connection, number, made)
    search_words.add(connection, language, made.spellings)


def drop(connection: Connection, article_id: str, language: str) -> None:
    """Have an article found no more in a language."""
    columns = search_document.c
    connection.execute(delete(search_document).where(columns.article == article_id, columns.language == language))


def drop_all(connection: Connection, article_id: str, but: Collection[str] = ()) -> None:
    """Have an article found no more, but in these languages."""
    columns = search_document.c
    gone = (columns.article == article_id, columns.language.not_in(list(but)))
    connection.execute(delete(search_document).where(*gone))


def missing(connection: Connection) -> int:
    """Count the articles that should be found in the language in which they are written, and are not."""
    columns = search_document.c
    there = (columns.article == variant.c.article, columns.language == variant.c.language)
    query = select(func.count()).select_from(variant.join(article, article.c.id == variant.c.article))
    query = query.where(variant.c.state == ORIGINAL, article.c.state != KILLED, ~exists().where(*there))
    return connection.execute(query).scalar_one()


def matching(
    connection: Connection,
    query: Query,
    wanted: Filter,
    now_ms: int,
    limit: int,
    after: Place | None = None,
    many: bool = False,
) -> list[Place]:
    """List public articles that fit: in the order of ``search_index.TIERS``, the newest first in each.

    The tiers are asked one by one until there are enough: most searches end with the headlines. Of ``many`` that fit,
    phrases in texts are not told from words: it would take reading all of them.
    """
    tiers = dict(search_index.hits(connection, query).tiers)
    if many and search_index.WORDS in tiers:
        tiers.pop(search_index.PHRASE)
    found: list[Place] = []
    before: list[search_index.Hit] = []
    for tier, hits in tiers.items():
        if len(found) < limit and tier >= (after.tier if after else 0):
            at = after if after and after.tier == tier else None
            places = _of_tier(hits, before, wanted, now_ms, at).limit(limit - len(found))
            found += [Place(tier, *row) for row in connection.execute(places)]
        before.append(hits)
    return found


def count(connection: Connection, query: Query, wanted: Filter, now_ms: int) -> int:
    """Count the public articles that fit; no further than one more than ``COUNTED``."""
    fitting = _fitting(search_index.hits(connection, query).every, wanted, now_ms, article.c.id).limit(COUNTED + 1)
    return connection.execute(select(func.count()).select_from(fitting.subquery())).scalar_one()


def holding(connection: Connection, typed: str) -> Select[Any] | None:
    """Make a query for the articles, public or not, that have these words or words that begin so, in any language.

    None where there is nothing to look for. A killed article is not found.
    """
    asked = read(typed, "")
    if not asked.units:
        return None
    hits = search_index.hits(connection, asked.with_beginnings()).every.subquery()
    return select(search_document.c.article).join(hits, hits.c.document == search_document.c.id)


def headlines(connection: Connection, query: Query, now_ms: int, limit: int) -> list[str]:
    """List the headlines that fit, of public articles, the newest first, as their pages show them."""
    titles = search_index.hits(connection, query).titles
    fitting = _fitting(titles, Filter(), now_ms, search_document.c.headline)
    newest = fitting.order_by(article.c.first_published_ms.desc(), article.c.id).limit(limit)
    return list(connection.scalars(newest))


def _of_tier(
    hits: search_index.Hit, before: Sequence[search_index.Hit], wanted: Filter, now_ms: int, after: Place | None
) -> Select[Any]:
    """Make the query for what is of a tier and of none before it."""
    columns = article.c
    fitting = _fitting(hits, wanted, now_ms, columns.first_published_ms, columns.id)
    for each in before:
        fitting = fitting.where(search_document.c.id.not_in(each))
    if after is not None:
        older = columns.first_published_ms < after.published_ms
        beside = and_(columns.first_published_ms == after.published_ms, columns.id > after.article)
        fitting = fitting.where(or_(older, beside))
    return fitting.order_by(columns.first_published_ms.desc(), columns.id)


def _fitting(found: search_index.Hit, wanted: Filter, now_ms: int, *told: ColumnElement[Any]) -> Select[Any]:
    hits = found.subquery()
    return (
        select(*told)
        .select_from(hits)
        .join(search_document, search_document.c.id == hits.c.document)
        .join(article, article.c.id == search_document.c.article)
        .where(_shown(wanted, now_ms))
    )


def _shown(wanted: Filter, now_ms: int) -> ColumnElement[bool]:
    columns = article.c
    # SQLite would go through all articles by these instead of through those that were found
    section, published_ms = func.coalesce(columns.section, ""), func.coalesce(columns.first_published_ms, 0)
    conditions = [is_public(now_ms)]
    if wanted.section is not None:
        conditions.append(section == wanted.section)
    if wanted.written is not None:
        conditions.append(columns.language == wanted.written)
    if wanted.from_ms is not None:
        conditions.append(published_ms >= wanted.from_ms)
    if wanted.before_ms is not None:
        conditions.append(published_ms < wanted.before_ms)
    return and_(*conditions)
