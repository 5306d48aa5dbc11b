from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from chassis.errors import Unavailable
from chassis.limits.attempts import LONGEST_WAIT_S, REMEMBERED_S, Attempts
from chassis.limits.partitions import Partition, of_address, of_token
from chassis.redis_roles import cache
from chassis.settings import ServiceSettings

READER = of_address("198.51.100.1")


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        yield connection


def over(redis: Redis) -> None:
    """Let the wait be over, as time would."""
    for key in redis.scan_iter("limit:{door}:*"):
        redis.hdel(key, "at")


def test_the_first_are_free_and_each_further_one_waits_twice_as_long(redis: Redis) -> None:
    door = Attempts(redis, "door", 3)
    assert [door.begin(READER) for _ in range(4)] == [0, 0, 0, 1]
    waits = []
    for _ in range(14):
        over(redis)
        assert door.begin(READER) == 0
        waits.append(door.begin(READER))
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, *[LONGEST_WAIT_S] * 5]


def test_a_waiting_one_is_not_counted(redis: Redis) -> None:
    door = Attempts(redis, "door", 1)
    door.begin(READER)
    assert {door.begin(READER) for _ in range(20)} == {1}


def test_a_clock_that_was_set_back_is_not_waited_for(redis: Redis) -> None:
    """What was written before looks as if it came from a day ahead; what was counted still counts."""
    door = Attempts(redis, "door", 1)
    assert [door.begin(READER) for _ in range(2)] == [0, 1]
    for key in redis.scan_iter("limit:{door}:*"):
        redis.hincrby(key, "at", 86_400_000)
    assert [door.begin(READER) for _ in range(2)] == [0, 2]


def test_of_many_at_once_only_the_free_ones_are_made(redis: Redis) -> None:
    door = Attempts(redis, "door", 5)
    with ThreadPoolExecutor(16) as pool:
        begun = list(pool.map(lambda _: door.begin(READER), range(64)))
    assert begun.count(0) == 5


def test_a_token_is_counted_wherever_it_is_tried(redis: Redis) -> None:
    door = Attempts(redis, "door", 2)
    tried = [door.begin((*of_address(f"198.51.100.{n}"), *of_token("abc"))) for n in range(3)]
    assert tried == [0, 0, 1]
    assert door.begin((*of_address("198.51.100.1"), *of_token("other"))) == 0


def test_who_gets_in_starts_afresh(redis: Redis) -> None:
    door = Attempts(redis, "door", 2)
    for _ in range(10):
        assert door.begin(READER) == 0
        door.succeeded(READER)


def test_attempts_are_forgotten_after_an_hour(redis: Redis) -> None:
    Attempts(redis, "door", 2).begin((*READER, Partition("wide", "-wide", 10)))
    keys = list(redis.scan_iter("limit:{door}:*"))
    assert len(keys) == 2
    assert all(0 < redis.ttl(key) <= REMEMBERED_S for key in keys)  # type: ignore[operator]


def test_without_redis_no_attempt_is_made() -> None:
    door = Attempts(cache(ServiceSettings(redis_url="redis://127.0.0.1:1")), "door", 2)
    with pytest.raises(Unavailable):
        door.begin(READER)
    door.succeeded(READER)
