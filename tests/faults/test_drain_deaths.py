"""A drain that dies between any two of its steps: whatever it signed, published or not, one root for each size."""

import random
import signal

import pytest

from consent.ledger.notes import parse_checkpoint
from tests.consent.ledger.waiting import until
from tests.faults.deployment import Deployment
from tests.faults.promises import Count, assert_in_order, assert_kept
from tests.faults.without_drain import deployment
from worker.drain import Drain

__all__ = ["deployment"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

GROW, APPEND = "consent.store.ledger grow", "consent.store.ledger Ledger.append_batch"
PEN, SIGN = "consent.store.checkpoints sign", "consent.store.checkpoints Checkpoints.sign"
PUBLISH, TRIM = "consent.signs keep_checkpoint", "consent.ledger.stream Stream.trim"
SHORT = [(APPEND, "after"), (SIGN, "after"), (PUBLISH, "after")]
FULL = [
    (GROW, "before"),  # inside the transaction
    (GROW, "after"),
    (APPEND, "after"),  # between commit and signature
    (SIGN, "before"),
    (PEN, "after"),  # between the signature and its commit: nobody will ever see it
    (SIGN, "after"),  # between signature and publication
    (PUBLISH, "after"),
    (TRIM, "before"),
]


def test_wherever_a_drain_dies_no_size_is_signed_with_two_roots(
    deployment: Deployment, full: bool, count: Count
) -> None:
    acknowledged, seen, chance = list[str](), set[str](), random.Random(14)
    moments = chance.sample(FULL * 8, len(FULL) * 8) if full else SHORT
    for moment in moments:
        acknowledged += deployment.append(chance.randint(1, 40))
        process = deployment.start_hooked("drain", *moment, "SIGKILL")
        assert process.wait(60) == -signal.SIGKILL, deployment.log_of("drain").read_text()
        seen |= deployment.notes()
    with deployment.client() as redis:
        drain = Drain(redis, deployment.ledger, deployment.keys)
        drain.start()
        until(lambda: drain.step() == 0 and _signed(deployment) == len(acknowledged))
        assert_in_order(deployment.ledger, redis)
    count(kills=len(moments))
    assert_kept(deployment.ledger, deployment.keys, acknowledged, count, seen | deployment.notes())


def _signed(deployment: Deployment) -> int:
    note = deployment.ledger.checkpoint()
    return 0 if note is None else parse_checkpoint(note).size
