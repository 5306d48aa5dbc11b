"""Redis by role: durable (choices), broker (Celery), cache (pages). Each may be a server of its own."""

import socket
import struct
from typing import Any, cast

from redis import Connection, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from chassis.settings import ServiceSettings

TIMEOUT_S = 2.0

# What the durable role's answers rest on: see docs/adr/0002.
DURABLE = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",  # `yes` turns `always` off during rewrites, silently
    "maxmemory-policy": "noeviction",
}


class KernelTimed(Connection):
    """A TCP connection whose waits the kernel ends; for commands that Redis answers at once.

    Where Python counts the time it polls before each wait, and lets go of the interpreter once more.
    """

    def _connect(self) -> socket.socket:
        connected: socket.socket = super()._connect()  # type: ignore[no-untyped-call]
        limit_s = self.socket_timeout or 0
        timeval = struct.pack("ll", int(limit_s), int(limit_s % 1 * 1_000_000))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            connected.setsockopt(socket.SOL_SOCKET, option, timeval)
        connected.settimeout(None)
        return connected


def durable(settings: ServiceSettings, blocks: bool = True) -> Redis:
    """Connect to the Redis that choices are fsynced to; `blocks`: commands that wait for something are sent."""
    return _connect(settings.redis_durable_url, blocks=blocks)


def broker(settings: ServiceSettings) -> Redis:
    """Connect to the Redis that carries Celery's messages."""
    return _connect(settings.redis_broker_url)


def cache(settings: ServiceSettings, timeout_s: float = TIMEOUT_S, blocks: bool = True) -> Redis:
    """Connect to the Redis that holds what can be made again; `blocks` as for `durable`."""
    return _connect(settings.redis_cache_url, timeout_s, blocks)


def _connect(url: str, timeout_s: float = TIMEOUT_S, blocks: bool = True) -> Redis:
    at_once = {} if blocks or not url.startswith("redis://") else {"connection_class": KernelTimed}
    # No retries in the client: whether an XADD may be repeated is for its caller to know, not for the connection.
    return Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=15,
        **at_once,
    )


def durability_faults(redis: Redis) -> list[str]:
    """Say why an answered write would not be on disk; an empty list means that it is."""
    try:
        # one by one: Redis before 7.0 takes a single name
        config = {name: cast(dict[str, Any], redis.config_get(name)).get(name) for name in DURABLE}
        persistence = redis.info("persistence")
    except RedisError as error:
        return [f"Redis is away: {error}"]
    faults = [
        f"{name} is {config.get(name)!r}, expected {wanted!r}"
        for name, wanted in DURABLE.items()
        if config.get(name) != wanted
    ]
    if persistence.get("aof_last_write_status") != "ok":
        faults.append("the last write to the append-only file failed")
    return faults


def fault(redis: Redis) -> str | None:
    """Say what is wrong with the connection, or None; for `/readyz`."""
    try:
        redis.ping()
    except RedisError as error:
        return f"Redis is away: {error}"
    return None
