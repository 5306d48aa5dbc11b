"""The drain with witnesses: what they cosign is handed out, who is away stops nothing, what they saw binds the log."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from consent.keys import Keys
from consent.ledger.notes import parse_checkpoint
from consent.ledger.policy import Policy, parse
from consent.ledger.stream import Stream
from consent.receipts import build, serialise
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.verify import check_receipt
from consent.witness.app import create_app
from consent.witness.settings import Settings
from consent.witness.state import State
from tests.consent.ledger.conftest import NOTICE, ORIGIN, MakeEntry
from tests.consent.ledger.test_checkpoints import empty, grow
from tests.servers.web_server import WebServer
from worker.checkpoint import KNOWN, Publisher
from worker.cosigning import HEALTH, Cosigning
from worker.drain import Drain, Stopped


class Witness:
    """A witness behind a socket, which can go away and come back."""

    def __init__(self, directory: Path, name: str, keys: Keys) -> None:
        self.state = State(directory)
        self.key = self.state.create(name).verifier
        self.state.add([keys.signer.verifier.vkey])
        self._app = create_app(Settings(directory=directory, log_level="error"))
        self._server: WebServer | None = None
        self.start()
        self.port = self._server.port if self._server else 0

    def start(self, port: int = 0) -> None:
        self._server = WebServer(self._app, port)

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    def line(self) -> str:
        return f"witness {self.key.name.partition('.')[0]} {self.key.vkey} http://127.0.0.1:{self.port}\n"


MakeWitness = Callable[[str], Witness]


@pytest.fixture
def make_witness(tmp_path: Path, keys: Keys) -> Iterator[Callable[[str], Witness]]:
    made: list[Witness] = []

    def make(name: str) -> Witness:
        made.append(Witness(tmp_path / name, f"{name}.example", keys))
        return made[-1]

    yield make
    for witness in made:
        witness.stop()


def signed(ledger: Ledger, keys: Keys) -> str:
    return Checkpoints(ledger, *keys.signers).sign()


def test_what_a_witness_cosigned_is_handed_out_and_proven_by_receipts(
    drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry, make_witness: MakeWitness
) -> None:
    witness = make_witness("one")
    cosigning = Cosigning(ledger, parse(f"{witness.line()}quorum one"), redis)
    entry = make_entry()
    Stream(redis).append(entry)
    for size in (3, 5):
        grow(drain, redis, make_entry, 2)
        own = signed(ledger, keys)
        stored = cosigning.round()
        assert stored is not None and (stored.size, stored.witnesses) == (size, (witness.key.vkey,))
        assert ledger.checkpoint() == stored.note and stored.note.startswith(own)
        assert cosigning.round() is None  # it is cosigned already
    evidence = ledger.evidence(entry.record_id)
    assert evidence is not None and evidence.witnesses == (witness.key.vkey,)
    receipt = serialise(build(evidence, NOTICE))
    told = "\n".join(check_receipt(receipt, [keys.signer.verifier.vkey, witness.key.vkey]))
    assert "proven      witness: one.example saw it at" in told
    assert "that everybody is shown the same log" not in told
    assert "not proven  that one.example saw it" in "\n".join(check_receipt(receipt))
    health = json.loads(redis.get(HEALTH) or b"{}")  # type: ignore[arg-type]
    assert health["one"]["size"] == 5 and health["one"]["fault"] is None


def test_a_witness_that_is_away_delays_a_checkpoint_and_nothing_else(
    drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry, make_witness: MakeWitness
) -> None:
    witness = make_witness("one")
    cosigning = Cosigning(ledger, parse(f"{witness.line()}quorum one"), redis)
    patient = Ledger(ledger.engine, ORIGIN, patience_ms=60_000)
    grow(drain, redis, make_entry, 2)
    assert cosigning.round() is not None
    witness.stop()
    grow(drain, redis, make_entry, 3)
    newer = signed(ledger, keys)
    assert cosigning.round() is None
    assert parse_checkpoint(patient.checkpoint() or "").size == 2
    assert Ledger(ledger.engine, ORIGIN, patience_ms=1).checkpoint() == newer
    assert "ConnectError" in json.loads(redis.get(HEALTH) or b"{}")["one"]["fault"]  # type: ignore[arg-type]
    witness.start(witness.port)
    assert cosigning.round() is not None
    assert parse_checkpoint(patient.checkpoint() or "").size == 5


def test_before_there_are_enough_nothing_counts_as_cosigned(
    drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry, make_witness: MakeWitness
) -> None:
    one, two = make_witness("one"), make_witness("two")
    policy = parse(f"{one.line()}{two.line()}group both all one two\nquorum both")
    cosigning = Cosigning(ledger, policy, redis)
    two.stop()
    grow(drain, redis, make_entry, 2)
    assert cosigning.round() is None
    assert ledger.checkpoint() == signed(ledger, keys)
    two.start(two.port)
    stored = cosigning.round()
    assert stored is not None and set(stored.witnesses) == {one.key.vkey, two.key.vkey}


def test_a_witness_that_does_not_answer_does_not_hold_up_the_others(
    drain: Drain, redis: Redis, ledger: Ledger, make_entry: MakeEntry, make_witness: MakeWitness
) -> None:
    one, two = make_witness("one"), make_witness("two")
    lock = two.state.held(ORIGIN)
    grow(drain, redis, make_entry, 2)
    cosigning = Cosigning(ledger, parse(f"{one.line()}{two.line()}group any any one two\nquorum any"), redis)
    with lock:  # its answer waits for this lock
        started = time.monotonic()
        stored = cosigning.round()
        assert stored is not None and stored.witnesses == (one.key.vkey,)
        assert time.monotonic() - started < 5  # its time-out


def test_a_witness_whose_answer_never_ends_keeps_no_log_from_signing(
    ledger: Ledger, keys: Keys, redis: Redis, make_witness: MakeWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.cosigning.START_TIMEOUT_S", 0.1)
    ended, witness = threading.Event(), make_witness("one")
    port = witness.port
    witness.stop()

    def drip(_: object, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        return (b"." for _ in iter(lambda: ended.wait(0.01), True))

    with WebServer(drip, port):
        assert Cosigning(ledger, parse(f"{witness.line()}quorum one"), redis).heard() == []
        ended.set()


@pytest.mark.parametrize("lost", ["database", "database and Redis"])
def test_a_log_that_came_back_from_an_older_backup_signs_nothing_that_a_witness_would_contradict(
    lost: str,
    drain: Drain,
    redis: Redis,
    ledger: Ledger,
    keys: Keys,
    make_entry: MakeEntry,
    make_witness: MakeWitness,
) -> None:
    witness = make_witness("one")
    policy = parse(f"{witness.line()}quorum one")
    grow(drain, redis, make_entry, 20)
    signed(ledger, keys)
    assert Cosigning(ledger, policy, redis).round() is not None
    empty(ledger)
    redis.delete(KNOWN)
    if lost == "database and Redis":
        redis.flushall()
    publisher = Publisher(Checkpoints(ledger, keys.signer), redis, Cosigning(ledger, policy, redis).heard)
    assert publisher.publish_if_due() is None
    assert "a checkpoint of 20 is known" in (publisher.refusal or "")
    again = Drain(redis, ledger, keys, elsewhere=Cosigning(ledger, policy, redis).heard)
    again.start()
    if lost == "database":  # the stream has it all
        while again.step():
            pass
        assert parse_checkpoint(ledger.checkpoint() or "").size == 20
    else:  # what comes now would be another history
        Stream(redis).create()
        Stream(redis).append(make_entry())
        with pytest.raises(Stopped, match="0 entries, 20 were signed"):
            again.step()
        assert ledger.size == 0 and ledger.checkpoint() is None


def test_another_history_is_noticed_even_where_the_witness_was_away_at_the_start(
    drain: Drain, redis: Redis, ledger: Ledger, keys: Keys, make_entry: MakeEntry, make_witness: MakeWitness
) -> None:
    witness = make_witness("one")
    policy = parse(f"{witness.line()}quorum one")
    grow(drain, redis, make_entry, 5)
    signed(ledger, keys)
    assert Cosigning(ledger, policy, redis).round() is not None
    witness.stop()
    empty(ledger)
    redis.flushall()
    cosigning = Cosigning(ledger, policy, redis)
    forked = Drain(redis, ledger, keys, elsewhere=cosigning.heard)
    forked.start()
    grow(forked, redis, make_entry, 7)
    signed(ledger, keys)  # nobody was there to object
    witness.start(witness.port)
    assert cosigning.round() is None
    publisher = Publisher(Checkpoints(ledger, keys.signer), redis, cosigning.heard)
    assert publisher.publish_if_due() is None
    assert "Equivocation" in (publisher.refusal or "")


def test_nobody_is_asked_where_there_are_no_witnesses(drain: Drain, redis: Redis, ledger: Ledger) -> None:
    cosigning = Cosigning(ledger, Policy(), redis)
    assert (cosigning.round(), cosigning.heard()) == (None, [])
