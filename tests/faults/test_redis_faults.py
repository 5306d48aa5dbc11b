"""A Redis that stands still, is full, drifts, comes back with half a file, or whose answer is lost on the way."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from redis import Redis

from chassis.migrations import upgrade
from consent.ledger.stream import START, Stream
from consent.store.ledger import Ledger
from tests.consent import service as consent_service
from tests.consent.ledger.conftest import MakeEntry
from tests.consent.ledger.waiting import until
from tests.faults.cutting_proxy import CuttingProxy
from tests.faults.deployment import Deployment
from tests.faults.promises import Count, assert_kept
from tests.servers.redis_server import RedisServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


def test_while_redis_stands_still_choices_are_refused_and_the_same_events_make_one_leaf_each(
    deployment: Deployment, full: bool, count: Count
) -> None:
    """As often as they are sent: in the full round for half a minute, by more readers than there are threads."""
    process, size = deployment.redis.process, deployment.ledger.size
    assert process
    bodies = [deployment.choice() for _ in range(32 if full else 3)]
    end, answers = time.monotonic() + (30 if full else 0), list[httpx.Response]()
    os.kill(process.pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(len(bodies)) as pool:
            while not answers or time.monotonic() < end:
                answers += pool.map(lambda body: deployment.send(body, 60), bodies)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    assert {answer.status_code for answer in answers} == {503}
    assert all("Retry-After" in answer.headers for answer in answers)
    records = {deployment.send_until_taken(body) for body in bodies}
    until(lambda: deployment.ledger.size >= size + len(bodies))
    assert_kept(deployment.ledger, deployment.keys, records, count)
    assert (len(records), deployment.ledger.size) == (len(bodies), size + len(bodies))


@pytest.mark.parametrize(
    ("name", "wrong", "told"),
    [
        ("appendfsync", "everysec", "durability"),
        pytest.param("maxmemory-policy", "allkeys-lru", "durability", marks=pytest.mark.full),
        pytest.param("no-appendfsync-on-rewrite", "yes", "durability", marks=pytest.mark.full),
        ("maxmemory", "1", None),
    ],
)
def test_a_setting_that_drifts_at_run_time_is_refused_and_once_set_right_choices_are_taken(
    name: str, wrong: str, told: str | None, deployment: Deployment
) -> None:
    with deployment.client() as redis:
        right = redis.config_get(name)[name]  # type: ignore[index]
        redis.config_set(name, wrong)
        body = deployment.choice()
        try:
            until(lambda: told is None or told in deployment.ready(), 30)
            answer = deployment.send(body)
        finally:
            redis.config_set(name, right)
    assert answer.status_code == 503, answer.text
    record = deployment.send_until_taken(body)
    until(lambda: deployment.ledger.entry(record))


@pytest.fixture
def filled(tmp_path: Path, make_entry: MakeEntry) -> Iterator[tuple[RedisServer, list[str], Path]]:
    """A Redis that was killed, the records that it had acknowledged, and its append-only file."""
    server = RedisServer(tmp_path / "redis").start()
    entries = [make_entry() for _ in range(50)]
    with Redis.from_url(server.url) as redis:
        stream = Stream(redis)
        stream.create()
        for entry in entries:
            stream.append(entry)
    server.kill()
    [file] = server.directory.glob("appendonlydir/*.incr.aof")
    yield server, [entry.record_id for entry in entries], file
    if server.process and server.process.poll() is None:
        server.kill()


def records(server: RedisServer) -> list[str]:
    with Redis.from_url(server.url) as redis:
        return [entry.fields[b"i"].decode() for entry in Stream(redis).read(START, 1000)]


BEGIN = b"*1\r\n$5\r\nMULTI"


def test_half_a_command_at_the_end_of_the_append_only_file_costs_nothing_that_was_acknowledged(
    filled: tuple[RedisServer, list[str], Path],
) -> None:
    server, acknowledged, file = filled
    data = file.read_bytes()
    file.write_bytes(data + data[data.rindex(BEGIN) :][:200])
    server.start()
    assert records(server) == acknowledged


def test_an_append_only_file_that_was_cut_costs_the_commands_that_were_cut_off_and_no_other(
    filled: tuple[RedisServer, list[str], Path],
) -> None:
    server, acknowledged, file = filled
    file.write_bytes(file.read_bytes()[:-5])
    server.start()
    assert records(server) == acknowledged[:-1]


def test_a_redis_whose_append_only_file_is_damaged_in_the_middle_does_not_start(
    filled: tuple[RedisServer, list[str], Path],
) -> None:
    server, _, file = filled
    data = file.read_bytes()
    middle = data.index(BEGIN, len(data) // 2)
    file.write_bytes(data[:middle] + b"?" * 20 + data[middle + 20 :])
    server.launch()
    assert server.process and server.process.wait(20) == 1


def test_an_answer_that_is_lost_behind_the_append_makes_no_second_leaf(
    tmp_path: Path, redis_server: RedisServer, redis_url: str, sqlite_url: str
) -> None:
    upgrade("consent", sqlite_url)
    with CuttingProxy(redis_server.port) as proxy:
        service = consent_service.start(proxy.url, sqlite_url, tmp_path)
        browser = service.browser()
        browser.choose()
        body = browser.choice("agree")
        proxy.cut_after(b"consent:event:")
        refused = browser.post(body)
        assert (refused.status_code, proxy.cuts) == (503, 1)
        assert service.written() == 2  # it is there, and nobody was told
        again = browser.post(body)
        assert again.status_code == 201, again.text
        assert service.written() == 2
        assert browser.post(body | {"action": "refuse"}).status_code == 409
        service.drain()
        assert Ledger(service.engine, service.settings.log_origin).size == 2
        service.engine.dispose()
        service.redis.close()
