"""Buckets in Redis and buckets in the process keep the same rules."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from chassis.limits import buckets as module
from chassis.limits.buckets import OwnBuckets, SharedBuckets
from chassis.limits.quota import Bucket, Buckets, Level, Quota


def bucket(key: str, amount: int, window_s: int) -> Bucket:
    return Bucket(key, f"limit:{{t}}:{key}", Quota(amount, window_s))


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as connection:
        yield connection


@pytest.fixture(params=["shared", "own"])
def buckets(request: pytest.FixtureRequest, redis: Redis) -> Buckets:
    return SharedBuckets(redis) if request.param == "shared" else OwnBuckets()


def test_a_bucket_gives_its_quota_and_then_no_more(buckets: Buckets) -> None:
    three = bucket("a", 3, 3600)
    assert [buckets.take([three])[0] for _ in range(5)] == [True, True, True, False, False]


def test_what_is_left_counts_down(buckets: Buckets) -> None:
    three = bucket("a", 3, 3600)
    assert [buckets.take([three])[1][0].left for _ in range(4)] == [2, 1, 0, 0]
    _, [level] = buckets.take([three])
    assert 1190 < level.next_in_us / 1e6 <= 1200


def test_a_clock_that_was_set_back_is_not_waited_for(redis: Redis) -> None:
    """What was written before looks as if it came from an hour ahead."""
    three, buckets = bucket("a", 3, 60), SharedBuckets(redis)
    assert buckets.take([three])[0]
    redis.incrby(three.key, 3_600_000_000)
    assert [buckets.take([three])[0] for _ in range(4)] == [True, True, True, False]


def test_one_empty_bucket_keeps_the_others_whole(buckets: Buckets) -> None:
    large, small = bucket("large", 10, 3600), bucket("small", 1, 3600)
    assert buckets.take([large, small])[0]
    taken, levels = buckets.take([large, small])
    assert not taken and [level.left for level in levels] == [9, 0]
    assert buckets.take([large])[1][0].left == 8


def test_of_many_at_once_exactly_the_quota_gets_through(buckets: Buckets) -> None:
    shared, got = bucket("a", 50, 86_400), []
    lock = threading.Barrier(8)

    def call() -> None:
        lock.wait()
        for _ in range(25):
            got.append(buckets.take([shared, bucket("b", 1000, 86_400)])[0])

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got.count(True), got.count(False)) == (50, 150)


def test_redis_forgets_a_bucket_that_is_full_again(redis: Redis) -> None:
    SharedBuckets(redis).take([bucket("a", 4, 3600), bucket("b", 1, 60)])
    lives = [redis.pttl(f"limit:{{t}}:{name}") for name in "ab"]
    assert 890_000 < lives[0] <= 900_000 and 59_000 < lives[1] <= 60_000  # type: ignore[operator]


def test_the_script_survives_a_redis_that_has_lost_it(redis: Redis) -> None:
    shared = SharedBuckets(redis)
    shared.take([bucket("a", 3, 60)])
    redis.script_flush()
    assert shared.take([bucket("a", 3, 60)])[0]


class Clock:
    us = 10**15

    def __call__(self) -> int:
        return self.us


def model() -> Callable[[int, Quota], bool]:
    """Count by simulation: a level that flows in at amount/window, no more than amount."""
    state = {"level": None, "at": 0}

    def take(now: int, quota: Quota) -> bool:
        level = quota.amount if state["level"] is None else state["level"] + (now - state["at"]) / quota.interval_us
        level = min(level, quota.window_us / quota.interval_us)
        state.update(level=level - (level >= 1), at=now)
        return level >= 1

    return take


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([Quota(5, 10), Quota(1, 1), Quota(100, 10)]), st.lists(st.integers(0, 40), max_size=80))
def test_a_bucket_fills_up_evenly(quota: Quota, steps: list[int]) -> None:
    clock, expect = Clock(), model()
    own = OwnBuckets(clock)
    for step in steps:
        clock.us += step * quota.interval_us // 8
        assert own.take([Bucket("a", "a", quota)])[0] == expect(clock.us, quota)


def test_redis_lets_units_flow_in_as_time_passes(redis: Redis) -> None:
    quick = bucket("a", 20, 1)  # a unit every 50 ms
    shared = SharedBuckets(redis)
    while shared.take([quick])[0]:
        pass
    deadline = time.monotonic() + 10
    while not shared.take([quick])[0]:
        assert time.monotonic() < deadline


def test_the_process_forgets_whoever_is_nearest_to_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 100)
    own = OwnBuckets()
    eager = bucket("eager", 3, 3600)
    assert [own.take([eager])[0] for _ in range(4)] == [True, True, True, False]
    for n in range(1000):
        own.take([bucket(f"passing-{n}", 1000, 60)])
    assert len(own._full_at) <= 101
    assert not own.take([eager])[0]


def test_levels_name_their_buckets(buckets: Buckets) -> None:
    asked = [bucket("a", 3, 60), bucket("b", 5, 60)]
    levels: list[Level] = buckets.take(asked)[1]
    assert [level.bucket for level in levels] == asked
