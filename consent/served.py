"""Counting displays in Redis (cache role): one increment for each, and never a request that fails or waits for it.

A display is counted where it is made. `worker/displays.py` takes the counts into SQL, a batch at a time.
"""

import collections
import threading
import time
from collections.abc import Callable
from datetime import date

from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

from consent.statistics import Served

COUNTS = "consent:{served}:counts"
REST_S = 10.0
SERVED = Counter("consent_displays", "Notices put to readers who had something to decide.", ["layer"])
# Kept while Redis is away, by kind of display; a deployment that has more kinds loses the newest.
MOST_KEPT = 10_000


class Displays:
    """The displays that this process has counted, on their way to Redis."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: collections.Counter[str] = collections.Counter()
        self._rests_until = float("-inf")

    def count(self, display: Served) -> None:
        """Count one display. While Redis is away it is kept, and Redis left alone for `REST_S` after each failure."""
        SERVED.labels(display.layer).inc()
        sent = self._take(field(display))
        if not sent:
            return
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for name, count in sent.items():
                    pipeline.hincrby(COUNTS, name, count)
                pipeline.execute()
        except RedisError:
            # What was sent may have arrived: counted once or not at all, and never twice.
            self._rests_until = self._clock() + REST_S

    def _take(self, name: str) -> collections.Counter[str]:
        """Add one, and return all that may be sent now."""
        with self._lock:
            if name in self._waiting or len(self._waiting) < MOST_KEPT:
                self._waiting[name] += 1
            if self._clock() < self._rests_until:
                return collections.Counter()
            sent, self._waiting = self._waiting, collections.Counter()
            return sent


def field(display: Served) -> str:
    """Write a display's coordinates as a field's name: none of them has a space.

    >>> field(Served(date(2026, 11, 23), "newsroom", "9f86…", "es", "", "script"))
    '2026-11-23 newsroom 9f86… es  script'
    """
    return " ".join(map(str, display))


def display(name: str) -> Served:
    """Read a field's name.

    Raises:
        ValueError: it is none of ours.
    """
    day, *words = name.split(" ")
    if len(words) != len(Served._fields) - 1:
        raise ValueError(f"no display: {name[:80]!r}")
    return Served(date.fromisoformat(day), *words)
