"""Who else writes at an article just now, as far as the cache's Redis knows: a courtesy, on which nothing rests."""

import contextlib
import json
from typing import NamedTuple, cast

from redis import Redis
from redis.exceptions import RedisError

KEPT_S = 10 * 60
"""How long somebody counts as there after the last key that they pressed."""


class Other(NamedTuple):
    """Somebody else: their name, and how many minutes ago they last wrote."""

    label: str
    minutes: int


def note(redis: Redis, article_id: str, who: str, label: str, now_ms: int) -> None:
    """Note that somebody, by the id of a token or an account, writes at an article."""
    key = _key(article_id)
    with contextlib.suppress(RedisError), redis.pipeline() as pipe:
        pipe.hset(key, who, json.dumps({"label": label[:100], "at_ms": now_ms}))
        pipe.expire(key, KEPT_S)
        pipe.execute()


def others(redis: Redis, article_id: str, who: str, now_ms: int) -> list[Other]:
    """List who else was there within `KEPT_S`, whoever wrote last first; nobody while Redis is away."""
    try:
        kept = cast(dict[bytes, bytes], redis.hgetall(_key(article_id)))
    except RedisError:
        return []
    found = {name.decode(): json.loads(told) for name, told in kept.items()}
    there = sorted(((now_ms - told["at_ms"]) // 60_000, told["label"]) for name, told in found.items() if name != who)
    return [Other(label, max(0, minutes)) for minutes, label in there if minutes < KEPT_S // 60]


def _key(article_id: str) -> str:
    return f"desk:writing:{article_id}"
