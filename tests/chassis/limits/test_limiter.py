from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.crc import key_slot

from chassis.errors import Unavailable
from chassis.limits.limiter import AWAY_S, Limit, Limiter
from chassis.limits.partitions import of_address
from chassis.limits.quota import Quota
from chassis.redis_roles import cache
from chassis.settings import ServiceSettings
from tests.servers.redis_server import RedisServer

FEW = Limit("few", Quota(2, 3600))
READER, NEIGHBOUR = of_address("198.51.100.1"), of_address("198.51.100.2")


class Clock:
    s = 0.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        yield connection


def nowhere() -> Redis:
    return cache(ServiceSettings(redis_url="redis://127.0.0.1:1"))


def refused(limiter: Limiter, limit: Limit, times: int, address: str = "198.51.100.1", within: str = "") -> list[bool]:
    return [bool(limiter.take(limit, of_address(address), within).empty) for _ in range(times)]


def test_processes_count_together(redis: Redis) -> None:
    one, other = Limiter(redis), Limiter(redis)
    assert refused(one, FEW, 1) + refused(other, FEW, 2) + refused(one, FEW, 1) == [False, False, True, True]


def test_callers_sites_and_limits_are_counted_apart(redis: Redis) -> None:
    limiter = Limiter(redis)
    assert refused(limiter, FEW, 3) == [False, False, True]
    assert refused(limiter, FEW, 1, "198.51.100.2") == [False]
    assert refused(limiter, FEW, 1, within="newsroom") == [False]
    assert refused(limiter, Limit("other", Quota(1, 60)), 1) == [False]


def test_a_refusal_says_how_long_to_wait_and_takes_nothing(redis: Redis) -> None:
    limiter = Limiter(redis)
    refused(limiter, FEW, 2)
    first, second = limiter.take(FEW, READER), limiter.take(FEW, READER)
    assert 1700 < second.wait_s <= first.wait_s <= 1800
    assert [level.bucket.name for level in first.empty] == ["few"]


def test_a_site_has_a_ceiling_for_all_its_readers(redis: Redis) -> None:
    limiter, limit = Limiter(redis), Limit("choices", Quota(100, 60), Quota(3, 3600))
    outcomes = [limiter.take(limit, of_address(f"198.51.100.{n}"), "newsroom") for n in range(5)]
    assert [bool(each.empty) for each in outcomes] == [False] * 3 + [True] * 2
    assert [level.bucket.name for level in outcomes[3].empty] == ["choices-site"]
    assert not limiter.take(limit, READER, "another").empty


def test_a_wide_network_cannot_hide_in_its_many_narrow_ones(redis: Redis) -> None:
    limiter = Limiter(redis)
    outcomes = [limiter.take(FEW, of_address(f"2001:db8:1:{n:x}::1")) for n in range(21)]
    assert [bool(each.empty) for each in outcomes] == [False] * 20 + [True]
    assert [level.bucket.name for level in outcomes[20].empty] == ["few-wide"]


def test_no_limit_asks_nobody() -> None:
    assert not Limiter(nowhere()).take(Limit("free", None), READER).empty


def test_redis_holds_no_address_and_nothing_for_longer_than_a_day(redis: Redis) -> None:
    limiter = Limiter(redis)
    for address in ("198.51.100.1", "2001:db8:1:2::1"):
        limiter.take(Limit("few", Quota(2, 86_400), Quota(9, 86_400)), of_address(address), "newsroom")
    stored = [key + (redis.get(key) or b"") for key in redis.scan_iter()]  # type: ignore[union-attr, operator]
    assert len(stored) == 5
    for part in (b"198.51", b"2001:"):
        assert not any(part in each for each in stored)
    assert all(0 < redis.ttl(key) <= 86_400 for key in redis.scan_iter())  # type: ignore[union-attr, operator]


def test_keys_of_one_call_lie_on_one_shard(redis: Redis) -> None:
    Limiter(redis).take(Limit("c", Quota(2, 60), Quota(9, 60)), of_address("2001:db8::1"), "newsroom")
    keys = [key for key in redis.scan_iter() if b":salt:" not in key]  # type: ignore[union-attr]
    assert len({key_slot(key) for key in keys}) == 1 and len(keys) == 3


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis").start()
    yield server
    server.kill()


def test_without_redis_each_process_counts_for_itself_and_comes_back(mortal: RedisServer) -> None:
    clock = Clock()
    with cache(ServiceSettings(redis_url=mortal.url)) as redis:
        limiter = Limiter(redis, clock)
        assert refused(limiter, FEW, 3) == [False, False, True]
        mortal.kill()
        assert refused(limiter, FEW, 3) == [False, False, True]
        mortal.start()
        assert refused(limiter, FEW, 1) == [True]  # it is not asked again at every request
        clock.s += AWAY_S
        assert refused(limiter, FEW, 1, "198.51.100.7") == [False]
        assert any(key.startswith(b"limit:{few}") for key in redis.scan_iter())  # type: ignore[union-attr]


def test_without_redis_a_strict_limit_refuses() -> None:
    limiter = Limiter(nowhere())
    with pytest.raises(Unavailable) as raised:
        limiter.take(Limit("exports", Quota(9, 60), strict=True), READER)
    assert raised.value.retry_after_s == AWAY_S
