"""How a job ends: each way is one transaction that checks the fencing token, then the news of it."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from chassis.sql import write
from publisher import indexing, messages
from publisher.articles import Revision, article_texts, is_translation
from publisher.post_edits import standing
from publisher.store import jobs, post_edits, translating, webhooks
from publisher.store import outbox as outbox_rows
from publisher.variants import OVERDUE, is_pseudo
from publisher.webhooks import TRANSLATED, translation_event
from worker import announcing
from worker.lease import Lost
from worker.translation.translate import TranslatedContent
from worker.workshop import Workshop, now_ms

LONGEST_WAIT_S = 60.0
JITTER = 0.2

log = logging.getLogger(__name__)


def about(held: jobs.Claim) -> dict[str, object]:
    """What a log line about a job says."""
    return {"job": held.id, "article": held.article, "language": held.language, "attempt": held.attempt}


def store_translation(workshop: Workshop, held: jobs.Claim, revision: Revision, content: TranslatedContent) -> None:
    """Put a translation in its place, or raise Lost when its job is another worker's or its revision gone."""
    if not is_translation(revision.article, content.texts):
        give_up(workshop, held, "the result is not a whole translation")
        return
    with _ending(workshop, held) as (connection, now):
        if not jobs.finish(connection, held):
            raise Lost
        translating.store(
            connection,
            held.article,
            held.language,
            held.revision,
            content.texts,
            " + ".join(dict.fromkeys(use.name for use in content.engines)),
            content.engines[0].version if len(content.engines) == 1 else "",
            now,
            standing(article_texts(revision.article), post_edits.of_variant(connection, held.article, held.language)),
        )
        indexing.index_variant(connection, revision, held.language)
        if revision.is_public(now) and not is_pseudo(held.language):
            webhooks.tell(connection, TRANSLATED, translation_event(revision, held.language), now)
    log.info("translated", extra=about(held) | {"sent": content.sent, "remembered": content.remembered})


def store_original(workshop: Workshop, held: jobs.Claim, revision: Revision) -> None:
    """Let readers of this language read the original, or raise Lost as above."""
    with _ending(workshop, held) as (connection, now):
        if not jobs.finish(connection, held):
            raise Lost
        translating.let_original_stand(connection, held.article, held.language, held.revision, now)
        indexing.index_variant(connection, revision, held.language)


def give_up(workshop: Workshop, held: jobs.Claim, reason: str) -> None:
    """Say that there will be no translation, or raise Lost as above."""
    with _ending(workshop, held) as (connection, now):
        if not jobs.fail(connection, held, reason):
            raise Lost
        translating.give_up(connection, held.article, held.language, reason, now)
    log.warning("job failed", extra=about(held) | {"reason": reason})


def try_again(workshop: Workshop, held: jobs.Claim, reason: str, after_s: float | None) -> None:
    """Note when to try again in the row: a message with a countdown is lost with the Redis that keeps it."""
    wait_s = after_s or min(LONGEST_WAIT_S, workshop.settings.job_retry_s * 2 ** (held.attempt - 1))
    next_ms = now_ms() + int(1000 * wait_s * random.uniform(1, 1 + JITTER))
    if next_ms >= held.deadline_ms:
        give_up(workshop, held, f"{OVERDUE}; {reason}")
        return
    with write(workshop.house.engine) as connection:
        jobs.postpone(connection, held, next_ms, reason)
    log.warning("job postponed", extra=about(held) | {"reason": reason, "wait_s": round(wait_s, 1)})


def give_back(workshop: Workshop, held: jobs.Claim) -> None:
    """Let go of a job between batches; what is translated stays in the memory, and the next worker goes on there."""
    with write(workshop.house.engine) as connection:
        given = jobs.postpone(connection, held, now_ms(), "the worker was stopped")
    log.info("job given back" if given else "job lost to another worker or revision", extra=about(held))


@contextmanager
def _ending(workshop: Workshop, held: jobs.Claim) -> Iterator[tuple[Connection, int]]:
    """Open the transaction in which a variant comes to its end; with it goes the message, after it the news."""
    now = now_ms()
    with write(workshop.house.engine) as connection:
        yield connection, now
        outbox_rows.add(connection, messages.RENDER, held.article, held.language, now_ms=now)
    announcing.ended(workshop.house, held.article, held.language)
