"""The sweeper, run by the clock: ends what is overdue, wakes what waits or lapsed, sends what the outbox still holds.

This is what makes a lost message, a flushed Redis and a killed worker cost seconds instead of an article.
"""

import logging

from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.sql import read, write
from publisher import messages, outbox
from publisher.store import jobs, transitions, translating
from publisher.store import outbox as outbox_rows
from publisher.variants import OVERDUE
from worker import announcing, deliver, polling
from worker.workshop import Workshop, now_ms

MOST_WOKEN = 200

log = logging.getLogger(__name__)


def relay(workshop: Workshop) -> None:
    """Do one round.

    Raises:
        Unavailable: the database or the broker is away; the next round does the rest.
    """
    end_overdue(workshop)
    wake(workshop)
    take_effects(workshop)
    deliver.send_due(workshop)
    polling.send_due(workshop)
    outbox.relay(workshop.house.engine, workshop.house.queue)


def end_overdue(workshop: Workshop) -> None:
    """Fail every job past its deadline, whatever its worker does, so that each "Translating…" ends."""
    now = now_ms()
    with write(workshop.house.engine) as connection:
        overdue = jobs.end_overdue(connection, now, OVERDUE)
        for job in overdue:
            translating.give_up(connection, job.article, job.language, OVERDUE, now)
            outbox_rows.add(connection, messages.RENDER, job.article, job.language, now_ms=now)
    for job in overdue:
        log.warning("job overdue", extra={"job": job.id, "article": job.article, "language": job.language})
        announcing.ended(workshop.house, job.article, job.language)


def take_effects(workshop: Workshop) -> int:
    """Send a message for each change that has not had all of its effects in time; returns how many."""
    with write(workshop.house.engine) as connection:
        late = transitions.overdue(connection, now_ms(), MOST_WOKEN)
    for transition in late:
        workshop.house.queue.send(messages.EFFECTS, [transition], messages.QUEUES[messages.EFFECTS])
    return len(late)


def wake(workshop: Workshop) -> int:
    """Send a message for each job that could be claimed and was not sent one lately; returns how many."""
    with read(workshop.house.engine) as connection:
        due = jobs.due(connection, now_ms(), MOST_WOKEN)
    return sum(_wake(workshop, job_id) for job_id in due)


def woken_key(job_id: str) -> str:
    """Key (broker role) that is there while a job's message is young.

    It lies with the messages on purpose: a Redis that lost the one lost the other.
    """
    return f"worker:woken:{job_id}"


def _wake(workshop: Workshop, job_id: str) -> bool:
    life_ms = max(1, int(workshop.settings.resend_s * 1000))
    try:
        if not workshop.broker.set(woken_key(job_id), 1, nx=True, px=life_ms):
            return False
    except RedisError as error:
        raise Unavailable("the broker is away", retry_after_s=5) from error
    workshop.house.queue.send(messages.TRANSLATE, [job_id], messages.QUEUES[messages.TRANSLATE])
    return True
