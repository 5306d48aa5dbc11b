"""Taking the counts of displays from Redis into SQL: each batch once, whatever dies in between, and however many take.

The counts are renamed to a batch, the batch gets an id, and the id goes into the transaction that adds the counts. Only
after the commit is the batch deleted, and only the one of that id: until then whoever comes next takes it again.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast
from uuid import uuid4

from redis import Redis
from redis.exceptions import ResponseError
from sqlalchemy import Engine

from consent.served import COUNTS, display
from consent.statistics import Served
from consent.store.counting import take_served

BATCH = "consent:{served}:batch"
ID = b"id"
EVERY_S = 5.0
# A server that does not answer costs two seconds a try, and the caller has choices to see to.
REST_S = 30.0
DROP = Path(__file__).with_name("drop_batch.lua")

_log = logging.getLogger(__name__)


class Displays:
    """The way of the counts from Redis (cache role) into the consent database."""

    def __init__(self, redis: Redis, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._engine = engine
        self._clock = clock
        self._drop = redis.register_script(DROP.read_text())
        self._next = float("-inf")

    def take_if_due(self) -> None:
        """Take what there is, `EVERY_S` after the last time or later.

        Raises:
            RedisError, Unavailable: one of both is away; the counts wait, or are already in SQL.
        """
        if self._clock() < self._next:
            return
        self._next = self._clock() + REST_S
        self.take()
        self._next = self._clock() + EVERY_S

    def take(self) -> int:
        """Take one batch; returns how many displays were new."""
        try:
            self._redis.renamenx(COUNTS, BATCH)  # not over a batch that is there: it is taken first
        except ResponseError:
            if not self._redis.exists(BATCH):
                return 0
        self._redis.hsetnx(BATCH, ID.decode(), str(uuid4()))
        held = cast(dict[bytes, bytes], self._redis.hgetall(BATCH))
        identifier = held.pop(ID, b"").decode()
        if not identifier:
            return 0  # another taker has just deleted it
        counts = _counts(held)
        new = take_served(self._engine, identifier, counts, int(time.time() * 1000))
        self._drop(keys=[BATCH], args=[identifier])
        return sum(counts.values()) if new else 0


def _counts(held: dict[bytes, bytes]) -> dict[Served, int]:
    counts: dict[Served, int] = {}
    for name, count in held.items():
        try:
            counts[display(name.decode())] = int(count)
        except ValueError as error:  # it would keep all others from being taken
            _log.error("a count of displays cannot be read", extra={"reason": str(error)})
    return counts
