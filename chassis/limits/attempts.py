"""Attempts at a secret: the first few are free, and each further one must wait twice as long as the one before."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from chassis.limits.limiter import AWAY_S
from chassis.limits.partitions import Partition, Salts, hashed

LONGEST_WAIT_S = 15 * 60
REMEMBERED_S = 3600


class Attempts:
    """Attempts at one kind of secret, counted in Redis; without it there are none.

    Args:
        redis: where they are counted.
        name: the kind of secret.
        free: how many a partition has before the first wait.
    """

    def __init__(self, redis: Redis, name: str, free: int) -> None:
        self._redis = redis
        self._name = name
        self._free = free
        self._salts = Salts(redis)
        self._attempt = redis.register_script(Path(__file__).with_name("attempt.lua").read_text(encoding="utf-8"))

    def begin(self, partitions: Sequence[Partition]) -> int:
        """Count an attempt before it is made: 0 where it may be made, else the seconds to wait.

        Raises:
            Unavailable: attempts cannot be counted just now.
        """
        times = (LONGEST_WAIT_S * 1000, REMEMBERED_S * 1000)
        free = [self._free * each.share for each in partitions]
        try:
            return ceil(cast(int, self._attempt(self._keys(partitions), [*times, *free])) / 1000)
        except (RedisError, OSError) as error:
            raise Unavailable(f"{self._name}: not while attempts cannot be counted", retry_after_s=AWAY_S) from error

    def succeeded(self, partitions: Sequence[Partition]) -> None:
        """Forget the attempts of whoever got it right."""
        try:
            self._redis.delete(*self._keys(partitions))
        except (RedisError, OSError):
            return  # they are forgotten by themselves

    def _keys(self, partitions: Sequence[Partition]) -> list[str]:
        salt = self._salts.today()
        return [f"limit:{{{self._name}}}:{hashed(each.who, salt)}" for each in partitions]
