"""Who shares a quota, and the names under which that is kept: a keyed hash, so that no address is stored."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from ipaddress import IPv4Address, ip_network
from typing import NamedTuple, cast

from redis import Redis

from chassis.proxies import address

# A household's or a phone's network is a /64; whoever rents a /48 has 65,536 of them. A carrier's /48 holds phones.
NARROW, WIDE, WIDE_SHARE = 64, 48, 10

SALT_LIFE_S = 24 * 3600
LOOKED_UP_EVERY_S = 60.0


class Partition(NamedTuple):
    """Callers who share a quota, `share` times the ordinary one; `suffix` sets its name apart in answers."""

    who: str
    suffix: str = ""
    share: int = 1


def of_address(text: str) -> tuple[Partition, ...]:
    """Return what an address belongs to.

    IPv4: the address alone. What lies next to it belongs to somebody else, and a carrier puts its readers behind a few
    neighbouring addresses: to count those as one would cut the carrier off. IPv6: the /64, and the /48 around it.
    """
    found = address(text)
    if found is None or isinstance(found, IPv4Address):
        return (Partition(str(found or "nobody")),)
    narrow, wide = (str(ip_network((found, length), strict=False)) for length in (NARROW, WIDE))
    return Partition(narrow), Partition(wide, "-wide", WIDE_SHARE)


def of_token(identifier: str) -> tuple[Partition, ...]:
    """Return the partition of whoever holds a token."""
    return (Partition(f"token {identifier}"),)


class Salts:
    """The salt of the day, made by whichever process is first, and forgotten by Redis after a day."""

    def __init__(self, redis: Redis, now_s: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._now_s = now_s
        self._lock = threading.Lock()
        self._known = ("", b"")
        self._looked_up_at = float("-inf")

    def today(self) -> bytes:
        """Return today's salt, as it was `LOOKED_UP_EVERY_S` ago at most: Redis may lose it, and get another.

        Raises:
            redis.exceptions.RedisError: Redis is away.
        """
        now_s = self._now_s()
        day = time.strftime("%Y-%m-%d", time.gmtime(now_s))
        with self._lock:
            if self._known[0] != day or not 0 <= now_s - self._looked_up_at < LOOKED_UP_EVERY_S:
                self._known = (day, self._shared(day))
                self._looked_up_at = now_s
            return self._known[1]

    def _shared(self, day: str) -> bytes:
        key = salt_key(day)
        with self._redis.pipeline() as pipe:
            pipe.set(key, secrets.token_bytes(32), nx=True, ex=SALT_LIFE_S)
            pipe.get(key)
            return cast(bytes, pipe.execute()[1])


def salt_key(day: str) -> str:
    """Name the key of a day's salt."""
    return f"limit:salt:{day}"


def hashed(who: str, salt: bytes) -> str:
    """Return the name under which a partition is kept."""
    return hashlib.blake2b(who.encode(), key=salt, digest_size=12).hexdigest()
