"""Signs of life by progress, not by process id: a node that holds its sockets and finishes nothing is dead too.

A node touches its file whenever a task ends or a long one moves on. It is ill when its queue has messages and
the file is old. (A worker that stops consuming after a Redis restart is the case that this finds.)
"""

import time
from pathlib import Path

from redis import Redis

QUIET_S = 120.0


def touch(directory: Path, node: str) -> None:
    """Note that this node made progress just now."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{node}.alive").touch()


def fault(directory: Path, node: str, queues: tuple[str, ...], broker: Redis) -> str | None:
    """Say why a node counts as ill, or None.

    Raises:
        RedisError: the broker is away, so that nothing can be said.
    """
    waiting = sum(int(broker.llen(queue)) for queue in queues)
    if not waiting:
        return None
    quiet_s = quiet_for_s(directory, node)
    if quiet_s is None:
        return f"{node}: {waiting} messages wait and it has never finished one"
    if quiet_s > QUIET_S:
        return f"{node}: {waiting} messages wait and nothing has moved for {quiet_s:.0f} s"
    return None


def quiet_for_s(directory: Path, node: str) -> float | None:
    """Seconds since the node's last progress; None when there was none."""
    try:
        return max(0.0, time.time() - (directory / f"{node}.alive").stat().st_mtime)
    except FileNotFoundError:
        return None
