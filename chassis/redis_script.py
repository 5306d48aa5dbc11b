"""A script in Redis that many threads call at once: what is asked while it answers is asked together (group commit).

A call by itself costs the process two waits, and Redis a round of its loop and, where it fsyncs, an fsync. redis-py's
client is left out, because it costs as much as the call.
"""

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any

import hiredis
from redis import ConnectionPool, Redis
from redis.exceptions import ConnectionError as Away
from redis.exceptions import NoScriptError, RedisError, ResponseError

Word = bytes | str | int
#: Decides whether a call may go; raises where it may not.
Admit = Callable[[], None]

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
        self._waiting: list[Call] = []
        self._is_led = False
        self._answered_at = float("-inf")
        weakref.finalize(self, _give_back, self._pool, self._kept).atexit = False

    def __call__(self, keys: Sequence[str], args: Sequence[Word], admit: Admit | None = None) -> Any:
        """Call it, and return what it returns.

        Args:
            keys: the script's.
            args: the script's.
            admit: called before, by whichever thread asks; what it raises is raised here, and the script is not called.

        Raises:
            redis.exceptions.RedisError: Redis is away, or the script failed.
        """
        return self.ask(keys, args, admit).answer()

    def ask(self, keys: Sequence[str], args: Sequence[Word], admit: Admit | None = None) -> "Call":
        """Let a call go with the others; it goes at the latest when its answer is wanted."""
        call = Call(self, ("EVALSHA", self._name, len(keys), *keys, *args), admit)
        with self._lock:
            self._waiting.append(call)
        return call

    def wait(self, call: "Call") -> None:
        """Wait until a call has ended; one of those who wait asks for all of them."""
        with self._lock:
            if call.has_ended:
                return
            call.is_awaited, leads, self._is_led = True, not self._is_led, True
        if leads or call.is_to_lead():
            self._lead()

    def _lead(self) -> None:
        """Ask for all who wait, then let one lead who has come meanwhile."""
        with self._lock:
            calls, self._waiting = self._waiting, []
        fault = self._ask([call for call in calls if call.is_admitted()])
        with self._lock:
            if fault is not None:  # who came meanwhile would wait as long, and for nothing
                calls, self._waiting = calls + self._waiting, []
            for call in calls:
                call.end(fault)
            heir = next((call for call in self._waiting if call.is_awaited), None)
            self._is_led = heir is not None
        if heir is not None:
            heir.wake(to_lead=True)

    def _ask(self, calls: Sequence["Call"]) -> Exception | None:
        """Ask for all of them at once; return what went wrong on the way, if anything did."""
        try:
            if calls:
                self._exchange(calls)
            return None
        except Exception as error:  # whatever it is, all who wait must hear of it
            return error

    def _exchange(self, calls: Sequence["Call"]) -> None:
        if not self._kept:
            self._kept.append(self._pool.get_connection())
        [connection] = self._kept
        if time.monotonic() - self._answered_at > TRUSTED_S:
            _leave_if_closed(connection)
        connection.send_packed_command([b"".join([hiredis.pack_command(call.words) for call in calls])])
        for call in calls:
            call.take(connection)
        self._answered_at = time.monotonic()
        for call in calls:
            if isinstance(call.error, NoScriptError):
                connection.send_command("EVAL", self._source, *call.words[2:])
                call.take(connection)


class Call:
    """What one thread asks, and what came of it."""

    __slots__ = ("_admit", "_leads", "_result", "_script", "_woken", "error", "has_ended", "is_awaited", "words")

    def __init__(self, script: RedisScript, words: tuple[Any, ...], admit: Admit | None) -> None:
        self._script = script
        self._admit = admit
        self._result: Any = None
        self._leads = False
        self._woken = threading.Lock()
        self._woken.acquire()
        self.words = words
        self.error: Exception | None = Away("nobody asked")
        self.has_ended = self.is_awaited = False

    def answer(self) -> Any:
        """Return what the script returned.

        Raises:
            redis.exceptions.RedisError: Redis is away, or the script failed.
        """
        self._script.wait(self)
        if self.error is not None:
            raise self.error
        return self._result

    def is_admitted(self) -> bool:
        """Tell whether it may be asked at all."""
        try:
            if self._admit is not None:
                self._admit()
            return True
        except Exception as error:  # raised where the answer is wanted
            self.error = error
            return False

    def is_to_lead(self) -> bool:
        """Wait for the end, or for the turn to ask: tell whether it is the latter."""
        self._woken.acquire()
        return self._leads

    def wake(self, to_lead: bool = False) -> None:
        """End the wait."""
        self._leads = to_lead
        self._woken.release()

    def take(self, connection: Any) -> None:
        """Read the answer."""
        try:
            self._result, self.error = connection.read_response(), None
        except ResponseError as error:
            self.error = error

    def end(self, fault: Exception | None) -> None:
        """Let it have ended: with `fault` where no answer came; each thread has an error of its own to raise."""
        if fault is not None and isinstance(self.error, Away):
            self.error = Away(str(fault))
            self.error.__cause__ = fault
        self.has_ended = True
        self.wake()


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
