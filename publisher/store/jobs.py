"""Translation jobs: the queue of record (docs/adr/0005). Claim, heartbeat, end; a message only wakes a worker.

A claim gives a lease and a fencing token. Every function that writes for a worker checks the token in the same
statement and says whether it could. All times are unix milliseconds and come from the caller.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from publisher.store.tables import article
from publisher.store.tables import translation_job as job

OPEN = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of one worker: `token` is what its writes must carry.

    What engines made before `anew_ms` does not count, of the text `anew_text` or, where that is None, of all.
    """

    id: str
    article: str
    revision: int
    language: str
    policy: str
    attempt: int
    deadline_ms: int
    token: str
    anew_ms: int | None = None
    anew_text: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that came to its end, and the variant that it was for."""

    id: str
    article: str
    revision: int
    language: str


def claim(connection: Connection, job_id: str, now_ms: int, lease_ms: int) -> Claim | None:
    """Take a job that is due, or whose worker let its lease lapse; None when it is neither."""
    row = connection.execute(
        update(job)
        .where(job.c.id == job_id, _due(now_ms))
        .values(
            state="running",
            attempt=job.c.attempt + 1,
            lease_until_ms=now_ms + lease_ms,
            fencing_token=str(uuid.uuid4()),
        )
        .returning(
            job.c.id,
            job.c.article,
            job.c.revision,
            job.c.language,
            job.c.policy,
            job.c.attempt,
            job.c.deadline_ms,
            job.c.fencing_token,
            job.c.anew_ms,
            job.c.anew_text,
        )
    ).one_or_none()
    return Claim(*row) if row else None


def hold(connection: Connection, held: Claim, now_ms: int, lease_ms: int) -> bool:
    """Extend the lease; False when the job was superseded, ended, or taken by another worker."""
    return _write(connection, held, lease_until_ms=now_ms + lease_ms)


def progress(connection: Connection, held: Claim, done: int, total: int) -> bool:
    """Note how many of how many segments are there; False when the job is no longer held."""
    return _write(connection, held, done=done, total=total)


def finish(connection: Connection, held: Claim) -> bool:
    """End a job as done; False, and nothing is written, when it is no longer held or its revision not current."""
    current = exists().where(article.c.id == held.article, article.c.current_revision == held.revision)
    return _write(connection, held, current, state="done", reason=None, **_FREE)


def fail(connection: Connection, held: Claim, reason: str) -> bool:
    """End a job as failed; False, and nothing is written, when it is no longer held."""
    return _write(connection, held, state="failed", reason=reason, **_FREE)


def supersede(connection: Connection, held: Claim) -> bool:
    """End a job whose revision is no longer current; False when it is no longer held."""
    return _write(connection, held, state="superseded", **_FREE)


def postpone(connection: Connection, held: Claim, next_attempt_ms: int, reason: str) -> bool:
    """Give a job back, to be tried again at a time; False when it is no longer held."""
    return _write(connection, held, state="queued", next_attempt_ms=next_attempt_ms, reason=reason, **_FREE)


def due(connection: Connection, now_ms: int, most: int) -> list[str]:
    """Ids of jobs that a worker could claim now, the urgent and those that wait longest first."""
    rows = connection.execute(
        select(job.c.id).where(_due(now_ms)).order_by(job.c.priority, job.c.next_attempt_ms).limit(most)
    )
    return list(rows.scalars())


def end_overdue(connection: Connection, now_ms: int, reason: str) -> list[Ended]:
    """End every open job past its deadline as failed, whoever holds it."""
    rows = connection.execute(
        update(job)
        .where(job.c.state.in_(OPEN), job.c.deadline_ms <= now_ms)
        .values(state="failed", reason=reason, **_FREE)
        .returning(job.c.id, job.c.article, job.c.revision, job.c.language)
    )
    return [Ended(*row) for row in rows]


def count_by_state(connection: Connection) -> dict[str, int]:
    """Count all jobs by their state."""
    rows = connection.execute(select(job.c.state, func.count().label("jobs")).group_by(job.c.state))
    return {row.state: row.jobs for row in rows}


_FREE: dict[str, None] = {"lease_until_ms": None, "fencing_token": None}


def _due(now_ms: int) -> ColumnElement[bool]:
    waiting = and_(job.c.state == "queued", job.c.next_attempt_ms <= now_ms)
    lapsed = and_(job.c.state == "running", job.c.lease_until_ms < now_ms)
    return and_(or_(waiting, lapsed), job.c.deadline_ms > now_ms)


def _write(connection: Connection, held: Claim, *also: ColumnElement[bool], **values: object) -> bool:
    # Whoever lost the token lost the row: a worker that slept through its lease cannot write over its successor.
    return (
        connection.execute(
            update(job)
            .where(job.c.id == held.id, job.c.state == "running", job.c.fencing_token == held.token, *also)
            .values(**values)
        ).rowcount
        == 1
    )
