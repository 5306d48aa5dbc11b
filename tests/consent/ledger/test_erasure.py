"""Erasing persons, in the ledger and on disk: what stays, what goes, and what an older copy does again."""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import select

from chassis.sql import connect, read
from consent.keys import Keys
from consent.ledger import acts
from consent.ledger.entries import Entry, subject_ref
from consent.ledger.intake import Accepted, Quarantined, take
from consent.ledger.stream import Stream, event_key
from consent.receipts import build, serialise
from consent.store import act_tables
from consent.store import ledger_tables as tables
from consent.store.checkpoints import Checkpoints
from consent.store.ledger import Ledger
from consent.verify import check_receipt
from tests.consent.ledger.conftest import NOTICE, ORIGIN, MakeEntry
from tests.servers.redis_server import RedisServer
from worker.checkpoint import KNOWN
from worker.drain import Drain

SUBJECT = "5e0d1f2a-0000-4000-8000-0000000000e5"
OTHER = "7a0d1f2a-0000-4000-8000-0000000000a7"
BY = {"token": "0123456789abcdef", "label": "the officer"}

Deed = Callable[..., Entry]


@pytest.fixture
def stream(redis: Redis, drain: Drain) -> Stream:
    return Stream(redis)


@pytest.fixture
def deed(keys: Keys) -> Deed:
    def make(kind: str, *subjects: str, event_id: str | None = None, **body: Any) -> Entry:
        references = [subject_ref(keys.secret("pepper"), "newsroom", each) for each in subjects]
        told = {"by": BY, "rule": "Art. 17", "parts": ["person", "context"], **body}
        return acts.make(event_id or str(uuid4()), kind, None, told, references, 1_795_000_000_000, keys.secrets())

    return make


def empty(drain: Drain) -> None:
    while drain.step():
        pass


def told(ledger: Ledger, entry: Entry) -> dict[str, Any]:
    with read(ledger.engine) as connection:
        body = connection.execute(select(act_tables.act.c.body).where(act_tables.act.c.act_id == entry.record_id))
        return dict(json.loads(bytes(body.scalar_one())))


def persons(ledger: Ledger) -> set[str]:
    return set(kept(ledger).values())


def secrets_of(ledger: Ledger, reference: str) -> list[bytes]:
    """What must not be found any more: the subject's id and reference, their page, and the salts of both parts."""
    found = [reference.encode(), SUBJECT.encode(), b"/en/a-telling-page"]
    person, context = tables.person, tables.context
    whose = person.c.subject_ref == reference
    for table in (person, context):
        same = (table.c.log_id == person.c.log_id) & (table.c.idx == person.c.idx)
        salts = select(table.c.salt).where(whose, same)
        with read(ledger.engine) as connection:
            found += [bytes(salt) for salt in connection.execute(salts).scalars()]
    return found


def on_disk(path: Path) -> bytes:
    """The database file and its write-ahead log."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(path.name + "*")) if "-shm" not in each.name)


@pytest.fixture
def embedded(tmp_path: Path, migrated: Path, redis: Redis, keys: Keys) -> Iterator[tuple[Ledger, Drain, Path]]:
    path = Path(shutil.copy(migrated, tmp_path / "embedded.db"))
    engine = connect(f"sqlite:///{path}")
    ledger = Ledger(engine, ORIGIN)
    drain = Drain(redis, ledger, keys)
    drain.start()
    yield ledger, drain, path
    engine.dispose()


@pytest.mark.parametrize("count", [1, 40, 3000])
def test_neither_file_nor_write_ahead_log_holds_an_erased_person(
    embedded: tuple[Ledger, Drain, Path], redis: Redis, keys: Keys, make_entry: MakeEntry, deed: Deed, count: int
) -> None:
    ledger, drain, path = embedded
    stream, reference = Stream(redis), subject_ref(keys.secret("pepper"), "newsroom", SUBJECT)
    for at in range(count):
        own = at % 3 == 0
        stream.append(make_entry(subject=SUBJECT if own else None, page="/en/a-telling-page" if own else "/en/a"))
    empty(drain)
    secrets = secrets_of(ledger, reference)
    before = on_disk(path)
    assert all(secret in before for secret in secrets)
    stream.append(deed("erased", SUBJECT))
    empty(drain)
    drain._next_housekeeping = 0.0
    drain.step()
    after = on_disk(path)
    assert [secret for secret in secrets if secret in after] == []


def test_the_append_only_file_names_nobody_and_cannot_be_opened_once_the_days_key_is_gone(
    tmp_path: Path, keys: Keys, make_entry: MakeEntry, deed: Deed
) -> None:
    server = RedisServer(tmp_path / "redis").start()
    try:
        with Redis.from_url(server.url) as redis:
            stream = Stream(redis)
            stream.create()
            stream.append(make_entry(subject=SUBJECT, page="/en/a-telling-page"))
            stream.append(deed("erased", SUBJECT))
            entries = stream.read("0-0", 10)
        reference = subject_ref(keys.secret("pepper"), "newsroom", SUBJECT)
        written = b"".join(each.read_bytes() for each in (tmp_path / "redis").rglob("*") if each.is_file())
        assert not [each for each in (SUBJECT, reference, "/en/a-telling-page") if each.encode() in written]
    finally:
        server.kill()
    keys.delete_ingest(datetime.now(UTC) + timedelta(days=4))
    choice, act = (take(*entry, keys.find_ingest) for entry in entries)
    assert isinstance(choice, Accepted) and (choice.person, choice.context) == (None, None)
    assert isinstance(act, Quarantined) and "the day's key is gone" in act.reason


def test_every_proof_handed_out_before_an_erasure_holds_after_it(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry, deed: Deed
) -> None:
    entries = [make_entry(subject=SUBJECT) for _ in range(20)]
    for entry in entries:
        stream.append(entry)
    empty(drain)
    issued = [receipt(ledger, entry) for entry in entries]
    stream.append(deed("erased", SUBJECT))
    empty(drain)
    assert persons(ledger) == set()
    for entry, before in zip(entries, issued, strict=True):
        assert list(check_receipt(before, [ledger.vkey or ""]))
        assert list(check_receipt(receipt(ledger, entry), [ledger.vkey or ""]))


def receipt(ledger: Ledger, entry: Entry) -> bytes:
    evidence = ledger.evidence(entry.record_id)
    assert evidence is not None
    return serialise(build(evidence, NOTICE))


def test_an_erased_leaf_tells_neither_whom_nor_which_records(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry, deed: Deed, keys: Keys
) -> None:
    entry, erasure = make_entry(subject=SUBJECT), deed("erased", SUBJECT)
    stream.append(entry)
    stream.append(erasure)
    empty(drain)
    *_, leaf = ledger.leaves(0, 2)
    assert set(json.loads(leaf)) == {"v", "k", "id", "site", "t", "act"}
    assert entry.record_id.encode() not in leaf
    assert told(ledger, erasure)["records"] == [entry.record_id]


def test_an_older_copy_of_the_database_comes_to_the_same_root_and_the_erased_stay_erased(
    embedded: tuple[Ledger, Drain, Path], redis: Redis, keys: Keys, make_entry: MakeEntry, deed: Deed
) -> None:
    ledger, drain, path = embedded
    stream = Stream(redis)
    for subject in (SUBJECT, OTHER, SUBJECT):
        stream.append(make_entry(subject=subject))
    empty(drain)
    ledger.engine.dispose()
    older = shutil.copy(path, path.with_name("older.db"))
    stream.append(make_entry(subject=SUBJECT))
    stream.append(deed("erased", SUBJECT))
    stream.append(make_entry(subject=OTHER))
    empty(drain)
    root = ledger.tree(ledger.size).root()
    engine = connect(f"sqlite:///{older}")
    restored = Ledger(engine, ORIGIN)
    assert persons(restored) == {SUBJECT, OTHER}
    again = Drain(redis, restored, keys)
    again.start()
    empty(again)
    assert (restored.tree(restored.size).root(), persons(restored)) == (root, {OTHER})
    Checkpoints(restored, keys.signer).check_against(redis.get(KNOWN).decode())  # type: ignore[union-attr]
    engine.dispose()


def test_an_erasure_read_a_second_time_erases_again_and_leaves_no_second_leaf(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry, deed: Deed
) -> None:
    erasure = deed("erased", SUBJECT)
    stream.append(make_entry(subject=SUBJECT))
    stream.append(erasure)
    empty(drain)
    redis.delete(event_key(erasure.record_id))
    stream.append(make_entry(subject=SUBJECT))
    stream.append(erasure)
    empty(drain)
    assert (ledger.size, persons(ledger)) == (3, set())


UNBOUND = {"parts": ["context"], "rule": "retention", "before_ms": "soon", "most": 1}
BROKEN = {
    "body": {"c": b"{}"},
    "salt": {"c": json.dumps({"salt": "AAAA", "body": "{}"}).encode()},
    "body that says nothing": {"c": json.dumps({"salt": "A" * 43 + "=", "body": "{}"}).encode()},
    "bounds": {"c": json.dumps({"salt": "A" * 43 + "=", "body": json.dumps(UNBOUND)}).encode()},
    "references": {"s": b"2026-11-23\0" + bytes(80)},
    "another's draft": {"i": b"00000000-0000-8000-8000-000000000000"},
    "no JSON": {"c": b"{"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_act_that_cannot_be_read_is_quarantined_and_stops_nothing(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry, deed: Deed, name: str
) -> None:
    fields = {key.encode(): value for key, value in deed("erased", SUBJECT).fields().items()}
    redis.xadd("consent:choices", {**fields, **{key.encode(): value for key, value in BROKEN[name].items()}})  # type: ignore[dict-item]
    stream.append(make_entry(subject=SUBJECT))
    empty(drain)
    kinds = [json.loads(leaf)["k"] for leaf in ledger.leaves(0, 2)]
    assert (kinds, persons(ledger)) == (["quarantine", "given"], {SUBJECT})


SUBJECTS = (SUBJECT, OTHER, "0b0d1f2a-0000-4000-8000-000000000b07")
STEPS = st.lists(
    st.tuples(st.sampled_from((*["choose"] * 3, "erased", "held", "released", "expire")), st.sampled_from(SUBJECTS)),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, batch=st.integers(1, 6))
@example(steps=[("choose", SUBJECT), ("held", SUBJECT), ("expire", SUBJECT)], batch=6)
@example(steps=[("choose", SUBJECT), ("erased", SUBJECT), ("expire", SUBJECT)], batch=6)
def test_whatever_comes_in_whatever_batches_the_ledger_holds_what_was_left_and_a_replay_is_the_same(
    steps: list[tuple[str, str]],
    batch: int,
    redis: Redis,
    keys: Keys,
    make_entry: MakeEntry,
    deed: Deed,
    migrated: Path,
    tmp_path: Path,
) -> None:
    redis.flushall()
    stream = Stream(redis)
    stream.create()
    model = Model(deed, make_entry)
    for what, subject in steps:
        stream.append(model.step(what, subject))
    roots = []
    for size in (batch, 1000):
        path = shutil.copy(migrated, tmp_path / f"{uuid4()}.db")
        engine = connect(f"sqlite:///{path}")
        ledger = Ledger(engine, ORIGIN)
        ledger.ensure(keys.signer.verifier.vkey)
        cursor = "0-0"
        while entries := stream.read(cursor, size):
            arrivals = [take(*entry, keys.find_ingest) for entry in entries]
            ledger.append_batch(arrivals, cursor, entries[-1].id)
            cursor = entries[-1].id
        assert kept(ledger) == model.kept
        assert [json.loads(leaf)["k"] for leaf in ledger.leaves(0, ledger.size)] == model.kinds
        roots.append(ledger.tree(ledger.size).root())
        engine.dispose()
    assert roots[0] == roots[1]


def kept(ledger: Ledger) -> dict[str, str]:
    """Whose records the ledger still knows."""
    same = (tables.record.c.log_id == tables.person.c.log_id) & (tables.record.c.idx == tables.person.c.idx)
    with read(ledger.engine) as connection:
        rows = connection.execute(select(tables.record.c.record_id, tables.person.c.body).join(tables.record, same))
        return {record_id: json.loads(bytes(body))["subject"] for record_id, body in rows}


class Model:
    """What must come of a stream of choices and acts, in the plainest words."""

    def __init__(self, deed: Deed, make_entry: MakeEntry) -> None:
        self.kept: dict[str, str] = {}
        self.kinds: list[str] = []
        self._deed = deed
        self._make_entry = make_entry
        self._holds: dict[str, list[str]] = defaultdict(list)

    def step(self, what: str, subject: str) -> Entry:
        return {"choose": self._choose, "expire": self._expire}.get(what, self._act(what))(subject)

    def _choose(self, subject: str) -> Entry:
        entry = self._make_entry(subject=subject)
        self.kept[entry.record_id] = subject
        self.kinds.append("given")
        return entry

    def _expire(self, subject: str) -> Entry:
        """Let the newest record expire, or one that is not there any more."""
        own = [record for record, whose in self.kept.items() if whose == subject]
        stood = own[-1] if own else str(uuid4())
        entry = self._make_entry(subject=subject, event="expired", action="expire", supersedes=stood)
        if own:
            self.kept[entry.record_id] = subject
            self.kinds.append("expired")
        return entry

    def _act(self, kind: str) -> Callable[[str], Entry]:
        def act(subject: str) -> Entry:
            self.kinds.append(kind)
            holds = self._holds[subject]
            if kind == "released":
                return self._deed(kind, hold=holds.pop() if holds else str(uuid4()))
            entry = self._deed(kind, subject)
            if kind == "held":
                holds.append(entry.record_id)
            elif not holds:
                self.kept = {record: whose for record, whose in self.kept.items() if whose != subject}
            return entry

        return act
