"""Which segments are at an engine just now, so that two workers never pay for the same one.

In Redis (broker role), and for money only: where Redis is away or forgets, a segment may be paid for twice, and is
still shown once. A claim's flights count while its worker shows signs of life, so that a dead one holds nobody up.
"""

import logging
from collections.abc import Collection, Iterable
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

LIFE_S = 600
"""Most that Redis keeps of a flight; it ends with its claim, long before."""

log = logging.getLogger(__name__)


class Flights:
    """The flights of one claim.

    Args:
        redis: broker role.
        token: the claim's fencing token.
        lease_s: seconds without a sign of life after which the claim's flights count no more.
    """

    def __init__(self, redis: Redis, token: str, lease_s: float) -> None:
        self._redis = redis
        self._token = token
        self._lease_ms = max(1, int(lease_s * 1000))

    def alive(self) -> None:
        """Give a sign of life: at the start, and well within every lease."""
        try:
            self._redis.set(_claim(self._token), 1, px=self._lease_ms)
        except RedisError as error:
            log.warning("segments may be paid for twice: %s", error)

    def take(self, segments: Collection[str]) -> set[str]:
        """Take segments, by hash; return those that another living worker has at an engine."""
        if not segments:
            return set()
        try:
            holders = self._holders(segments)
            living = self._living(set(holders.values()) - {self._token})
            # Two workers may take over from a dead one at the same moment: that costs a segment, no more.
            self._take_over(each for each, holder in holders.items() if holder not in {self._token, *living})
        except RedisError as error:
            log.warning("segments may be paid for twice: %s", error)
            return set()
        return {each for each, holder in holders.items() if holder in living}

    def land(self, segments: Collection[str]) -> None:
        """Let go of segments that are in the memory, or are left to another worker."""
        self._delete([_segment(each) for each in segments])

    def end(self) -> None:
        """Let go of everything: the claim has come to its end."""
        self._delete([_claim(self._token)])

    def _holders(self, segments: Collection[str]) -> dict[str, str]:
        with self._redis.pipeline(transaction=False) as pipe:
            for each in segments:
                pipe.set(_segment(each), self._token, nx=True, ex=LIFE_S)
                pipe.get(_segment(each))
            answers = cast(list[bytes | None], pipe.execute()[1::2])
        return {each: (holder or b"").decode() for each, holder in zip(segments, answers, strict=True)}

    def _living(self, tokens: Collection[str]) -> set[str]:
        with self._redis.pipeline(transaction=False) as pipe:
            for token in tokens:
                pipe.exists(_claim(token))
            return {token for token, there in zip(tokens, pipe.execute(), strict=True) if there}

    def _take_over(self, segments: Iterable[str]) -> None:
        with self._redis.pipeline(transaction=False) as pipe:
            for each in segments:
                pipe.set(_segment(each), self._token, ex=LIFE_S)
            pipe.execute()

    def _delete(self, keys: list[str]) -> None:
        try:
            if keys:
                self._redis.delete(*keys)
        except RedisError as error:
            log.info("flights end by themselves: %s", error)


def _claim(token: str) -> str:
    return f"worker:claim:{token}"


def _segment(name: str) -> str:
    return f"worker:segment:{name}"
