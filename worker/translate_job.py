"""One translation job, from its claim to its page.

Whatever goes wrong on the way, the job ends: as done, as failed with a reason, or in the hands of another worker.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace

import langcodes
import structlog

from chassis.sql import read, write
from publisher.articles import Revision, article_texts
from publisher.body.block_texts import Text
from publisher.post_edits import by_hand
from publisher.store import articles, jobs, memory, post_edits, translating
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
    everything = article_texts(revision.article)
    hand_made = _by_hand(workshop, held, everything)
    parts = _parts({name: text for name, text in everything.items() if name not in hand_made}, held)
    made = TranslatedContent({}, (), 0, 0)
    if not parts:
        return replace(made, texts=hand_made)
    source, target, chain = revision.article.language, held.language, workshop.chain
    engines = chain.open_engines(source, target)
    if not chain.supports(source, target):
        raise NoEngine(f"no engine translates {source} into {target}")
    if not engines:
        raise EngineError("retry", "closed", "every engine rests after failures")

    def should_stop() -> bool:
        return lease.lost or bool(workshop.stopping)

    pair = memory.Pair(source, target, chain.policy(source, target))
    for texts, since_ms in parts:
        done = made.remembered + made.sent

        def progress(more: int, total: int, before: int = done) -> None:
            _note_progress(workshop, held, before + more, before + total)

        made = made.with_more(
            translate_article(
                texts,
                source,
                target,
                chain,
                SegmentMemory(workshop.house.engine, pair, flights, should_stop, since_ms),
                progress,
                should_stop,
                wait=held.attempt <= PATIENT_ATTEMPTS or len(engines) == 1,
                trace=held.id,
            )
        )
    return replace(made, texts=made.texts | hand_made)


def _by_hand(workshop: Workshop, held: jobs.Claim, texts: Mapping[str, Text]) -> dict[str, str]:
    """What a person wrote or approved goes to no engine."""
    with read(workshop.house.engine) as connection:
        return by_hand(texts, post_edits.of_variant(connection, held.article, held.language))


def _parts(texts: Mapping[str, Text], held: jobs.Claim) -> list[tuple[Mapping[str, Text], int]]:
    """Part texts by how old what is remembered of them may be (unix ms): what is asked for anew must be made anew."""
    if held.anew_text is None:
        return [(texts, held.anew_ms or 0)] if texts else []
    anew = {name: text for name, text in texts.items() if name == held.anew_text}
    rest = {name: text for name, text in texts.items() if name != held.anew_text}
    return [(part, since_ms) for part, since_ms in ((anew, held.anew_ms or 0), (rest, 0)) if part]


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
