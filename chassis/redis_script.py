"""A script in Redis called with every request: without redis-py's client, which costs as much as the call."""

import weakref
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any

from redis import ConnectionPool, Redis
from redis.exceptions import NoScriptError, RedisError

Word = bytes | str | int


class RedisScript:
    """One Lua script, called over connections of a pool that are kept for it.

    Args:
        redis: whose connections they are, with its timeouts; nothing is tried twice.
        path: where the script lies.
    """

    def __init__(self, redis: Redis, path: Path) -> None:
        self._pool = redis.connection_pool
        self._source = path.read_text(encoding="utf-8")
        self._name = sha1(self._source.encode(), usedforsecurity=False).hexdigest()
        # as many as ever were in use at once; a list gives and takes whole, whichever threads ask
        self._idle: list[Any] = []
        weakref.finalize(self, _give_back, self._pool, self._idle).atexit = False

    def __call__(self, keys: Sequence[str], args: Sequence[Word]) -> Any:
        """Call it, and return what it returns.

        Raises:
            redis.exceptions.RedisError: Redis is away, or the script failed.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._pool.get_connection()
        try:
            return self._call(connection, [len(keys), *keys, *args])
        finally:
            self._idle.append(connection)  # after an error of its own it is closed, and opens at the next call

    def _call(self, connection: Any, words: Sequence[Word]) -> Any:
        _leave_if_closed(connection)
        try:
            connection.send_command("EVALSHA", self._name, *words)
            return connection.read_response()
        except NoScriptError:
            connection.send_command("EVAL", self._source, *words)
            return connection.read_response()


def _give_back(pool: ConnectionPool, connections: Sequence[Any]) -> None:
    for connection in connections:
        pool.release(connection)


def _leave_if_closed(connection: Any) -> None:
    try:
        closed = connection.can_read()  # nothing was asked, so nothing can have come but the end
    except (RedisError, OSError):
        closed = True
    if closed:
        connection.disconnect()
