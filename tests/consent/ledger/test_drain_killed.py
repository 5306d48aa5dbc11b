"""Drains that die and compete while choices stream in: everything acknowledged is in the ledger, once, in order."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import select

from chassis.sql import read
from consent.keys import Keys
from consent.ledger.merkle import leaf_hash, root
from consent.ledger.notes import open_checkpoint
from consent.ledger.stream import START, Stream
from consent.store.ledger import Ledger
from consent.store.ledger_tables import checkpoint
from tests.consent.ledger.conftest import ORIGIN, MakeEntry
from tests.consent.ledger.waiting import until

# Small batches, so that a kill falls inside one more often.
PROGRAM = """
import os
from chassis.settings import read
from consent.settings import Settings
from worker import drain
drain.BATCH = 20
drain.main(read(Settings, os.environ))
"""


class Drains:
    """Drain processes on one ledger, to be killed and started again."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = os.environ | environment
        self._log = log.open("ab")
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, program: str = PROGRAM) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", program]
        self._running.append(subprocess.Popen(command, env=self._environment, stderr=self._log))
        return self._running[-1]

    def kill_one(self) -> None:
        victim = self._running.pop(0)
        victim.kill()
        victim.wait()

    def stop(self) -> list[int]:
        for process in self._running:
            process.terminate()
        codes = [process.wait(timeout=20) for process in self._running]
        self._log.close()
        return codes


@pytest.fixture
def drains(redis_url: str, consent_database: str, keys: Keys, tmp_path: Path) -> Iterator[Drains]:
    environment = {
        "REDIS_URL": redis_url,
        "CONSENT_DATABASE_URL": consent_database,
        "KEYS_DIR": str(keys.directory),
        "LOG_ORIGIN": ORIGIN,
    }
    running = Drains(environment, tmp_path / "drains.log")
    yield running
    running.stop()


@pytest.mark.slow
def test_killed_and_competing_drains_move_everything_once(
    drains: Drains, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry
) -> None:
    stream = Stream(redis)
    stream.create()
    done, acknowledged = threading.Event(), list[str]()

    def produce() -> None:
        chance = random.Random(1)
        while not done.wait(0.002):  # a machine that starts drains slowly must not have the more to read afterwards
            entry = make_entry()
            stream.append(entry)
            acknowledged.append(entry.record_id)
            if chance.random() < 0.1:  # a client that did not hear the answer
                stream.append(entry)

    producer = threading.Thread(target=produce)
    producer.start()
    try:
        drains.start()
        for _ in range(4):
            drains.start()
            size = ledger.size
            until(lambda size=size: ledger.size > size + 50)
            drains.kill_one()
    finally:
        done.set()
        producer.join()
    until(lambda: ledger.size >= len(acknowledged))
    _check(ledger, stream, keys, acknowledged)
    assert drains.stop() == [0]


def _check(ledger: Ledger, stream: Stream, keys: Keys, acknowledged: list[str]) -> None:
    leaves = list(ledger.leaves(0, ledger.size))
    assert len(acknowledged) > 200
    assert len(leaves) == len(acknowledged)
    assert leaves == [entry.fields[b"l"] for entry in stream.read(START, len(leaves) + 1)]
    assert all(ledger.entry(record_id) is not None for record_id in acknowledged[::25])
    expected = root([leaf_hash(leaf) for leaf in leaves])
    assert ledger.tree(len(leaves)).root() == expected
    until(lambda: _signed(ledger, keys) == len(leaves))
    assert open_checkpoint(ledger.checkpoint() or "", keys.signer.verifier).root == expected
    _check_notes(ledger, keys, leaves)


def _signed(ledger: Ledger, keys: Keys) -> int:
    """Return the size of the newest checkpoint; 0 before the first."""
    note = ledger.checkpoint()
    return 0 if note is None else open_checkpoint(note, keys.signer.verifier).size


def _check_notes(ledger: Ledger, keys: Keys, leaves: list[bytes]) -> None:
    """Every note that was ever signed is of a tree that this one begins with."""
    with read(ledger.engine) as connection:
        notes = list(connection.execute(select(checkpoint.c.note)).scalars())
    for note in notes:
        _, size, digest = open_checkpoint(note, keys.signer.verifier)
        assert digest == root([leaf_hash(leaf) for leaf in leaves[:size]]), size
