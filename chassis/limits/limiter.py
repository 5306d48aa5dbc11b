"""Counting requests against limits: in Redis, and while that is away in this process, or not at all.

Redis here is the cache's, never the one that choices go to: who floods the counters cannot fill the disk of the record.
"""

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from redis import Redis
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.limits.buckets import OwnBuckets, SharedBuckets, Taking
from chassis.limits.partitions import Partition, Salts, hashed
from chassis.limits.quota import US, Bucket, Level, Quota

AWAY_S = 5
# Everybody whom a ceiling has refused would else come back in the same second.
SPREAD_S = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """What one kind of request is held to.

    Attributes:
        name: what answers call it.
        quota: how much each partition has; None: as much as it wants.
        ceiling: how much all of them have together; None: no such limit.
        strict: whether requests are refused, with 503, while nobody counts; otherwise each process counts for itself.
    """

    name: str
    quota: Quota | None
    ceiling: Quota | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: where its partitions stand, and which buckets had nothing left for it."""

    own: Level | None
    empty: tuple[Level, ...] = ()
    wait_s: int = 0


#: Ends the counting of a request.
Counting = Callable[[], Outcome]


class Limiter:
    """Counts requests for all processes that share a Redis."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = SharedBuckets(redis)
        self._salts = Salts(redis)
        self._own = OwnBuckets()
        self._own_salt = secrets.token_bytes(32)
        self._clock = clock
        self._away_until = float("-inf")

    def take(self, limit: Limit, partitions: Sequence[Partition], within: str = "") -> Outcome:
        """Count one request.

        Args:
            limit: what it is held to.
            partitions: whose quota it takes from, the narrowest first.
            within: the site that is counted for itself; "" where there is none.

        Raises:
            Unavailable: nobody counts just now, and the limit is strict.
        """
        return self.begin(limit, partitions, within)()

    def begin(self, limit: Limit, partitions: Sequence[Partition], within: str = "") -> Counting:
        """Count one request while the caller goes on; what is returned waits for the outcome, and raises as `take`."""
        if limit.quota is None and limit.ceiling is None:
            return lambda: Outcome(None)
        asked = self._ask(limit, partitions, within)
        return lambda: _outcome(limit, *self._end(asked, limit, partitions, within))

    def _ask(self, limit: Limit, partitions: Sequence[Partition], within: str) -> Taking | None:
        """Ask Redis; None while it is away."""
        if self._clock() < self._away_until:
            return None
        try:
            return self._shared.begin([*_buckets(limit, partitions, within, self._salts.today())])
        except (RedisError, OSError) as error:
            self._go_on_alone(error)
            return None

    def _end(
        self, asked: Taking | None, limit: Limit, partitions: Sequence[Partition], within: str
    ) -> tuple[bool, list[Level]]:
        if asked is not None:
            try:
                return asked()
            except (RedisError, OSError) as error:
                self._go_on_alone(error)
        if limit.strict:
            raise Unavailable(f"{limit.name}: not while they cannot be counted", retry_after_s=AWAY_S)
        return self._own.take([*_buckets(limit, partitions, within, self._own_salt)])

    def _go_on_alone(self, error: Exception) -> None:
        self._away_until = self._clock() + AWAY_S
        log.warning("limits are counted by each process for itself", extra={"reason": str(error)})


def _outcome(limit: Limit, taken: bool, levels: Sequence[Level]) -> Outcome:
    own = levels[0] if limit.quota else None
    if taken:
        return Outcome(own)
    empty = tuple(level for level in levels if not level.left)
    wait_s = ceil(max(level.next_in_us for level in empty) / US)
    if limit.ceiling and levels[-1] in empty:
        wait_s += random.randint(0, SPREAD_S)
    return Outcome(own, empty, wait_s)


def _buckets(limit: Limit, partitions: Sequence[Partition], within: str, salt: bytes) -> Iterator[Bucket]:
    # The braces keep the keys of one call on one shard.
    stem = f"limit:{{{within or limit.name}}}:{limit.name}"
    if limit.quota:
        for who, suffix, share in partitions:
            quota = Quota(limit.quota.amount * share, limit.quota.window_s)
            yield Bucket(limit.name + suffix, f"{stem}:{hashed(who, salt)}", quota)
    if limit.ceiling:
        yield Bucket(f"{limit.name}-site", stem, limit.ceiling)
