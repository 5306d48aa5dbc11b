"""Two workers never have the same segment at an engine, and a dead one holds nobody up."""

from collections.abc import Iterator

import pytest
from redis import Redis

from chassis import redis_roles
from chassis.settings import ServiceSettings
from worker.flights import Flights


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connected:
        yield connected


def flights(redis: Redis, token: str) -> Flights:
    made = Flights(redis, token, lease_s=60)
    made.alive()
    return made


def test_what_one_has_the_other_does_not_get(redis: Redis) -> None:
    first, second = flights(redis, "one"), flights(redis, "two")
    assert first.take(["a", "b"]) == set()
    assert second.take(["b", "c"]) == {"b"}
    assert first.take(["a", "b", "c"]) == {"c"}


def test_what_landed_is_free(redis: Redis) -> None:
    first, second = flights(redis, "one"), flights(redis, "two")
    first.take(["a", "b"])
    first.land(["a"])
    assert second.take(["a", "b"]) == {"b"}


def test_a_claim_that_ended_or_shows_no_life_holds_nothing(redis: Redis) -> None:
    first, second = flights(redis, "one"), flights(redis, "two")
    first.take(["a"])
    first.end()
    assert second.take(["a"]) == set()
    assert flights(redis, "three").take(["a"]) == {"a"}, "it is the second one's now"


def test_everything_kept_expires(redis: Redis) -> None:
    flights(redis, "one").take(["a"])
    assert all(redis.ttl(key) > 0 for key in redis.keys("worker:*"))
    assert len(redis.keys("worker:*")) == 2


def test_without_redis_work_goes_on(free_port: int) -> None:
    away = redis_roles.broker(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0"))
    alone = Flights(away, "one", lease_s=60)
    alone.alive()
    assert alone.take(["a"]) == set()
    alone.land(["a"])
    alone.end()
