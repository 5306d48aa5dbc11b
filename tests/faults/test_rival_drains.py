"""Two drains of which one stands still, wherever it is: the other goes on, and the first finds the cursor moved."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import func, select, text

from chassis.sql import read
from consent import signs
from consent.ledger.notes import parse_checkpoint
from consent.store import ledger_tables as tables
from consent.store.ledger import Ledger
from tests.consent.ledger.waiting import until
from tests.faults.deployment import Deployment
from tests.faults.promises import Count, assert_in_order, assert_kept
from tests.faults.without_drain import deployment

__all__ = ["deployment"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

APPEND, SIGN = "consent.store.ledger Ledger.append_batch", "consent.store.checkpoints Checkpoints.sign"
PAUSES = [
    (APPEND, "before"),  # with a batch that it has read
    (APPEND, "after"),  # between commit and signature
    (SIGN, "after"),  # between signature and publication
    ("consent.signs parse_checkpoint", "before"),  # having asked Redis what it knows, to tell it something newer
]
INSIDE = "consent.store.ledger grow", "before"


def test_a_drain_that_stood_still_while_another_went_on_writes_nothing(
    deployment: Deployment, full: bool, count: Count
) -> None:
    deployment.start_drain("other")
    acknowledged = deployment.append(1)
    with deployment.client() as redis:
        until_published(deployment, redis, 1)
        for number, pause in enumerate(PAUSES * 4 if full else PAUSES[:1]):
            deployment.kill("other")
            acknowledged += deployment.append(3 + number)
            first = deployment.start_hooked(f"first-{number}", *pause, "SIGSTOP")
            until(lambda first=first: stands_still(first))
            deployment.start_drain("other")
            acknowledged += deployment.append(30)
            until_published(deployment, redis, len(acknowledged))
            before = rows(deployment.ledger), signs.checkpoint(redis)
            os.kill(first.pid, signal.SIGCONT)
            log = deployment.log_of(f"first-{number}")
            until(lambda log=log: "another drain was faster" in log.read_text())
            assert (rows(deployment.ledger), signs.checkpoint(redis)) == before, pause
            deployment.kill("other")
            acknowledged += deployment.append(5)  # the first one goes on alone
            until_published(deployment, redis, len(acknowledged))
            deployment.kill(f"first-{number}")
            deployment.start_drain("other")
        assert_in_order(deployment.ledger, redis)
    count(pauses=number + 1)
    assert_kept(deployment.ledger, deployment.keys, acknowledged, count, deployment.notes())


@pytest.mark.full
def test_a_drain_that_stands_still_inside_its_transaction_holds_the_other_up_and_costs_nothing(
    deployment: Deployment, count: Count
) -> None:
    acknowledged = deployment.append(1)
    with deployment.client() as redis:
        for number in range(3):
            acknowledged += deployment.append(10)
            size = deployment.ledger.size
            first = deployment.start_hooked(f"first-{number}", *INSIDE, "SIGSTOP")
            until(lambda first=first: stands_still(first))
            deployment.start_drain(f"other-{number}")
            acknowledged += deployment.append(10)
            until(lambda number=number: waits(deployment, f"other-{number}"))
            assert deployment.ledger.size == size
            os.kill(first.pid, signal.SIGCONT)
            until_published(deployment, redis, len(acknowledged))
            deployment.kill(f"first-{number}")
            deployment.kill(f"other-{number}")
        assert_in_order(deployment.ledger, redis)
    count(pauses=number + 1)
    assert_kept(deployment.ledger, deployment.keys, acknowledged, count, deployment.notes())


def stands_still(process: "subprocess.Popen[bytes]") -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def waits(deployment: Deployment, name: str) -> bool:
    """Tell whether a drain is kept waiting by another's transaction."""
    if deployment.engine.dialect.name == "sqlite":
        return "the drain waits" in deployment.log_of(name).read_text()
    with read(deployment.engine) as connection:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar())


def until_published(deployment: Deployment, redis: Redis, size: int) -> None:
    """Wait until a ledger of so many entries is signed, and Redis knows it."""

    def published() -> bool:
        notes = deployment.ledger.checkpoint(), signs.checkpoint(redis)
        return all(note is not None and parse_checkpoint(note).size == size for note in notes)

    until(published)


def rows(ledger: Ledger) -> list[Any]:
    """Return what a drain that writes would change."""
    with read(ledger.engine) as connection:
        return [
            connection.execute(select(tables.log_state)).all(),
            connection.execute(select(func.count(), func.max(tables.leaf.c.idx))).all(),
            connection.execute(select(tables.checkpoint).order_by(tables.checkpoint.c.size)).all(),
            connection.execute(select(tables.edge).order_by(tables.edge.c.level)).all(),
        ]
