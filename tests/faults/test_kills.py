"""`kill -9` of service, drain and Redis in random order under load: each `201` once, and one history.

Every checkpoint that was ever handed out is kept from outside. After the last kill each must be of the log's own
history, in our reckoning and in that of Go's `sumdb` packages.
"""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from consent.ledger.notes import parse_checkpoint
from consent.verify import check_log
from tests.consent.ledger.waiting import until
from tests.contract.test_tlog_client import client, run
from tests.faults.deployment import Deployment
from tests.faults.promises import Count, assert_kept

__all__ = ["client"]

pytestmark = pytest.mark.slow

VICTIMS = ("service", "drain", "redis")


@pytest.fixture(params=["sqlite", "postgres"])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    running = Deployment(tmp_path, request.getfixturevalue(f"{request.param}_url"))
    running.start_drain()
    running.start_service()
    yield running
    running.stop()


class Readers:
    """Readers who choose and an observer of the log, until they are stopped; each fourth choice is sent twice."""

    def __init__(self, deployment: Deployment, count: int = 3) -> None:
        self._deployment = deployment
        self._stop = threading.Event()
        self._body = deployment.choice()
        self.acknowledged: list[str] = []
        self.refused: Counter[str] = Counter()
        self.checkpoints: set[str] = set()
        self._threads = [threading.Thread(target=self._choose, args=(number,)) for number in range(count)]
        self._threads.append(threading.Thread(target=self._observe))
        for thread in self._threads:
            thread.start()

    def go_on(self, more: int) -> None:
        """Wait until so many more choices were acknowledged and the ledger has grown."""
        taken, size = len(self.acknowledged), self._deployment.ledger.size
        until(lambda: len(self.acknowledged) >= taken + more and self._deployment.ledger.size > size, 120)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _choose(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(
            base_url=self._deployment.url, headers={"Origin": self._deployment.url}, timeout=20
        ) as client:
            while not self._stop.is_set():
                body = self._body | {"event_id": str(uuid.uuid4()), "action": chance.choice(["agree", "refuse"])}
                for _ in range(1 + (chance.random() < 0.25)):
                    self._send(client, body)

    def _send(self, client: httpx.Client, body: dict[str, str]) -> None:
        try:
            answer = client.post("/v1/consents", json=body)
        except httpx.TransportError as error:
            self.refused[type(error).__name__] += 1
            self._stop.wait(0.05)  # as a browser would, leave it the time to come back
            return
        if answer.status_code == 201:
            self.acknowledged.append(answer.json()["record"])
        else:
            self.refused[str(answer.status_code)] += 1
            self._stop.wait(0.05)

    def _observe(self) -> None:
        with httpx.Client(base_url=self._deployment.url, timeout=20) as client:
            while not self._stop.wait(0.1):
                try:
                    answer = client.get("/log/checkpoint")
                except httpx.TransportError:
                    continue
                if answer.status_code == 200:
                    self.checkpoints.add(answer.text)


def kill(deployment: Deployment, victim: str) -> None:
    if victim == "redis":
        deployment.redis.kill()
        deployment.redis.start()
    elif victim == "drain":
        deployment.kill("drain")
        deployment.start_drain()
    else:
        deployment.kill("service")
        deployment.start_service()


@pytest.mark.timeout(1800)
def test_after_kills_in_any_order_each_acknowledged_choice_is_there_once_and_no_checkpoint_is_contradicted(
    deployment: Deployment, full: bool, client: Path, tmp_path: Path, count: Count
) -> None:
    kills = 100 if full else 4
    chance = random.Random(7)
    readers = Readers(deployment)
    try:
        for number in range(kills):
            # everything must have come back since the last kill; how far, is left to chance
            readers.go_on(chance.randint(1, 60))
            kill(deployment, VICTIMS[number % 3] if number < 3 else chance.choice(VICTIMS))
        readers.go_on(20)
    finally:
        readers.stop()
    acknowledged = set(readers.acknowledged)
    last = list(acknowledged)[-1]
    until(lambda: deployment.ledger.entry(last) and _caught_up(deployment))
    count(kills=kills, answers_201=len(readers.acknowledged), refused=readers.refused.total())
    assert_kept(deployment.ledger, deployment.keys, acknowledged, count, readers.checkpoints)
    seen = sorted(readers.checkpoints, key=lambda each: parse_checkpoint(each).size)
    # Go knows no proof from the empty tree
    _assert_that_others_agree(deployment, [note for note in seen if parse_checkpoint(note).size], client, tmp_path)


def _caught_up(deployment: Deployment) -> bool:
    with deployment.client() as redis:
        waiting = redis.xrange("consent:choices", f"({deployment.ledger.state().cursor}", count=1)
    note = deployment.ledger.checkpoint()
    return not waiting and note is not None and parse_checkpoint(note).size == deployment.ledger.size


def _assert_that_others_agree(deployment: Deployment, seen: list[str], program: Path, directory: Path) -> None:
    address, vkey = f"{deployment.url}/log", deployment.keys.signer.verifier.vkey
    kept = directory / "checkpoint"
    for note in {seen[0], seen[len(seen) // 2], seen[-1]}:
        assert list(check_log(address, [vkey], note))
        kept.write_text(note)
        done = run(program, address, vkey, kept)
        assert done.stdout.endswith(f"consistent with {parse_checkpoint(note).size}\n"), done.stderr
