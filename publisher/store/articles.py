"""Articles and their revisions in SQL; every function works inside the caller's transaction."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, insert, or_, select, update

from publisher.articles import ID, SLUG, Article, Revision, article_json, load_article, section_slug, source_hash
from publisher.states import LIVE, Timing
from publisher.store import media
from publisher.store.tables import article as article_table
from publisher.store.tables import keyword as keyword_table
from publisher.store.tables import revision as revision_table
from publisher.store.tables import slug as slug_table
from publisher.store.tables import variant as variant_table
from publisher.variants import MACHINE, ORIGINAL


def load(connection: Connection, article_id: str, *, lock: bool = False) -> Revision | None:
    """Load an article at its current revision; ``lock`` keeps other writers out until the transaction ends."""
    if not ID.fullmatch(article_id):
        return None  # PostgreSQL refuses to look for a NUL
    query = current().where(article_table.c.id == article_id)
    if lock:
        query = query.with_for_update(of=article_table)
    return _one(connection, query)


def load_all(connection: Connection, article_ids: Sequence[str]) -> list[Revision]:
    """Load articles at their current revisions, in the order of their ids; those that are gone are left out."""
    rows = connection.execute(current().where(article_table.c.id.in_(article_ids)))
    found = {revision.article_id: revision for revision in map(revision_of, rows)}
    return [found[each] for each in article_ids if each in found]


def load_by_slug(connection: Connection, slug: str) -> Revision | None:
    """Load the article, public or not, by a slug of one of its pages, now or before."""
    if not SLUG.fullmatch(slug):
        return None
    owner = select(slug_table.c.article).where(slug_table.c.slug == slug).scalar_subquery()
    return _one(connection, current().where(article_table.c.id == owner))


def latest(
    connection: Connection,
    now_ms: int,
    *,
    section: str | None = None,
    language: str | None = None,
    since_ms: int | None = None,
    limit: int = 30,
) -> list[Revision]:
    """List public articles, newest first.

    Args:
        connection: the caller's transaction.
        now_ms: unix ms.
        section: as in addresses; None for all of them.
        language: only those that can be read in it, as written or translated.
        since_ms: only those published after this time.
        limit: how many at most.
    """
    columns = article_table.c
    query = current().where(is_public(now_ms)).order_by(columns.first_published_ms.desc(), columns.id).limit(limit)
    if section is not None:
        if not SLUG.fullmatch(section):
            return []
        query = query.where(columns.section == section)
    if since_ms is not None:
        query = query.where(columns.first_published_ms > since_ms)
    if language is not None:
        live = (variant_table.c.article == columns.id, variant_table.c.language == language)
        query = query.where(exists().where(*live, variant_table.c.state.in_((ORIGINAL, MACHINE))))
    return [revision_of(row) for row in connection.execute(query)]


def chunk(connection: Connection, now_ms: int, limit: int, offset: int) -> list[Revision]:
    """List public articles, the oldest first, so that what was listed stays where it is."""
    columns = article_table.c
    query = current().where(is_public(now_ms)).order_by(columns.first_published_ms, columns.id)
    return [revision_of(row) for row in connection.execute(query.limit(limit).offset(offset))]


def changes(connection: Connection, now_ms: int) -> list[int]:
    """List when each public article changed last for readers (unix ms), in the order of ``chunk``."""
    columns = article_table.c
    query = select(columns.modified_ms).where(is_public(now_ms)).order_by(columns.first_published_ms, columns.id)
    return list(connection.scalars(query))


def sections(connection: Connection, now_ms: int) -> list[str]:
    """List the sections that have a public article, the one with the newest first."""
    query = select(article_table.c.section, article_table.c.first_published_ms).where(is_public(now_ms))
    newest: dict[str, int] = {}
    for section, first_published_ms in connection.execute(query):
        newest[section] = max(first_published_ms, newest.get(section, 0))
    return sorted(newest, key=lambda section: -newest[section])


def languages(connection: Connection, now_ms: int) -> list[str]:
    """List the languages in which public articles are written."""
    columns = article_table.c
    query = select(columns.language).distinct().where(is_public(now_ms))
    return list(connection.scalars(query.order_by(columns.language)))


def revisions(connection: Connection, article_id: str) -> list[tuple[int, str, int]]:
    """List the revisions of an article, the newest first: number, kind, time of its making."""
    columns = revision_table.c
    query = select(columns.number, columns.kind, columns.created_ms).where(columns.article == article_id)
    return [(row.number, row.kind, row.created_ms) for row in connection.execute(query.order_by(columns.number.desc()))]


def content_of(connection: Connection, article_id: str, number: int) -> tuple[str, int, Article] | None:
    """Load one revision's kind, time and content; None when there is no such revision."""
    columns = revision_table.c
    query = select(revision_table).where(columns.article == article_id, columns.number == number)
    row = connection.execute(query).one_or_none() if ID.fullmatch(article_id) else None
    return (row.kind, row.created_ms, load_article(json.loads(row.body))) if row else None


def hash_of(connection: Connection, article_id: str, number: int) -> str | None:
    """Source hash of one revision; None when there is no such revision."""
    columns = revision_table.c
    return connection.scalar(select(columns.source_hash).where(columns.article == article_id, columns.number == number))


def add(connection: Connection, made: Revision) -> None:
    """Store a new article with its first revision."""
    connection.execute(insert(article_table).values(id=made.article_id, created_ms=made.created_ms, **_columns(made)))
    _add_revision(connection, made)
    _set_keywords(connection, made)
    media.use(connection, made.article_id, made.article)


def revise(connection: Connection, made: Revision) -> None:
    """Store the next revision of an article and make it current."""
    move(connection, made)
    _add_revision(connection, made)
    _set_keywords(connection, made)
    media.use(connection, made.article_id, made.article)


def move(connection: Connection, made: Revision) -> None:
    """Store an article's state and dates; its content stays."""
    connection.execute(update(article_table).where(article_table.c.id == made.article_id).values(**_columns(made)))


def remove(connection: Connection, article_id: str) -> None:
    """Delete an article with its revisions, variants and jobs."""
    connection.execute(delete(article_table).where(article_table.c.id == article_id))


def is_public(now_ms: int) -> ColumnElement[bool]:
    """Condition of articles that readers may see now: ``states.is_public`` in SQL."""
    columns = article_table.c
    return and_(
        columns.state.in_(LIVE),
        or_(columns.embargoed_until_ms.is_(None), columns.embargoed_until_ms <= now_ms),
        or_(columns.expires_ms.is_(None), columns.expires_ms > now_ms),
    )


def current() -> Select[Any]:
    """Articles at their current revision, for `revision_of`."""
    return select(article_table, revision_table).join(
        revision_table,
        (revision_table.c.article == article_table.c.id)
        & (revision_table.c.number == article_table.c.current_revision),
    )


def _one(connection: Connection, query: Select[Any]) -> Revision | None:
    row = connection.execute(query).one_or_none()
    return revision_of(row) if row else None


def revision_of(row: Row[Any]) -> Revision:
    """Make an article of a row of `current`."""
    values = row._mapping
    return Revision(
        article_id=values[article_table.c.id],
        number=values[revision_table.c.number],
        kind=values[revision_table.c.kind],
        article=load_article(json.loads(values[revision_table.c.body])),
        created_ms=values[revision_table.c.created_ms],
        modified_ms=values[article_table.c.modified_ms],
        first_published_ms=values[article_table.c.first_published_ms],
        state=values[article_table.c.state],
        timing=Timing(
            values[article_table.c.publish_ms],
            values[article_table.c.embargoed_until_ms],
            values[article_table.c.expires_ms],
        ),
        version=values[article_table.c.version],
        changed_ms=values[article_table.c.updated_ms],
    )


def _columns(made: Revision) -> dict[str, Any]:
    return {
        "current_revision": made.number,
        "slug": made.article.slug,
        "language": made.article.language,
        "section": section_slug(made.article.section),
        "state": made.state,
        "version": made.version,
        "publish_ms": made.timing.publish_ms,
        "embargoed_until_ms": made.timing.embargoed_until_ms,
        "expires_ms": made.timing.expires_ms,
        "updated_ms": made.changed_ms,
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


def _set_keywords(connection: Connection, made: Revision) -> None:
    connection.execute(delete(keyword_table).where(keyword_table.c.article == made.article_id))
    for word in dict.fromkeys(keyword.casefold()[:100] for keyword in made.article.keywords):
        connection.execute(insert(keyword_table).values(article=made.article_id, keyword=word))
