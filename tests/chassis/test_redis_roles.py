import signal
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from chassis.redis_roles import cache, durability_faults, durable, fault
from chassis.settings import ServiceSettings
from tests.servers.redis_server import RedisServer


def test_an_append_only_redis_that_fsyncs_always_is_durable(redis_url):
    with durable(ServiceSettings(redis_url=redis_url)) as redis:
        assert durability_faults(redis) == []


def test_each_setting_that_weakens_it_is_named(redis_url):
    with Redis.from_url(redis_url) as redis:
        names = ("appendfsync", "maxmemory-policy", "no-appendfsync-on-rewrite")
        before = {name: redis.config_get(name)[name] for name in names}
        try:
            for name, weaker in zip(names, ("everysec", "allkeys-lru", "yes"), strict=True):
                redis.config_set(name, weaker)
            faults = durability_faults(redis)
        finally:
            for name, value in before.items():
                redis.config_set(name, value)
    assert len(faults) == 3 and any("appendfsync is 'everysec', expected 'always'" in text for text in faults)


def test_a_redis_that_is_away_is_a_fault(free_port):
    redis = durable(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0"))
    assert "away" in durability_faults(redis)[0]
    assert "away" in fault(redis)


@pytest.mark.parametrize("blocks", [True, False])
def test_a_redis_that_hangs_is_not_waited_for_and_asked_again_once_it_answers(tmp_path: Path, blocks: bool) -> None:
    server = RedisServer(tmp_path / "redis").start()
    assert server.process is not None
    try:
        with cache(ServiceSettings(redis_url=server.url), 1, blocks) as redis:
            assert redis.set("a", "x" * 1_000_000)
            assert redis.get("a") == b"x" * 1_000_000
            server.process.send_signal(signal.SIGSTOP)
            with pytest.raises(RedisError):
                redis.get("a")
            server.process.send_signal(signal.SIGCONT)
            with Redis.from_url(server.url) as patient:
                patient.ping()
            assert redis.get("a") == b"x" * 1_000_000
    finally:
        server.kill()
