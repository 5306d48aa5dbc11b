"""Where buckets are kept: in Redis for all processes, or in this process alone while Redis is away."""

import heapq
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from redis import Redis

from chassis.limits.quota import Bucket, Level
from chassis.redis_script import RedisScript

MOST = 20_000

Taking = Callable[[], tuple[bool, list[Level]]]


class SharedBuckets:
    """Buckets in Redis: one call takes from all of them or from none, whoever else calls at that moment."""

    def __init__(self, redis: Redis) -> None:
        self._take = RedisScript(redis, Path(__file__).with_name("take.lua"))

    def take(self, buckets: Sequence[Bucket]) -> tuple[bool, list[Level]]:
        """Take a unit out of every bucket, or out of none.

        Raises:
            redis.exceptions.RedisError: Redis is away.
        """
        return self.begin(buckets)()

    def begin(self, buckets: Sequence[Bucket]) -> Taking:
        """Do so while the caller goes on; what is returned waits for what came of it, and raises what `take` does."""
        times = [us for bucket in buckets for us in (bucket.quota.interval_us, bucket.quota.window_us)]
        call = self._take.ask([bucket.key for bucket in buckets], times)

        def end() -> tuple[bool, list[Level]]:
            taken, *full_in_us = cast(list[int], call.answer())
            return taken == 1, [Level(*each) for each in zip(buckets, full_in_us, strict=True)]

        return end


class OwnBuckets:
    """Buckets in this process; of more than `MOST` those are forgotten that are nearest to full."""

    def __init__(self, now_us: Callable[[], int] = lambda: time.monotonic_ns() // 1000) -> None:
        self._now_us = now_us
        self._lock = threading.Lock()
        self._full_at: dict[str, int] = {}

    def take(self, buckets: Sequence[Bucket]) -> tuple[bool, list[Level]]:
        """Take a unit out of every bucket, or out of none."""
        with self._lock:
            now = self._now_us()
            before = [Level(each, max(0, self._full_at.get(each.key, now) - now)) for each in buckets]
            if any(not level.left for level in before):
                return False, before
            after = [Level(level.bucket, level.full_in_us + level.bucket.quota.interval_us) for level in before]
            self._full_at.update((level.bucket.key, now + level.full_in_us) for level in after)
            if len(self._full_at) > MOST:
                self._full_at = dict(heapq.nlargest(MOST // 2, self._full_at.items(), key=lambda item: item[1]))
            return True, after
