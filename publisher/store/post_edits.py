"""Texts of translations that a person wrote or approved; inside the caller's transaction."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from publisher.post_edits import PostEdit
from publisher.store.tables import post_edit


def of_variant(connection: Connection, article_id: str, language: str) -> dict[str, PostEdit]:
    """Load all of an article in a language, by the key of the text that each translates, the oldest first."""
    columns = post_edit.c
    query = select(post_edit).where(columns.article == article_id, columns.language == language)
    return {
        row.source_key: PostEdit(row.name, row.source, row.target, row.edited, row.who, row.at_ms)
        for row in connection.execute(query.order_by(columns.at_ms, columns.source_key))
    }


def put(connection: Connection, article_id: str, language: str, key: str, made: PostEdit) -> None:
    """Keep a text instead of what there was for its source."""
    remove(connection, article_id, language, [key])
    connection.execute(
        insert(post_edit).values(
            article=article_id,
            language=language,
            source_key=key,
            name=made.name,
            source=made.source,
            target=made.target,
            edited=made.edited,
            who=made.who[:200],
            at_ms=made.at_ms,
        )
    )


def remove(connection: Connection, article_id: str, language: str, keys: Collection[str]) -> None:
    """Forget texts."""
    columns = post_edit.c
    same = (columns.article == article_id, columns.language == language)
    connection.execute(delete(post_edit).where(*same, columns.source_key.in_(list(keys))))
