"""Slugs in SQL: each belongs to one article, as its address now or before; inside the caller's transaction.

A former slug leads to the article and not to another slug, so that no redirect ever leads to a redirect.
"""

from collections.abc import Collection

from sqlalchemy import Connection, insert, select, update

from publisher.store.tables import slug as slug_table


def owners(connection: Connection, slugs: Collection[str]) -> dict[str, str]:
    """Ids of the articles whose slugs these are now, by slug."""
    columns = slug_table.c
    rows = connection.execute(
        select(columns.slug, columns.article).where(columns.slug.in_(list(slugs)), columns.current)
    )
    return {row.slug: row.article for row in rows}


def settle(connection: Connection, article_id: str, slugs: Collection[str]) -> None:
    """Give an article its slugs; those that it had before lead to it, until another article takes them."""
    columns = slug_table.c
    connection.execute(
        update(slug_table).where(columns.article == article_id, columns.slug.not_in(list(slugs))).values(current=False)
    )
    for slug in slugs:
        free = (columns.article == article_id) | ~columns.current
        taken = update(slug_table).where(columns.slug == slug, free).values(article=article_id, current=True)
        if connection.execute(taken).rowcount == 0:
            connection.execute(insert(slug_table).values(slug=slug, article=article_id, current=True))
