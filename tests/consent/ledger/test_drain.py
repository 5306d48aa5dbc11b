"""From the stream into the ledger, on real Redis and both databases."""

import json
import logging
import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import event, select, text

from chassis.errors import Unavailable
from chassis.sql import read, write
from consent.drain_health import KEY
from consent.keys import Keys
from consent.ledger.entries import Entry, subject_ref
from consent.ledger.merkle import leaf_hash
from consent.ledger.stream import START, STREAM, Stream, event_key
from consent.receipts import build, serialise
from consent.store import ledger_tables as tables
from consent.store.ledger import Ledger
from consent.verify import check_receipt
from tests.consent.ledger.conftest import NOTICE, MakeEntry, leaf_of
from tests.consent.ledger.waiting import until
from tests.servers.redis_server import RedisServer
from worker.drain import Drain

EVENT = "0f0e0d0c-0b0a-4908-8706-050403020100"
SUBJECT = "5e0d1f2a-0000-4000-8000-000000000001"


@pytest.fixture
def stream(redis: Redis, drain: Drain) -> Stream:
    return Stream(redis)


def kinds(ledger: Ledger) -> list[str]:
    return [json.loads(leaf)["k"] for leaf in ledger.leaves(0, ledger.size)]


def append_raw(redis: Redis, entry: Entry, **changes: bytes) -> None:
    redis.xadd(STREAM, {**entry.fields(), **changes})


def test_a_choice_arrives_with_a_proof_that_verifies(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry
) -> None:
    entries = [make_entry() for _ in range(80)]
    for entry in entries:
        stream.append(entry)
    assert drain.step() == 80
    for entry in entries[::13]:
        evidence = ledger.evidence(entry.record_id)
        assert evidence is not None
        assert ledger.vkey is not None and list(check_receipt(serialise(build(evidence, NOTICE)), [ledger.vkey]))


def test_a_choice_arrives_with_its_parts_and_search_rows(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry, keys: Keys
) -> None:
    entry = make_entry(subject=SUBJECT, purposes={"necessary": True, "analytics": False}, action="preferences")
    stream.append(entry)
    drain.step()
    found = ledger.entry(entry.record_id)
    assert found is not None
    assert found.choice and found.person and found.context
    assert json.loads(found.choice.body)["purposes"] == {"necessary": True, "analytics": False}
    assert json.loads(found.person.body) == {"subject": SUBJECT, "account": None}
    assert json.loads(found.context.body) == {"page": "/en/a"}
    for name, part in (("choice", found.choice), ("person", found.person), ("context", found.context)):
        assert part.opens(name, json.loads(found.leaf)[name])
    with read(ledger.engine) as connection:
        decided = tables.decision.c
        decisions = connection.execute(select(decided.about, decided.name, decided.given)).all()
        assert sorted(map(tuple, decisions)) == [
            ("purpose", "analytics", False), ("purpose", "necessary", True), ("vendor", "plausible", True),
        ]  # fmt: skip
        assert connection.execute(select(tables.person.c.subject_ref)).scalar() == subject_ref(
            keys.secret("pepper"), "newsroom", SUBJECT
        )
        record = connection.execute(select(tables.record)).one()
        terms = connection.execute(select(tables.terms)).one()
        tallied = connection.execute(
            select(tables.terms_count.c.level, tables.terms_count.c.block, tables.terms_count.c.n)
        ).all()
    assert record.terms_id == terms.terms_id
    assert (terms.site, terms.event, terms.action, terms.layer) == ("newsroom", "given", "preferences", "script")
    assert [tuple(row) for row in tallied] == [(16, 0, 1), (20, 0, 1), (24, 0, 1)]
    assert record.received_ms == json.loads(found.leaf)["t"]


def test_nothing_personal_lies_open_in_the_stream(stream: Stream, redis: Redis, make_entry: MakeEntry) -> None:
    stream.append(make_entry(subject=SUBJECT))
    ((_, fields),) = redis.xrange(STREAM)
    assert SUBJECT.encode() not in b"".join(fields.values())
    assert b"/en/a" not in b"".join(fields.values())


def test_the_public_log_does_not_tell_under_which_id_a_receipt_is_had(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry
) -> None:
    entry = make_entry()
    stream.append(entry)
    drain.step()
    assert entry.record_id.encode() not in (ledger.entries_tile(0, 1) or b"")


def test_a_repeat_past_its_registration_makes_no_second_leaf(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry
) -> None:
    for _ in range(3):
        entry = make_entry(EVENT)
        stream.append(entry)
        redis.delete(event_key(entry.record_id))
    assert drain.step() == 3
    stream.append(make_entry(EVENT))
    assert drain.step() == 1
    assert kinds(ledger) == ["given"]


def test_a_conflict_past_its_registration_leaves_a_leaf_that_tells_of_it(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry
) -> None:
    first, second = make_entry(EVENT), make_entry(EVENT, action="refuse", event="refused")
    stream.append(first)
    redis.delete(event_key(first.record_id))
    stream.append(second)
    drain.step()
    assert kinds(ledger) == ["given", "conflict"]
    found = ledger.entry(first.record_id)
    assert found is not None
    assert leaf_of(first)["choice"] == json.loads(found.leaf)["choice"]


BROKEN = {
    "not JSON": {"l": b"{"},
    "not an object": {"l": b"7"},
    "deep": {"l": b"[" * 100_000},
    "another record's leaf": {"i": b"00000000-0000-8000-8000-000000000000"},
    "another choice": {"c": json.dumps({"salt": b64encode(bytes(32)).decode(), "body": "{}"}).encode()},
    "no choice": {"c": b"null"},
    "broken seal": {"s": b"x"},
    "changed seal": {"s": b"2026-11-23\0" + bytes(80)},
    "fingerprint too long": {"f": b"f" * 65},
    "no text": {"i": b"\xff"},
    "NUL": {"f": b"a\0b"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_quarantined_and_stops_nothing(
    name: str, drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, keys: Keys, make_entry: MakeEntry
) -> None:
    if name == "changed seal":
        keys.ingest(datetime(2026, 11, 23, tzinfo=UTC).date())
    append_raw(redis, make_entry(), **BROKEN[name])
    good = make_entry()
    stream.append(good)
    assert drain.step() == 2
    assert kinds(ledger) == ["quarantine", "given"]
    assert ledger.entry(good.record_id) is not None
    with read(ledger.engine) as connection:
        raw = connection.execute(select(tables.quarantine.c.raw)).scalar_one()
    assert all(value in bytes(raw) for value in BROKEN[name].values())


def test_an_entry_without_fields_of_ours_is_quarantined(drain: Drain, redis: Redis, ledger: Ledger) -> None:
    redis.xadd(STREAM, {"x": "y"})
    drain.step()
    assert kinds(ledger) == ["quarantine"]


def test_a_row_that_the_database_refuses_is_quarantined_alone(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry
) -> None:
    entries = [make_entry(language="en"), make_entry(language="xx"), make_entry(language="en")]
    with write(ledger.engine) as connection:
        if connection.dialect.name == "sqlite":
            refuse = "BEGIN SELECT RAISE(ABORT, 'refused') WHERE NEW.language = 'xx'; END"
            connection.execute(text(f"CREATE TRIGGER refuse BEFORE INSERT ON terms {refuse}"))
        else:
            connection.execute(text("ALTER TABLE terms ADD CHECK (language <> 'xx')"))
    for entry in entries:
        stream.append(entry)
    assert drain.step() == 3
    assert kinds(ledger) == ["given", "quarantine", "given"]
    assert ledger.state().cursor == stream.read(START, 10)[-1].id


def test_a_choice_whose_day_is_over_comes_without_its_person(
    drain: Drain, stream: Stream, ledger: Ledger, keys: Keys, make_entry: MakeEntry
) -> None:
    entry = make_entry()
    keys.delete_ingest(datetime.now(UTC) + timedelta(days=4))
    stream.append(entry)
    drain.step()
    found = ledger.entry(entry.record_id)
    assert found is not None
    assert found.choice is not None
    assert (found.person, found.context) == (None, None)


def test_a_drain_whose_cursor_was_overtaken_writes_nothing(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, keys: Keys, make_entry: MakeEntry
) -> None:
    late = Drain(redis, ledger, keys)
    late.start()
    for _ in range(5):
        stream.append(make_entry())
    assert drain.step() == 5
    assert late.step() == 5
    assert ledger.size == 5
    stream.append(make_entry())
    assert late.step() == 1
    assert drain.step() == 1
    assert ledger.size == 6


def test_order_in_the_ledger_is_the_stream_s(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry
) -> None:
    for _ in range(40):
        stream.append(make_entry())
    while drain.step():
        pass
    leaves = list(ledger.leaves(0, 40))
    assert leaves == [entry.fields[b"l"] for entry in stream.read(START, 100)]
    times = [json.loads(leaf)["t"] for leaf in leaves]
    assert times == sorted(times)


def test_a_flushed_redis_is_alarming_and_takes_choices_again(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry, caplog: pytest.LogCaptureFixture
) -> None:
    stream.append(make_entry())
    drain.step()
    redis.flushall()
    with caplog.at_level(logging.ERROR):
        drain.start()
    assert "choices may have been lost" in caplog.text
    entry = make_entry()
    stream.append(entry)
    drain.step()
    assert ledger.entry(entry.record_id) is not None


def test_choices_below_the_cursor_are_recovered_when_redis_went_back(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry
) -> None:
    """A failover brought an older stream back, and a choice was taken before anybody noticed."""
    kept = make_entry()
    stream.append(kept)
    drain.step()
    redis.execute_command("XSETID", STREAM, "4102444800000-0")
    stream.append(make_entry())
    drain.step()
    redis.flushall()
    stream.create()
    stream.append(kept)
    entry = make_entry()
    stream.append(entry)
    assert drain.step() == 0
    drain.start()
    assert ledger.entry(entry.record_id) is not None
    assert ledger.size == 3
    stream.append(make_entry())
    assert drain.step() == 1


def test_a_choice_that_vanished_from_the_stream_is_noticed(
    drain: Drain, stream: Stream, ledger: Ledger, redis: Redis, make_entry: MakeEntry, caplog: pytest.LogCaptureFixture
) -> None:
    stream.append(make_entry())
    state = stream.state()
    if state is None or state.added is None:
        pytest.skip("Redis before 7.0 does not count what was added")
    redis.xtrim(STREAM, maxlen=0, approximate=False)
    with caplog.at_level(logging.ERROR):
        drain.step()
    assert "vanished before the ledger had them" in caplog.text


def test_health_tells_how_far_behind_the_ledger_is(
    drain: Drain, stream: Stream, redis: Redis, make_entry: MakeEntry
) -> None:
    stream.append(make_entry())
    drain.step()
    health = json.loads(redis.get(KEY) or "{}")
    assert (health["lag_entries"], health["lag_s"], health["refusal"]) == (0, 0.0, None)
    assert 0 < redis.ttl(KEY) <= 30


def test_a_running_drain_survives_redis_and_the_database(
    ledger: Ledger, keys: Keys, make_entry: MakeEntry, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    redis = Redis.from_url(server.url, socket_timeout=2)
    stop = threading.Event()
    running = threading.Thread(target=Drain(redis, ledger, keys).run, args=(stop,))
    running.start()
    try:
        stream = Stream(redis)
        until(lambda: stream.state() is not None)
        stream.append(make_entry())
        until(lambda: ledger.size == 1)
        server.kill()
        server.start()
        until(lambda: _accepts(stream, make_entry()))
        until(lambda: ledger.size == 2)
        _cut_connections(ledger)
        stream.append(make_entry())
        until(lambda: ledger.size == 3)
    finally:
        stop.set()
        running.join(timeout=20)
        redis.close()
        server.kill()
    assert not running.is_alive()


def _accepts(stream: Stream, entry: Entry) -> bool:
    try:
        stream.append(entry)
    except Unavailable:  # Redis is still reading its append-only file
        return False
    return True


def _cut_connections(ledger: Ledger) -> None:
    if ledger.engine.dialect.name == "sqlite":
        return
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
    with read(ledger.engine) as connection:
        connection.execute(text(cut + "pg_backend_pid()"))


def test_the_root_is_that_of_the_leaves(drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry) -> None:
    entry = make_entry()
    stream.append(entry)
    drain.step()
    found = ledger.entry(entry.record_id)
    assert found is not None
    assert ledger.tree(1).root() == leaf_hash(found.leaf)


def test_whether_the_ledger_has_a_batch_s_records_is_asked_of_their_index(
    drain: Drain, stream: Stream, ledger: Ledger, make_entry: MakeEntry
) -> None:
    for _ in range(30):
        stream.append(make_entry())
    asked: list[tuple[str, Any]] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *it: asked.append((it[2], it[3])))
    drain.step()
    [(statement, values)] = [each for each in asked if "record_id, known" in each[0]]
    explain = "EXPLAIN QUERY PLAN" if ledger.engine.dialect.name == "sqlite" else "EXPLAIN"
    with read(ledger.engine) as connection:
        plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values))
    assert "(record_id=? AND log_id=?)" in plan or "Index Scan using record_0_id_once" in plan, plan
