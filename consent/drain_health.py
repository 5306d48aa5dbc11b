"""The drain's sign of life in the durable Redis: the worker leaves it, the consent service reads it."""

import json
from typing import NamedTuple, cast

from redis import Redis
from redis.exceptions import RedisError

KEY = "consent:drain"
LIFE_S = 30


class Health(NamedTuple):
    """How the drain is: when it said so (unix ms), how far behind it is, and why no checkpoint is signed, or None.

    `lag_entries` is None where Redis does not count them.
    """

    at: int
    lag_entries: int | None
    lag_s: float
    refusal: str | None


def leave(redis: Redis, health: Health) -> None:
    """Leave a sign of life for `LIFE_S`."""
    redis.set(KEY, json.dumps(health._asdict()), ex=LIFE_S)


def find(redis: Redis) -> Health | None:
    """Return the last sign of life; None where the drain has not been heard of, or Redis is away."""
    try:
        text = cast("bytes | None", redis.get(KEY))
    except RedisError:
        return None
    return None if text is None else Health(**json.loads(text))
