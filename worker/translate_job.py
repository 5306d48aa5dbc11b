"""One translation job, from its claim to its page.

Whatever goes wrong on the way, the job ends: as done, as failed with a reason, or in the hands of another worker.
"""

import logging
import random
from collections.abc import Collection, Mapping

import langcodes
from sqlalchemy import Engine as Database

from chassis.sql import read, write
from publisher import messages
from publisher.articles import Revision, article_texts
from publisher.search_text import searchable
from publisher.store import articles, jobs, memory, translating
from publisher.store import outbox as outbox_rows
from publisher.variants import OVERDUE, is_pseudo
from worker import announcing
from worker.engines.protocol import EngineError
from worker.lease import Lease, Lost
from worker.translation.memory import Remembered
from worker.translation.translate import NotTranslated, Stopped, TranslatedContent, translate_article
from worker.workshop import Workshop, now_ms

PATIENT_ATTEMPTS = 3
"""Attempts that wait for an engine which asks to be tried later; after them the next engine gets the work."""
LONGEST_WAIT_S = 60.0
JITTER = 0.2

log = logging.getLogger(__name__)


def run(workshop: Workshop, job_id: str) -> None:
    """Do a job, if it is there to be done: a message may come late, twice, or for a job that ended."""
    lease_ms = int(workshop.settings.job_lease_s * 1000)
    with write(workshop.house.engine) as connection:
        held = jobs.claim(connection, job_id, now_ms(), lease_ms)
    if held is None:
        log.info("nothing to do for this message", extra={"job": job_id})
        return
    try:
        _work(workshop, held, lease_ms)
    except Lost:
        log.info("job lost to another worker or revision", extra=_about(held))
    except Stopped:
        _give_back(workshop, held)
    except EngineError as error:
        _try_again(workshop, held, str(error), error.retry_after_s)
    except NotTranslated as error:
        _give_up(workshop, held, str(error))


def _work(workshop: Workshop, held: jobs.Claim, lease_ms: int) -> None:
    def extend() -> bool:
        with write(workshop.house.engine) as connection:
            return jobs.hold(connection, held, now_ms(), lease_ms)

    with write(workshop.house.engine) as connection:
        revision = articles.load(connection, held.article)
        if revision is None or revision.number != held.revision:
            jobs.supersede(connection, held)
            return
    if same_language(revision.article.language, held.language):
        _store_original(workshop, held, revision)
        return
    with Lease(extend, workshop.settings.job_heartbeat_s) as lease:
        content = _translate(workshop, held, revision, lease)
    _store_translation(workshop, held, content)


def _translate(workshop: Workshop, held: jobs.Claim, revision: Revision, lease: Lease) -> TranslatedContent:
    source, target, chain = revision.article.language, held.language, workshop.chain

    def progress(done: int, total: int) -> None:
        _note_progress(workshop, held, done, total)

    engines = chain.open_engines(source, target)
    if not engines and chain.supports(source, target):
        raise EngineError("retry", "closed", "every engine rests after failures")
    return translate_article(
        article_texts(revision.article),
        source,
        target,
        chain,
        SegmentMemory(workshop.house.engine, memory.Pair(source, target, chain.policy(source, target))),
        progress,
        lambda: lease.lost or bool(workshop.stopping),
        wait=held.attempt <= PATIENT_ATTEMPTS or len(engines) == 1,
    )


class SegmentMemory:
    """The translation memory of one pair of languages, in SQL; each batch is kept as soon as it is there."""

    def __init__(self, database: Database, pair: memory.Pair) -> None:
        self._database = database
        self._pair = pair

    def get_many(self, hashes: Collection[str]) -> Mapping[str, Remembered]:
        """Return those that are there."""
        with read(self._database) as connection:
            found = memory.find(connection, self._pair, hashes)
        return {each: Remembered(*segment) for each, segment in found.items()}

    def put_many(self, entries: Mapping[str, Remembered]) -> None:
        """Keep all."""
        segments = {each: memory.StoredSegment(*entry) for each, entry in entries.items()}
        with write(self._database) as connection:
            memory.keep(connection, self._pair, segments, now_ms())


def _note_progress(workshop: Workshop, held: jobs.Claim, done: int, total: int) -> None:
    with write(workshop.house.engine) as connection:
        if not jobs.progress(connection, held, done, total):
            raise Lost
        translating.note_progress(connection, held.article, held.language, done, total, now_ms())
    announcing.progressed(workshop.house, held.article, held.language)


def _store_translation(workshop: Workshop, held: jobs.Claim, content: TranslatedContent) -> None:
    now = now_ms()
    with write(workshop.house.engine) as connection:
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
        )
        outbox_rows.add(connection, messages.RENDER, held.article, held.language, now_ms=now)
    announcing.ended(workshop.house, held.article, held.language)
    log.info("translated", extra=_about(held) | {"sent": content.sent, "remembered": content.remembered})


def _store_original(workshop: Workshop, held: jobs.Claim, revision: Revision) -> None:
    now = now_ms()
    with write(workshop.house.engine) as connection:
        if not jobs.finish(connection, held):
            raise Lost
        translating.let_original_stand(
            connection, held.article, held.language, held.revision, searchable(revision.article), now
        )
        outbox_rows.add(connection, messages.RENDER, held.article, held.language, now_ms=now)
    announcing.ended(workshop.house, held.article, held.language)


def _try_again(workshop: Workshop, held: jobs.Claim, reason: str, after_s: float | None) -> None:
    """Note when to try again in the row: a message with a countdown is lost with the Redis that keeps it."""
    wait_s = after_s or min(LONGEST_WAIT_S, workshop.settings.job_retry_s * 2 ** (held.attempt - 1))
    next_ms = now_ms() + int(1000 * wait_s * random.uniform(1, 1 + JITTER))
    if next_ms >= held.deadline_ms:
        _give_up(workshop, held, f"{OVERDUE}; {reason}")
        return
    with write(workshop.house.engine) as connection:
        jobs.postpone(connection, held, next_ms, reason)
    log.warning("job postponed", extra=_about(held) | {"reason": reason, "wait_s": round(wait_s, 1)})


def _give_back(workshop: Workshop, held: jobs.Claim) -> None:
    """Let go of a job between batches; what is translated stays in the memory, and the next worker goes on there."""
    with write(workshop.house.engine) as connection:
        given = jobs.postpone(connection, held, now_ms(), "the worker was stopped")
    log.info("job given back" if given else "job lost to another worker or revision", extra=_about(held))


def _give_up(workshop: Workshop, held: jobs.Claim, reason: str) -> None:
    now = now_ms()
    with write(workshop.house.engine) as connection:
        if not jobs.fail(connection, held, reason):
            return
        translating.give_up(connection, held.article, held.language, reason, now)
        outbox_rows.add(connection, messages.RENDER, held.article, held.language, now_ms=now)
    announcing.ended(workshop.house, held.article, held.language)
    log.warning("job failed", extra=_about(held) | {"reason": reason})


def same_language(source: str, target: str) -> bool:
    """Tell whether readers of one read the other as their own: the same language in the same script."""
    if is_pseudo(target):
        return False
    first, second = (langcodes.Language.get(tag).maximize() for tag in (source, target))
    return (first.language, first.script) == (second.language, second.script)


def _about(held: jobs.Claim) -> dict[str, object]:
    return {"job": held.id, "article": held.article, "language": held.language, "attempt": held.attempt}
