"""`worker doctor`: look at everything that the worker depends on and say, a line each, what is well and what is not."""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import NamedTuple

from redis.exceptions import RedisError
from sqlalchemy import text

from chassis import migrations, redis_roles
from chassis.errors import Unavailable
from chassis.sql import read
from publisher.store import jobs
from worker import nodes, signs
from worker.workshop import Workshop, now_ms

# The three that were drilled together: docs/adr/0005.
DRILLED = {"celery": "5.6.3", "kombu": "5.7.0", "redis": "8.1.0"}


MOST_CLOCK_S = 2.0


class Finding(NamedTuple):
    """One thing looked at; `text` says what was found."""

    subject: str
    fault: bool
    text: str


def examine(workshop: Workshop) -> Iterator[Finding]:
    """Look at everything; nothing is changed."""
    yield from _versions()
    settings = workshop.settings
    yield _finding("database", lambda: migrations.fault("publisher", settings.database_url), "at its newest shape")
    yield _finding("broker", lambda: _broker_fault(workshop), "answers and evicts nothing")
    yield _finding("cache", lambda: redis_roles.fault(workshop.house.redis), "answers")
    for name, queues in nodes.NODES.items():
        yield _finding(
            f"node {name}",
            lambda name=name, queues=queues: signs.fault(settings.worker_dir, name, queues, workshop.broker),  # type: ignore[misc]
            _quiet(workshop, name),
        )
    yield _engines(workshop)
    yield _finding("clock", lambda: _clock_fault(workshop), "the database's is the same")
    yield _finding("jobs", lambda: None, _jobs(workshop))


def _versions() -> Iterator[Finding]:
    for name, drilled in DRILLED.items():
        found = version(name)
        yield Finding(name, found != drilled, found if found == drilled else f"{found}, but {drilled} was drilled")


def _engines(workshop: Workshop) -> Finding:
    names = [f"{engine.name} {engine.version}".strip() for engine in workshop.engines]
    fault = not any(engine.machine_translation for engine in workshop.engines)
    return Finding("engines", fault, "none that translates" if fault else ", ".join(names))


def _clock_fault(workshop: Workshop) -> str | None:
    """Leases and deadlines are compared by workers on several machines: their clocks must agree."""
    with read(workshop.house.engine) as connection:
        if connection.dialect.name == "sqlite":  # the same machine's
            return None
        off_s = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) - now_ms() / 1000
    return f"{off_s:+.1f} s off the database's" if abs(off_s) > MOST_CLOCK_S else None


def _broker_fault(workshop: Workshop) -> str | None:
    fault = redis_roles.fault(workshop.broker)
    if fault:
        return fault
    policy = workshop.broker.config_get("maxmemory-policy").get("maxmemory-policy")
    return None if policy == "noeviction" else f"maxmemory-policy is {policy}, expected noeviction: messages may vanish"


def _quiet(workshop: Workshop, node: str) -> str:
    quiet_s = signs.quiet_for_s(workshop.settings.worker_dir, node)
    return "nothing done so far, nothing waits" if quiet_s is None else f"last progress {quiet_s:.0f} s ago"


def _jobs(workshop: Workshop) -> str:
    try:
        with read(workshop.house.engine) as connection:
            counts = jobs.count_by_state(connection)
            waiting = len(jobs.due(connection, now_ms(), 1000))
    except Unavailable as error:
        return error.detail
    return ", ".join([*(f"{count} {state}" for state, count in sorted(counts.items())), f"{waiting} due now"])


def _finding(subject: str, fault: Callable[[], str | None], well: str) -> Finding:
    try:
        found = fault()
    except RedisError as error:
        found = f"Redis is away: {error}"
    except Unavailable as error:
        found = error.detail
    return Finding(subject, bool(found), found or well)
