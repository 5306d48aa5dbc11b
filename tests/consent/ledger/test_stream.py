"""The stream on a real Redis: once, in order, and loud when something is wrong."""

import json

import pytest
from redis import Redis
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from consent.ledger.stream import RETENTION_MS, START, STREAM, EventConflict, Stream, event_key, order
from tests.consent.ledger.conftest import MakeEntry
from tests.consent.ledger.waiting import until
from tests.servers.redis_server import RedisServer


@pytest.fixture
def stream(redis: Redis) -> Stream:
    made = Stream(redis)
    made.create()
    return made


def test_creating_makes_the_stream_and_nothing_else(stream: Stream, redis: Redis) -> None:
    stream.create()
    assert redis.keys() == [STREAM.encode()]
    assert redis.xinfo_groups(STREAM) == []
    assert redis.xlen(STREAM) == 0


def test_an_entry_travels_whole(stream: Stream, make_entry: MakeEntry) -> None:
    entry = make_entry()
    assert stream.append(entry) == "new"
    (got,) = stream.read(START, 10)
    expected = {name.encode(): value for name, value in entry.fields().items()}
    assert {**got.fields, b"l": b""} == {**expected, b"l": b""}
    before, after = json.loads(entry.leaf), json.loads(got.fields[b"l"])
    assert {**before, "t": 0} == {**after, "t": 0}
    assert after["t"] <= order(got.id)[0]


def test_the_same_event_again_appends_nothing(stream: Stream, redis: Redis, make_entry: MakeEntry) -> None:
    event = "0f0e0d0c-0b0a-4908-8706-050403020100"
    first = make_entry(event, received_at=1000)
    assert stream.append(first) == "new"
    assert stream.append(make_entry(event, received_at=2000)) == "repeat"
    assert redis.xlen(STREAM) == 1
    assert stream.first_received_at(first.record_id) == 1000


def test_the_same_event_with_another_content_is_a_conflict(stream: Stream, redis: Redis, make_entry: MakeEntry) -> None:
    event = "0f0e0d0c-0b0a-4908-8706-050403020100"
    stream.append(make_entry(event))
    with pytest.raises(EventConflict) as raised:
        stream.append(make_entry(event, action="refuse"))
    assert raised.value.kind == "event-conflict"
    assert redis.xlen(STREAM) == 1


def test_an_event_is_registered_as_long_as_the_stream_keeps_it(
    stream: Stream, redis: Redis, make_entry: MakeEntry
) -> None:
    entry = make_entry()
    assert not stream.is_pending(entry.record_id)
    stream.append(entry)
    assert stream.is_pending(entry.record_id)
    assert RETENTION_MS - 60_000 < redis.pttl(event_key(entry.record_id)) <= RETENTION_MS


def test_a_missing_stream_is_an_error_and_is_not_made_anew(redis: Redis, make_entry: MakeEntry) -> None:
    entry = make_entry()
    with pytest.raises(Unavailable):
        Stream(redis).append(entry)
    assert redis.keys() == []


def test_time_never_goes_back_in_the_order_of_the_stream(stream: Stream, redis: Redis, make_entry: MakeEntry) -> None:
    """The server's clock is behind the last entry: the next one shares its time."""
    future = 4_102_444_800_000
    redis.execute_command("XSETID", STREAM, f"{future}-0")
    stream.append(make_entry(received_at=future + 5000))
    stream.append(make_entry(received_at=1))
    assert [json.loads(entry.fields[b"l"])["t"] for entry in stream.read(START, 10)] == [future, future]


def test_reading_goes_on_after_an_id(stream: Stream, make_entry: MakeEntry) -> None:
    entries = [make_entry() for _ in range(5)]
    for entry in entries:
        stream.append(entry)
    first = stream.read(START, 2)
    rest = stream.read(first[-1].id, 10)
    assert [each.fields[b"i"].decode() for each in first + rest] == [entry.record_id for entry in entries]
    assert stream.read(rest[-1].id, 10, block_ms=10) == []


def test_trimming_keeps_what_is_young_or_not_read(stream: Stream, redis: Redis, make_entry: MakeEntry) -> None:
    for stamp in ("1000-0", "2000-0", "3000-0"):
        redis.xadd(STREAM, {"e": "old"}, id=stamp)
    stream.append(make_entry())
    assert stream.trim("2000-0") == 1
    assert stream.trim("9000000000000-0") == 2
    assert redis.xlen(STREAM) == 1


def test_a_new_deployment_starts_quietly(redis: Redis) -> None:
    assert Stream(redis).prepare(START, 0) is None
    assert redis.xlen(STREAM) == 0


def test_a_stream_that_is_gone_starts_again_after_the_cursor(redis: Redis, make_entry: MakeEntry) -> None:
    stream = Stream(redis)
    alarm = stream.prepare("4102444800000-7", 12)
    assert alarm is not None
    assert "gone" in alarm
    stream.append(make_entry())
    assert order(stream.read("4102444800000-7", 1)[0].id) == (4102444800000, 8)
    assert stream.prepare("4102444800000-7", 12) is None


def test_a_stream_that_went_back_gives_no_id_below_the_cursor(
    stream: Stream, redis: Redis, make_entry: MakeEntry
) -> None:
    stream.append(make_entry())
    alarm = stream.prepare("4102444800000-7", 12)
    assert alarm is not None
    assert "went back" in alarm
    stream.append(make_entry())
    assert len(stream.read("4102444800000-7", 10)) == 1


def test_a_redis_that_refuses_to_write_is_unavailable(stream: Stream, redis: Redis, make_entry: MakeEntry) -> None:
    entry = make_entry()
    redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(Unavailable):
            stream.append(entry)
    finally:
        redis.config_set("maxmemory", 0)
    assert redis.xlen(STREAM) == 0
    assert not stream.is_pending(entry.record_id)


def test_a_redis_that_is_away_is_unavailable_and_loses_nothing_on_its_return(
    tmp_path_factory: pytest.TempPathFactory, make_entry: MakeEntry
) -> None:
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    try:
        with Redis.from_url(server.url, socket_timeout=5) as redis:
            stream = Stream(redis)
            stream.create()
            entries = [make_entry() for _ in range(20)]
            for entry in entries:
                stream.append(entry)
            server.kill()
            for call in (
                lambda: stream.append(make_entry()),
                lambda: stream.read(START, 1),
                lambda: stream.is_pending("x"),
                lambda: stream.trim(START),
                lambda: stream.state(),
                lambda: stream.create(),
            ):
                with pytest.raises(Unavailable):
                    call()
            server.start()
            until(lambda: _answers(redis))
            assert stream.append(entries[0]) == "repeat"
            assert len(stream.read(START, 100)) == 20
    finally:
        server.kill()


def _answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:  # it is still reading its append-only file
        return False
