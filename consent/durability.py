"""Whether an answered choice would be on disk: Redis's settings, read at most every five seconds."""

import threading
import time
from collections.abc import Callable

from redis import Redis

from chassis.redis_roles import durability_faults

CHECKED_EVERY_S = 5.0


class Durability:
    """The last known faults of the durable Redis."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._faults: list[str] = []

    def fault(self) -> str | None:
        """Say why a choice would not be on disk, None where it would; at most `CHECKED_EVERY_S` old."""
        if self._clock() - self._read_at >= CHECKED_EVERY_S:
            # The first caller must know; later ones need not queue behind the one that asks Redis.
            first = self._read_at == float("-inf")
            if self._lock.acquire(blocking=first):
                try:
                    self._faults = durability_faults(self._redis)
                    self._read_at = self._clock()
                finally:
                    self._lock.release()
        return "; ".join(self._faults) or None

    def forget(self) -> None:
        """Ask Redis again at the next question."""
        self._read_at = float("-inf")
