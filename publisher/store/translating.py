"""What the worker writes about a variant while its job runs; inside the transaction that holds the job.

Each write touches only a variant that still waits for a translation, so that none can undo what came after it.
"""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, update

from publisher.post_edits import REVIEWED
from publisher.store.tables import variant as variant_table
from publisher.variants import FAILED, MACHINE, ORIGINAL, PENDING, TRANSLATING


def note_progress(connection: Connection, article: str, language: str, done: int, total: int, now_ms: int) -> None:
    """Say how many of how many segments are translated."""
    _write(connection, article, language, state=TRANSLATING, done=done, total=total, updated_ms=now_ms)


def store(
    connection: Connection,
    article: str,
    language: str,
    revision: int,
    texts: Mapping[str, str],
    engine: str,
    engine_version: str,
    now_ms: int,
    review: str | None = None,
) -> None:
    """Put a finished translation in its place.

    Args:
        connection: the transaction.
        article: id.
        language: of the translation.
        revision: the one that was translated.
        texts: by the names of `publisher.articles.article_texts`, all of them.
        engine: its name as readers see it.
        engine_version: which one it was.
        now_ms: unix milliseconds.
        review: how far it is a person's work.
    """
    # all of it was a person's: the engine that it was made from before stays named
    made_by = {"engine": engine, "engine_version": engine_version} if engine else {}
    _write(
        connection,
        article,
        language,
        state=MACHINE,
        revision=revision,
        body=json.dumps(dict(texts), ensure_ascii=False),
        **made_by,
        review=review,
        done=variant_table.c.total,
        reason=None,
        updated_ms=now_ms,
    )


def put_by_hand(
    connection: Connection, article: str, language: str, texts: Mapping[str, str], review: str | None, now_ms: int
) -> None:
    """Show a person's words in a finished translation; the caller holds the article's row, and has seen it finished."""
    columns = variant_table.c
    connection.execute(
        update(variant_table)
        .where(columns.article == article, columns.language == language, columns.state == MACHINE)
        .values(body=json.dumps(dict(texts), ensure_ascii=False), review=review, updated_ms=now_ms)
    )


def finish_by_hand(
    connection: Connection, article: str, language: str, revision: int, texts: Mapping[str, str], now_ms: int
) -> None:
    """Put a translation in its place that is a person's from the start; the caller holds the article's row."""
    columns = variant_table.c
    body = json.dumps(dict(texts), ensure_ascii=False)
    by_person = {"engine": None, "engine_version": None, "review": REVIEWED, "reason": None, "done": columns.total}
    connection.execute(
        update(variant_table)
        .where(columns.article == article, columns.language == language)
        .values(state=MACHINE, revision=revision, body=body, updated_ms=now_ms, **by_person)
    )


def let_original_stand(connection: Connection, article: str, language: str, revision: int, now_ms: int) -> None:
    """Say that readers of this language read the article as it was written: it is theirs, of another region."""
    _write(
        connection,
        article,
        language,
        state=ORIGINAL,
        revision=revision,
        body=None,
        engine=None,
        engine_version=None,
        review=None,
        deadline_ms=None,
        reason=None,
        updated_ms=now_ms,
    )


def give_up(connection: Connection, article: str, language: str, reason: str, now_ms: int) -> None:
    """Say that there will be no translation of the current revision, and why."""
    _write(connection, article, language, state=FAILED, reason=reason, updated_ms=now_ms)


def _write(connection: Connection, article: str, language: str, **values: object) -> None:
    columns = variant_table.c
    connection.execute(
        update(variant_table)
        .where(columns.article == article, columns.language == language, columns.state.in_(PENDING))
        .values(**values)
    )
