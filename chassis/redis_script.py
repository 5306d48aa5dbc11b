"""A script in Redis that many threads call at once: what is asked while it answers is asked together (group commit).

A call by itself costs the process two waits, and Redis a round of its loop and, where it fsyncs, an fsync. redis-py's
client is left out, because it costs as much as the call.
"""

import threading
import time
import weakref
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any

from redis import ConnectionPool, Redis
from redis.exceptions import ConnectionError as Away
from redis.exceptions import NoScriptError, RedisError, ResponseError

Word = bytes | str | int

# What answered just now has not been closed since: a server takes longer to come back.
TRUSTED_S = 0.01


class RedisScript:
    """One Lua script, called over a connection that is kept for it.

    Args:
        redis: whose pool the connection is of, with its timeouts; nothing is tried twice.
        path: where the script lies.
    """

    def __init__(self, redis: Redis, path: Path) -> None:
        self._pool = redis.connection_pool
        self._source = path.read_text(encoding="utf-8")
        self._name = sha1(self._source.encode(), usedforsecurity=False).hexdigest()
        self._kept: list[Any] = []  # the connection, once there is one
        self._lock = threading.Lock()
        self._waiting: list[_Call] = []
        self._is_led = False
        self._answered_at = float("-inf")
        weakref.finalize(self, _give_back, self._pool, self._kept).atexit = False

    def __call__(self, keys: Sequence[str], args: Sequence[Word]) -> Any:
        """Call it, and return what it returns.

        Raises:
            redis.exceptions.RedisError: Redis is away, or the script failed.
        """
        call = _Call((len(keys), *keys, *args))
        with self._lock:
            self._waiting.append(call)
            leads, self._is_led = not self._is_led, True
        if leads or call.is_to_lead():
            self._lead()
        if call.error is not None:
            raise call.error
        return call.answer

    def _lead(self) -> None:
        """Ask for all who wait, then let one lead who has come meanwhile."""
        with self._lock:
            calls, self._waiting = self._waiting, []
        try:
            self._ask(calls)
        except (RedisError, OSError) as error:
            with self._lock:  # who came meanwhile would wait as long, and for nothing
                calls, self._waiting = calls + self._waiting, []
            for call in calls:
                call.fail(error)
        finally:
            with self._lock:
                heir = self._waiting[0] if self._waiting else None
                self._is_led = heir is not None
            if heir is not None:
                heir.wake(to_lead=True)
            for call in calls:
                call.wake()

    def _ask(self, calls: Sequence["_Call"]) -> None:
        if not self._kept:
            self._kept.append(self._pool.get_connection())
        [connection] = self._kept
        if time.monotonic() - self._answered_at > TRUSTED_S:
            _leave_if_closed(connection)
        packed = [chunk for call in calls for chunk in connection.pack_command("EVALSHA", self._name, *call.words)]
        connection.send_packed_command([b"".join(packed)])
        for call in calls:
            call.take(connection)
        self._answered_at = time.monotonic()
        for call in calls:
            if isinstance(call.error, NoScriptError):
                connection.send_command("EVAL", self._source, *call.words)
                call.take(connection)


class _Call:
    """What one thread asks, and what came of it."""

    __slots__ = ("_leads", "_woken", "answer", "error", "words")

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.answer: Any = None
        self.error: Exception | None = Away("nobody asked")
        self._leads = False
        self._woken = threading.Lock()
        self._woken.acquire()

    def is_to_lead(self) -> bool:
        """Wait for the answer, or for the turn to ask: tell whether it is the latter."""
        self._woken.acquire()
        return self._leads

    def wake(self, to_lead: bool = False) -> None:
        """End the wait."""
        self._leads = to_lead
        self._woken.release()

    def take(self, connection: Any) -> None:
        """Read the answer."""
        try:
            self.answer, self.error = connection.read_response(), None
        except ResponseError as error:
            self.error = error

    def fail(self, error: Exception) -> None:
        """End without an answer, where none has come; each thread has an error of its own to raise."""
        if isinstance(self.error, Away):
            self.error = Away(str(error))
            self.error.__cause__ = error


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
