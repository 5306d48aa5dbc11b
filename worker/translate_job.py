"""One translation job, from its claim to its page.

Whatever goes wrong on the way, the job ends: as done, as failed with a reason, or in the hands of another worker.
"""

import logging

import langcodes
import structlog

from chassis.sql import write
from publisher.articles import Revision, article_texts
from publisher.store import articles, jobs, memory, translating
from publisher.variants import is_pseudo
from worker import announcing, job_ends
from worker.engines.protocol import EngineError
from worker.flights import Flights
from worker.lease import Lease, Lost
from worker.segment_memory import SegmentMemory
from worker.translation.translate import NotTranslated, Stopped, TranslatedContent, translate_article
from worker.workshop import Workshop, now_ms

PATIENT_ATTEMPTS = 3
"""Attempts that wait for an engine which asks to be tried later; after them the next engine gets the work."""

log = logging.getLogger(__name__)


class NoEngine(Exception):
    """Nobody here translates between these languages."""


def run(workshop: Workshop, job_id: str) -> None:
    """Do a job, if it is there to be done: a message may come late, twice, or for a job that ended."""
    structlog.contextvars.bind_contextvars(request_id=job_id)
    with write(workshop.house.engine) as connection:
        held = jobs.claim(connection, job_id, now_ms(), _lease_ms(workshop))
    if held is None:
        log.info("nothing to do for this message")
        return
    try:
        _do(workshop, held)
    except Lost:
        log.info("job lost to another worker or revision", extra=job_ends.about(held))


def _do(workshop: Workshop, held: jobs.Claim) -> None:
    try:
        _work(workshop, held)
    except Stopped:
        job_ends.give_back(workshop, held)
    except EngineError as error:
        job_ends.try_again(workshop, held, str(error), error.retry_after_s)
    except (NotTranslated, NoEngine) as error:
        job_ends.give_up(workshop, held, str(error))


def _work(workshop: Workshop, held: jobs.Claim) -> None:
    with write(workshop.house.engine) as connection:
        revision = articles.load(connection, held.article)
        if revision is None or revision.number != held.revision:
            jobs.supersede(connection, held)
            return
    if same_language(revision.article.language, held.language):
        job_ends.store_original(workshop, held, revision)
        return
    flights = Flights(workshop.broker, held.token, workshop.settings.job_lease_s)
    flights.alive()
    try:
        with Lease(lambda: _extend(workshop, held, flights), workshop.settings.job_heartbeat_s) as lease:
            content = _translate(workshop, held, revision, flights, lease)
        job_ends.store_translation(workshop, held, revision, content)
    finally:
        flights.end()


def _extend(workshop: Workshop, held: jobs.Claim, flights: Flights) -> bool:
    flights.alive()
    with write(workshop.house.engine) as connection:
        return jobs.hold(connection, held, now_ms(), _lease_ms(workshop))


def _translate(
    workshop: Workshop, held: jobs.Claim, revision: Revision, flights: Flights, lease: Lease
) -> TranslatedContent:
    source, target, chain = revision.article.language, held.language, workshop.chain
    engines = chain.open_engines(source, target)
    if not chain.supports(source, target):
        raise NoEngine(f"no engine translates {source} into {target}")
    if not engines:
        raise EngineError("retry", "closed", "every engine rests after failures")

    def progress(done: int, total: int) -> None:
        _note_progress(workshop, held, done, total)

    def should_stop() -> bool:
        return lease.lost or bool(workshop.stopping)

    pair = memory.Pair(source, target, chain.policy(source, target))
    return translate_article(
        article_texts(revision.article),
        source,
        target,
        chain,
        SegmentMemory(workshop.house.engine, pair, flights, should_stop),
        progress,
        should_stop,
        wait=held.attempt <= PATIENT_ATTEMPTS or len(engines) == 1,
        trace=held.id,
    )


def _note_progress(workshop: Workshop, held: jobs.Claim, done: int, total: int) -> None:
    with write(workshop.house.engine) as connection:
        if not jobs.progress(connection, held, done, total):
            raise Lost
        translating.note_progress(connection, held.article, held.language, done, total, now_ms())
    workshop.moved_on()
    announcing.progressed(workshop.house, held.article, held.language)


def _lease_ms(workshop: Workshop) -> int:
    return int(workshop.settings.job_lease_s * 1000)


def same_language(source: str, target: str) -> bool:
    """Tell whether readers of one read the other as their own: the same language in the same script."""
    if is_pseudo(target):
        return False
    first, second = (langcodes.Language.get(tag).maximize() for tag in (source, target))
    return (first.language, first.script) == (second.language, second.script)
