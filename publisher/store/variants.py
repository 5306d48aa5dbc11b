"""Variants and the translation jobs that a new revision asks for; inside the caller's transaction."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, false, insert, or_, select, true, update

from publisher.articles import Revision
from publisher.messages import POLICY
from publisher.post_edits import REVIEWED
from publisher.site import sites
from publisher.store.tables import translation_job
from publisher.store.tables import variant as variant_table
from publisher.variants import FAILED, MACHINE, ORIGINAL, PENDING, QUEUED, Variant

OPEN_JOB_STATES = ("queued", "running")


def load(connection: Connection, article_id: str, language: str) -> Variant | None:
    """Load one variant."""
    columns = variant_table.c
    row = connection.execute(
        select(variant_table).where(columns.article == article_id, columns.language == language)
    ).one_or_none()
    return _variant(row) if row else None


def of_article(connection: Connection, article_id: str) -> list[Variant]:
    """Load the variants of an article, by language."""
    columns = variant_table.c
    rows = connection.execute(select(variant_table).where(columns.article == article_id).order_by(columns.language))
    return [_variant(row) for row in rows]


def of_articles(connection: Connection, article_ids: Iterable[str], language: str) -> dict[str, Variant]:
    """Load the variants of several articles in one language, by article id."""
    columns = variant_table.c
    rows = connection.execute(
        select(variant_table).where(columns.article.in_(list(article_ids)), columns.language == language)
    )
    return {row.article: _variant(row) for row in rows}


def states(connection: Connection, article_ids: Iterable[str], now_ms: int) -> dict[str, dict[str, str]]:
    """States of articles' variants as they count now, by article id and language; of a finished one, its review."""
    columns = variant_table.c
    query = select(columns.article, columns.language, columns.state, columns.review, columns.deadline_ms).where(
        columns.article.in_(list(article_ids))
    )
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(query.order_by(columns.article, columns.language)):
        overdue = row.state in PENDING and row.deadline_ms is not None and now_ms >= row.deadline_ms
        state = row.review or row.state if row.state == MACHINE else row.state
        found.setdefault(row.article, {})[row.language] = FAILED if overdue else state
    return found


def listed(connection: Connection, article_ids: Iterable[str], indexing: str) -> dict[str, list[str]]:
    """Languages in which search engines may list articles, by article id: ``variants.is_listed`` in SQL."""
    columns = variant_table.c
    read = {sites.ALWAYS: true(), sites.REVIEWED: columns.review == REVIEWED}.get(indexing, false())
    query = select(columns.article, columns.language).where(
        columns.article.in_(list(article_ids)),
        or_(columns.state == ORIGINAL, and_(columns.state == MACHINE, read)),
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(columns.language)):
        found.setdefault(row.article, []).append(row.language)
    return found


def set_original(connection: Connection, revision: Revision) -> None:
    """Say that the article is written in its own language."""
    _put(
        connection,
        revision,
        revision.article.language,
        state=ORIGINAL,
        revision=revision.number,
        body=None,
        engine=None,
        engine_version=None,
        review=None,
        deadline_ms=None,
    )


def keep(connection: Connection, revision: Revision, language: str) -> None:
    """Let the translation stand for a new revision whose texts are the same."""
    columns = variant_table.c
    connection.execute(
        update(variant_table)
        .where(columns.article == revision.article_id, columns.language == language)
        .values(revision=revision.number, updated_ms=revision.created_ms)
    )


def queue(
    connection: Connection,
    revision: Revision,
    language: str,
    now_ms: int,
    deadline_ms: int,
    total: int,
    anew_ms: int | None = None,
    anew_text: str | None = None,
) -> str:
    """Ask for a translation of this revision and return its job's id.

    With ``anew_ms`` what engines made before that time does not count, of the text ``anew_text`` or, if None, of all.

    The last translation stays in the row, so that its segments are there to compare with; it is not shown meanwhile.
    """
    asked = {"state": QUEUED, "deadline_ms": deadline_ms, "total": total}
    _put(connection, revision, language, requested_ms=now_ms, updated_ms=now_ms, **asked)
    job_id = str(uuid.uuid4())
    _forget_ended(connection, revision, language)
    connection.execute(
        insert(translation_job).values(
            id=job_id,
            article=revision.article_id,
            revision=revision.number,
            language=language,
            policy=POLICY,
            state="queued",
            attempt=0,
            next_attempt_ms=now_ms,
            deadline_ms=deadline_ms,
            priority=5,
            done=0,
            total=total,
            anew_ms=anew_ms,
            anew_text=anew_text,
        )
    )
    return job_id


def _forget_ended(connection: Connection, revision: Revision, language: str) -> None:
    """Make room for a job that is asked for once more; one that is still open stays, and is the only one."""
    columns = translation_job.c
    same = (columns.article == revision.article_id, columns.revision == revision.number, columns.language == language)
    connection.execute(delete(translation_job).where(*same, columns.state.not_in(OPEN_JOB_STATES)))


def supersede_jobs(connection: Connection, article_id: str, language: str | None = None) -> None:
    """End an article's open jobs, in one language or in all: their results would be of no use."""
    columns = translation_job.c
    theirs = () if language is None else (columns.language == language,)
    connection.execute(
        update(translation_job)
        .where(columns.article == article_id, columns.state.in_(OPEN_JOB_STATES), *theirs)
        .values(state="superseded", lease_until_ms=None)
    )


def drop(connection: Connection, article_id: str, language: str) -> None:
    """Forget a translation that is no longer one of the article."""
    columns = variant_table.c
    connection.execute(delete(variant_table).where(columns.article == article_id, columns.language == language))


def _put(connection: Connection, made: Revision, language: str, **values: Any) -> None:
    """Write a variant's row, new or not; columns that are not named keep what they have."""
    columns = variant_table.c
    now = {
        "done": 0,
        "total": 0,
        "reason": None,
        "requested_ms": made.created_ms,
        "updated_ms": made.created_ms,
    } | values
    there = update(variant_table).where(columns.article == made.article_id, columns.language == language)
    if connection.execute(there.values(**now)).rowcount == 0:
        connection.execute(
            insert(variant_table).values(**{"article": made.article_id, "language": language, "revision": 0} | now)
        )


def _variant(row: Row[Any]) -> Variant:
    return Variant(
        article_id=row.article,
        language=row.language,
        state=row.state,
        revision=row.revision,
        texts=json.loads(row.body) if row.body is not None else None,
        engine=row.engine,
        engine_version=row.engine_version,
        done=row.done,
        total=row.total,
        reason=row.reason,
        requested_ms=row.requested_ms,
        deadline_ms=row.deadline_ms,
        updated_ms=row.updated_ms,
        review=row.review,
    )
