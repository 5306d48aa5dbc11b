"""Disks that fail or are full: what is not safe is not acknowledged, and all goes on once there is a disk again."""

import sqlite3
from collections.abc import Iterator

import pytest

from tests.consent.ledger.waiting import until
from tests.faults.deployment import Deployment
from tests.faults.loop_disk import LoopDisk
from tests.faults.promises import Count, assert_kept
from tests.faults.syscall_faults import failing_flushes

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.fixture(autouse=True)
def nothing_is_lost(deployment: Deployment, count: Count) -> Iterator[list[str]]:
    """Collect what a test got acknowledged; it is asked for afterwards, and a new choice must be taken."""
    acknowledged: list[str] = []
    yield acknowledged
    acknowledged.append(deployment.choose())
    until(lambda: deployment.ledger.entry(acknowledged[-1]))
    assert_kept(deployment.ledger, deployment.keys, acknowledged, count)


def test_a_redis_whose_flush_fails_acknowledges_nothing_and_takes_the_same_choice_when_it_is_back(
    deployment: Deployment, nothing_is_lost: list[str]
) -> None:
    process = deployment.redis.process
    assert process
    body = deployment.choice()
    with failing_flushes(process.pid):
        answer = deployment.send(body)
        process.wait(20)
    assert answer.status_code == 503, answer.text
    assert "durability" in deployment.ready()
    deployment.redis.start()
    nothing_is_lost.append(deployment.send_until_taken(body))


def test_a_database_whose_flush_fails_commits_nothing_and_catches_up_by_itself(
    deployment: Deployment, nothing_is_lost: list[str]
) -> None:
    log, size = deployment.log_of("drain"), deployment.ledger.size
    before = log.read_text().count("the drain waits")
    with failing_flushes(deployment.pid("drain")):
        nothing_is_lost += [deployment.choose() for _ in range(20)]
        until(lambda: log.read_text().count("the drain waits") > before)
        assert deployment.ledger.size == size
    until(lambda: deployment.ledger.size == size + 20)
    file = deployment.engine.url.database
    assert file
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


@pytest.fixture
def mounted(disks: list[LoopDisk]) -> list[LoopDisk]:
    if not disks:
        pytest.skip("no disk can be mounted here, which takes root, loop devices and ext4")
    return disks


def test_a_full_disk_under_redis_is_never_acknowledged_and_loses_nothing_that_was(
    deployment: Deployment, mounted: list[LoopDisk], nothing_is_lost: list[str]
) -> None:
    process = deployment.redis.process
    assert process
    ballast = mounted[0].fill()
    refused = None
    while refused is None:  # the last block of the file has some room left
        body = deployment.choice()
        answer = deployment.send(body)
        if answer.status_code == 201:
            nothing_is_lost.append(answer.json()["record"])
        else:
            refused = body
    assert answer.status_code == 503, answer.text
    process.wait(20)
    assert "durability" in deployment.ready()
    ballast.unlink()
    deployment.redis.start()
    nothing_is_lost.append(deployment.send_until_taken(refused))


def test_a_full_disk_under_the_database_stops_the_drain_until_there_is_room(
    deployment: Deployment, mounted: list[LoopDisk], nothing_is_lost: list[str]
) -> None:
    log, size = deployment.log_of("drain"), deployment.ledger.size
    before = log.read_text().count("the drain waits")
    ballast = mounted[1].fill()
    while log.read_text().count("the drain waits") == before:
        nothing_is_lost.append(deployment.choose())
    assert deployment.ledger.size < size + len(nothing_is_lost)
    ballast.unlink()
    until(lambda: deployment.ledger.size == size + len(nothing_is_lost))
