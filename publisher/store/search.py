"""Search over the normalised texts of what pages show; inside the caller's transaction."""

from sqlalchemy import Connection, select, update

from publisher.store.articles import is_public
from publisher.store.tables import article, variant
from publisher.variants import MACHINE, ORIGINAL


def matching(connection: Connection, language: str, terms: list[str], now_ms: int, limit: int = 30) -> list[str]:
    """Ids of the public articles whose text in this language has all terms (normalised), the newest first."""
    query = (
        select(article.c.id)
        .join(variant, variant.c.article == article.c.id)
        .where(
            is_public(now_ms),
            variant.c.language == language,
            variant.c.state.in_((ORIGINAL, MACHINE)),
            *(variant.c.search_text.contains(term, autoescape=True) for term in terms),
        )
        .order_by(article.c.first_published_ms.desc(), article.c.id)
        .limit(limit)
    )
    return list(connection.scalars(query))


def index(connection: Connection, article_id: str, language: str, search_text: str | None) -> None:
    """Keep the searchable text of a variant; None: it is not to be found."""
    connection.execute(
        update(variant)
        .where(variant.c.article == article_id, variant.c.language == language)
        .values(search_text=search_text)
    )
