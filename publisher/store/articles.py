"""Articles and their revisions in SQL; every function works inside the caller's transaction."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from publisher.articles import ID, SLUG, Article, Revision, article_json, load_article, section_slug, source_hash
from publisher.store.tables import article as article_table
from publisher.store.tables import revision as revision_table
from publisher.store.tables import slug as slug_table


def load(connection: Connection, article_id: str, *, lock: bool = False) -> Revision | None:
    """Load an article at its current revision; ``lock`` keeps other writers out until the transaction ends."""
    if not ID.fullmatch(article_id):
        return None  # PostgreSQL refuses to look for a NUL
    query = _current().where(article_table.c.id == article_id)
    if lock:
        query = query.with_for_update(of=article_table)
    return _one(connection, query)


def load_by_slug(connection: Connection, slug: str) -> Revision | None:
    """Load a public article by a slug of one of its pages, now or before."""
    if not SLUG.fullmatch(slug):
        return None
    owner = select(slug_table.c.article).where(slug_table.c.slug == slug).scalar_subquery()
    return _one(connection, _public().where(article_table.c.id == owner))


def latest(connection: Connection, *, section: str | None = None, limit: int = 30) -> list[Revision]:
    """List public articles, newest first, of all sections or of one (as in addresses)."""
    query = _public().order_by(article_table.c.first_published_ms.desc(), article_table.c.id).limit(limit)
    if section is not None:
        if not SLUG.fullmatch(section):
            return []
        query = query.where(article_table.c.section == section)
    return [_revision(row) for row in connection.execute(query)]


def sections(connection: Connection) -> list[str]:
    """List the sections that have a public article, the one with the newest first."""
    query = select(article_table.c.section, article_table.c.first_published_ms).where(_is_public())
    newest: dict[str, int] = {}
    for section, first_published_ms in connection.execute(query):
        newest[section] = max(first_published_ms, newest.get(section, 0))
    return sorted(newest, key=lambda section: -newest[section])


def every(connection: Connection) -> "Sequence[Row[*tuple[Any, ...]]]":
    """List id, slug, language, revision, status and date of all articles, for the command line."""
    columns = article_table.c
    return connection.execute(
        select(
            columns.id, columns.slug, columns.language, columns.current_revision, columns.pub_status, columns.updated_ms
        ).order_by(columns.updated_ms.desc())
    ).all()


def hash_of(connection: Connection, article_id: str, number: int) -> str | None:
    """Source hash of one revision; None when there is no such revision."""
    columns = revision_table.c
    return connection.scalar(select(columns.source_hash).where(columns.article == article_id, columns.number == number))


def add(connection: Connection, article_id: str, article: Article, kind: str, now_ms: int) -> Revision:
    """Store a new article as its revision 1."""
    published_ms = now_ms if article.pub_status == "usable" else None
    made = Revision(article_id, 1, kind, article, now_ms, now_ms, published_ms)
    connection.execute(insert(article_table).values(id=article_id, created_ms=now_ms, **_columns(made)))
    _add_revision(connection, made)
    return made


def revise(connection: Connection, current: Revision, article: Article, kind: str, now_ms: int) -> Revision:
    """Store the next revision of an article and make it current."""
    published_ms = current.first_published_ms or (now_ms if article.pub_status == "usable" else None)
    modified_ms = current.modified_ms if kind == "minor" else now_ms
    made = Revision(current.article_id, current.number + 1, kind, article, now_ms, modified_ms, published_ms)
    connection.execute(update(article_table).where(article_table.c.id == current.article_id).values(**_columns(made)))
    _add_revision(connection, made)
    return made


def remove(connection: Connection, article_id: str) -> None:
    """Delete an article with its revisions, variants and jobs."""
    connection.execute(delete(article_table).where(article_table.c.id == article_id))


def _current() -> Select[Any]:
    return select(article_table, revision_table).join(
        revision_table,
        (revision_table.c.article == article_table.c.id)
        & (revision_table.c.number == article_table.c.current_revision),
    )


def _is_public() -> Any:
    return article_table.c.pub_status == "usable"


def _public() -> Select[Any]:
    return _current().where(_is_public())


def _one(connection: Connection, query: Select[Any]) -> Revision | None:
    row = connection.execute(query).one_or_none()
    return _revision(row) if row else None


def _revision(row: Row[Any]) -> Revision:
    values = row._mapping
    return Revision(
        article_id=values[article_table.c.id],
        number=values[revision_table.c.number],
        kind=values[revision_table.c.kind],
        article=load_article(json.loads(values[revision_table.c.body])),
        created_ms=values[revision_table.c.created_ms],
        modified_ms=values[article_table.c.modified_ms],
        first_published_ms=values[article_table.c.first_published_ms],
    )


def _columns(made: Revision) -> dict[str, Any]:
    return {
        "current_revision": made.number,
        "slug": made.article.slug,
        "language": made.article.language,
        "section": section_slug(made.article.section),
        "pub_status": made.article.pub_status,
        "updated_ms": made.created_ms,
        "modified_ms": made.modified_ms,
        "first_published_ms": made.first_published_ms,
    }


def _add_revision(connection: Connection, made: Revision) -> None:
    connection.execute(
        insert(revision_table).values(
            article=made.article_id,
            number=made.number,
            kind=made.kind,
            body=json.dumps(article_json(made.article), ensure_ascii=False),
            source_hash=source_hash(made.article),
            created_ms=made.created_ms,
        )
    )
