"""What is due and when: one checkpoint a day, the same in every way, never twice, and tried until it arrives."""

import os
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from redis import Redis

from consent.__main__ import consent
from consent.anchors.anchor import Anchor, Failed
from consent.anchors.anchoring import Sent, send_due
from consent.anchors.timestamp import TimeStamp
from consent.anchors.ways import ToAddress, ToDirectory
from consent.keys import Keys
from consent.ledger.notes import parse_checkpoint
from consent.store.anchors import LEASE_MS, Anchors
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from tests.consent.anchors.conftest import Authority, Inbox
from tests.consent.ledger.conftest import ORIGIN, MakeEntry, drain, keys, ledger, make_entry, redis
from tests.consent.ledger.test_checkpoints import grow
from worker import anchoring as clock
from worker.drain import Drain

__all__ = ["drain", "keys", "ledger", "make_entry", "redis"]
DAY_MS = 86_400_000
NOON = 20_000 * DAY_MS + DAY_MS // 2
TODAY, TOMORROW = "2024-10-04", "2024-10-05"


class Tally:
    """A way that counts, and fails while it is told to."""

    name = "address"

    def __init__(self) -> None:
        self.sent: list[Anchor] = []
        self.fails = False

    def send(self, anchor: Anchor) -> None:
        if self.fails:
            raise Failed("away")
        self.sent.append(anchor)


@pytest.fixture
def signed(ledger: Ledger, keys: Keys, drain: Drain, redis: Redis, make_entry: MakeEntry) -> Ledger:
    grow(drain, redis, make_entry, 3)
    Checkpoints(ledger, keys.signer).sign()
    return ledger


def send(ledger: Ledger, *ways: Tally | ToAddress | ToDirectory | TimeStamp, now: int = NOON) -> list[Sent]:
    return list(send_due(ledger, ways, lambda: now))


def test_a_day_s_checkpoint_is_sent_once_whatever_comes_after(
    signed: Ledger, keys: Keys, drain: Drain, redis: Redis, make_entry: MakeEntry
) -> None:
    way, late = Tally(), Tally()
    late.name = "mail"
    assert send(signed, way) == [Sent(TODAY, "address", None)]
    grow(drain, redis, make_entry, 2)
    Checkpoints(signed, keys.signer).sign()
    assert send(signed, way) == []
    assert send(signed, way, late) == [Sent(TODAY, "mail", None)]
    assert way.sent == late.sent and way.sent[0].size == 3
    assert send(signed, way, now=NOON + DAY_MS) == [Sent(TOMORROW, "address", None)]
    assert way.sent[1].size == 5


def test_what_did_not_arrive_is_sent_on_a_later_day_too(signed: Ledger) -> None:
    way = Tally()
    way.fails = True
    assert send(signed, way) == [Sent(TODAY, "address", "away")]
    assert send(signed, way) == [Sent(TODAY, "address", "away")]
    (state,) = Anchors(signed).newest()
    assert (state.attempts, state.fault, state.sent_ms) == (2, "away", None)
    way.fails = False
    assert [sent.day for sent in send(signed, way, now=NOON + DAY_MS)] == [TODAY, TOMORROW]
    assert [anchor.day for anchor in way.sent] == [TODAY, TOMORROW]
    assert all(state.fault is None for state in Anchors(signed).newest())


def test_of_many_that_run_at_once_one_sends(signed: Ledger) -> None:
    way, barrier = Tally(), threading.Barrier(6)

    def run() -> None:
        barrier.wait()
        send(signed, way)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(way.sent) == 1


def test_one_who_died_while_sending_is_replaced_after_a_while(signed: Ledger) -> None:
    way, anchors = Tally(), Anchors(signed)
    anchors.plan(TODAY, signed.checkpoint() or "", [way.name], NOON)
    (due,) = anchors.due(way.name)
    assert anchors.take(due, way.name, NOON)
    assert send(signed, way, now=NOON + LEASE_MS - 1) == []
    assert send(signed, way, now=NOON + LEASE_MS) == [Sent(TODAY, "address", None)]


def test_before_anything_was_signed_nothing_is_sent(ledger: Ledger) -> None:
    assert send(ledger, Tally()) == []


def test_file_address_and_stamp_get_the_same_checkpoint(
    signed: Ledger, tmp_path: Path, inbox: Inbox, stamp: TimeStamp, authority: Authority
) -> None:
    assert [sent.fault for sent in send(signed, ToDirectory(tmp_path), ToAddress(inbox.url), stamp)] == [None] * 3
    note = (tmp_path / f"consent.example-log-{TODAY}.checkpoint").read_text()
    assert note == signed.checkpoint() == inbox.received[0][1]
    evidence = next(state.evidence for state in Anchors(signed).of_day(TODAY) if state.way == "time-stamp")
    assert evidence is not None and authority.verify(note, evidence)


@pytest.fixture
def environment(
    signed: Ledger, keys: Keys, tmp_path: Path, inbox: Inbox, authority: Authority, redis_url: str
) -> dict[str, str]:
    return {
        "REDIS_URL": redis_url,
        "CONSENT_DATABASE_URL": signed.engine.url.render_as_string(hide_password=False),
        "KEYS_DIR": str(keys.directory),
        "LOG_ORIGIN": ORIGIN,
        "ANCHOR_DIR": str(tmp_path / "anchors"),
        "ANCHOR_URL": inbox.url,
        "ANCHOR_TSA_URL": authority.url,
        "ANCHOR_TSA_ROOTS": str(authority.roots),
    }


def test_the_commands_send_list_and_show(
    environment: dict[str, str], tmp_path: Path, inbox: Inbox, authority: Authority
) -> None:
    def run(*arguments: str, env: dict[str, str] = environment) -> tuple[int, str]:
        done = CliRunner().invoke(consent, ["anchor", *arguments], env=env)
        return done.exit_code, done.output

    assert run("send", env={**environment, "ANCHOR_DIR": "", "ANCHOR_URL": "", "ANCHOR_TSA_URL": ""})[0] == 1
    inbox.status = 503
    code, told = run("send")
    assert code == 1 and [line.split("\t")[1:] for line in told.splitlines()] == [
        ["file", "sent"], ["address", f"{inbox.url}: 503"], ["time-stamp", "sent"]
    ]  # fmt: skip
    day = told[:10]
    assert f"{day}\taddress\t{inbox.url}: 503" in run("list")[1]
    inbox.status = 204
    assert run("send") == (0, f"{day}\taddress\tsent\n")
    assert run("send") == (0, "")
    code, note = run("show", day, "--stamp", str(tmp_path / "stamp"))
    assert code == 0 and parse_checkpoint(note).size == 3
    assert authority.verify(note, (tmp_path / "stamp").read_bytes())
    assert run("show", "1999-01-01")[0] == 1


def test_the_clock_s_round_sends_by_the_same_settings(
    environment: dict[str, str], inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setitem(os.environ, name, value)
    clock.send_due()
    clock.send_due()
    assert len(inbox.received) == 1
    for name in ("ANCHOR_DIR", "ANCHOR_URL", "ANCHOR_TSA_URL"):
        monkeypatch.delitem(os.environ, name)
    monkeypatch.setitem(os.environ, "CONSENT_DATABASE_URL", "sqlite:////nonexistent/consent.db")
    clock.send_due()  # nothing is set up: the database is not even opened
