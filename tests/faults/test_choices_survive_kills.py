"""`kill -9` of Redis, consent and drain while choices stream in: each `201` is in the ledger exactly once (P1, P2)."""

import collections
import json
import random
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.newsroom import LiveNewsroom, eventually
from tests.faults.promises import Count

# the short round kills the same processes without their supervisor (`test_kills.py`)
pytestmark = [pytest.mark.slow, pytest.mark.full]

KILLS = 12
# how each is known among the processes that `make run` started
VICTIMS = {"redis": "redis-server", "consent": "consent.app:create_app", "drain": "worker drain"}


@pytest.fixture(params=["sqlite", "postgres"])
def newsroom(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveNewsroom]:
    environ = {"TRANSLATION_ENGINES": "pseudo", "LIMIT_CHOICES": "none"}
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        for package in ("consent", "publisher"):
            environ[f"{package.upper()}_DATABASE_URL"] = server.url(f"kills_{package}")
    newsroom = LiveNewsroom(tmp_path, environ).start()
    yield newsroom
    newsroom.stop()


class Readers:
    """Readers who choose without pause and keep what was acknowledged; each third choice is sent twice."""

    def __init__(self, newsroom: LiveNewsroom, count: int) -> None:
        self._newsroom = newsroom
        self._stop = threading.Event()
        self.acknowledged: set[str] = set()
        self.refused = collections.Counter[str]()
        self._threads = [threading.Thread(target=self._choose, args=(number,)) for number in range(count)]
        notice = newsroom.request(f"{newsroom.consent_url}/v1/sites/newsroom/notice?lang=en")[2]
        self._display = json.loads(notice)["display"]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _choose(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._stop.is_set():
            action = chance.choice(["agree", "refuse"])
            body = {"site": "newsroom", "event_id": str(uuid.uuid4()), "display": self._display, "action": action}
            for _ in range(1 + (chance.random() < 0.3)):
                self._send(body)

    def _send(self, body: dict[str, str]) -> None:
        try:
            status, _, answer = self._newsroom.request(f"{self._newsroom.consent_url}/v1/consents", "POST", body)
        except OSError as error:  # the service, or its connection, was killed under the request
            self.refused[type(error).__name__] += 1
            self._stop.wait(0.05)  # as a browser would, leave it the time to come back
            return
        if status == 201:
            self.acknowledged.add(json.loads(answer)["record"])
        else:
            self.refused[str(status)] += 1
            self._stop.wait(0.05)


def kill(newsroom: LiveNewsroom, name: str) -> None:
    """End one process with no warning, with the workers that it has."""
    pattern = VICTIMS[name]

    def found() -> list[psutil.Process]:
        below = psutil.Process(newsroom.process.pid).children(recursive=True)
        return [process for process in below if pattern in " ".join(_command(process))]

    for process in eventually(found, f"{name} running"):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue  # it fell with its parent


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


@pytest.mark.timeout(400)
def test_every_acknowledged_choice_is_in_the_ledger_exactly_once(newsroom: LiveNewsroom, count: Count) -> None:
    bearer = f"Bearer {newsroom.token('consent', 'audit:read')}"
    readers = Readers(newsroom, count=4)
    chance = random.Random(1)
    for number in range(KILLS):
        before = len(readers.acknowledged)
        eventually(lambda before=before: len(readers.acknowledged) > before + 50, "choices acknowledged again", 60)
        kill(newsroom, list(VICTIMS)[number % 3] if number < 3 else chance.choice(list(VICTIMS)))
    before = len(readers.acknowledged)
    eventually(lambda: len(readers.acknowledged) > before + 50, "choices acknowledged after the last kill", 60)
    readers.stop()

    def in_ledger() -> collections.Counter[str] | None:
        status, _, body = newsroom.request(
            f"{newsroom.consent_url}/v1/audit/export?site=newsroom&format=jsonl", Authorization=bearer
        )
        assert status == 200
        found = collections.Counter(json.loads(line)["record"] for line in body.splitlines())
        return found if readers.acknowledged <= found.keys() else None

    found = eventually(in_ledger, "all acknowledged choices in the ledger", 60)
    lost, double = len(readers.acknowledged - found.keys()), found.total() - len(found)
    count(kills=KILLS, acknowledged=len(readers.acknowledged), lost=lost, double=double)
    assert (lost, double) == (0, 0)
