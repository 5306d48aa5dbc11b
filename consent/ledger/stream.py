"""The stream of choices in the durable Redis: every choice is fsynced here before it is answered.

The ledger's cursor lives in SQL, so the stream knows no groups; order is the stream's order. A stream that is missing
makes appends fail loudly instead of starting anew; see `prepare` for who may make one.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from chassis.errors import Conflict, Unavailable
from chassis.redis_script import Admit, RedisScript
from consent.ledger.entries import Entry

STREAM = "consent:choices"
RETENTION_MS = 48 * 3600 * 1000
START = "0-0"

_FIELDS = ("e", "i", "f", "l", "c", "s")
_log = logging.getLogger(__name__)


class EventConflict(Conflict):
    """One event id was sent with two different contents."""

    kind = "event-conflict"


class Moved(Conflict):
    """The account holds another choice than the caller believes. Nothing was appended."""


class Newest(NamedTuple):
    """Where an account's newest choice is kept, for a choice that is to stand there.

    Attributes:
        key: its key.
        life_ms: how long it is kept unless the drain has something to say.
        expected: what must be there for the choice to be taken, "" for nothing; None: whatever is there gives way.
    """

    key: str
    life_ms: int
    expected: str | None = None


class StreamEntry(NamedTuple):
    """What lies in the stream under one id."""

    id: str
    fields: dict[bytes, bytes]


class StreamState(NamedTuple):
    """What Redis says of the stream; `added`, all entries there ever were, is None on servers before 7.0."""

    last_id: str
    added: int | None
    length: int = 0


def event_key(record_id: str) -> str:
    """Name the key which registers an event for as long as the stream keeps it."""
    return f"consent:event:{record_id}"


def order(stream_id: str) -> tuple[int, int]:
    """Return a stream id as numbers, which sort as the stream does."""
    ms, _, sequence = stream_id.partition("-")
    return int(ms), int(sequence or 0)


class Stream:
    """The stream, on the connection of the durable role."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        script = Path(__file__).with_name("append.lua")
        self._append = RedisScript(redis, script)
        self._append_in = redis.register_script(script.read_text(encoding="utf-8"))

    def append(self, entry: Entry, newest: Newest | None = None, admit: Admit | None = None) -> str:
        """Append a choice; returns `new`, or `repeat` where the same event is there already. Then it is on disk.

        Args:
            entry: the choice.
            newest: where it is to stand as an account's newest, in the same step.
            admit: called before, by whichever thread appends; what it raises goes through, and nothing is appended.

        Raises:
            EventConflict: the event is there with another fingerprint.
            Moved: the account's newest choice is not the expected one.
            Unavailable: Redis did not confirm; whether it was written is unknown, and the same event may be sent again.
        """
        fields = entry.fields()
        keys = [STREAM, event_key(entry.record_id)]
        args: list[bytes | str | int] = [
            entry.fingerprint,
            entry.received_at,
            RETENTION_MS,
            *(fields[name] for name in _FIELDS),
        ]
        if newest is not None:
            keys.append(newest.key)
            args.append(newest.life_ms)
            args += [] if newest.expected is None else [newest.expected]
        with _available():
            answer = self._append(keys, args, admit)
        if answer == b"moved":
            raise Moved("the account has another choice by now")
        if answer == b"conflict":
            raise EventConflict(f"event_id: {entry.event_id} was already sent with another content")
        if answer not in (b"new", b"repeat"):
            _log.error("the stream of choices is missing: flushed, or the wrong Redis", extra={"answer": answer})
            raise Unavailable("choices cannot be written at the moment", retry_after_s=2)
        return cast(bytes, answer).decode()

    def append_all(self, entries: Sequence[Entry]) -> None:
        """Append entries of the service's own making, at the cost of one fsync; what is there already stays as it is.

        Raises:
            Unavailable: Redis did not confirm all of them; they may be sent again.
        """
        with _available():
            step = self._redis.pipeline(transaction=False)
            for entry in entries:
                fields = entry.fields()
                args: list[bytes | str | int] = [entry.fingerprint, entry.received_at, RETENTION_MS]
                args += [fields[name] for name in _FIELDS]
                self._append_in(keys=[STREAM, event_key(entry.record_id)], args=args, client=step)
            answers = step.execute()
        if b"missing" in answers:
            raise Unavailable("entries cannot be written at the moment", retry_after_s=2)

    def first_received_at(self, record_id: str) -> int | None:
        """Return when the event was first received (ms), or None where it is not registered (any more)."""
        known = self._registration(record_id)
        return int(known[1]) if known else None

    def find(self, record_id: str) -> StreamEntry | None:
        """Return the entry of a record that was appended within the last 48 hours, None where it is not here."""
        known = self._registration(record_id)
        return self.entry(known[2]) if len(known) > 2 else None

    def entry(self, stream_id: str) -> StreamEntry | None:
        """Return what lies under a stream id, None where it was trimmed: the ledger has it then."""
        with _available():
            found = cast(
                "list[tuple[bytes, dict[bytes, bytes]]]", self._redis.xrange(STREAM, stream_id, stream_id, count=1)
            )
        return StreamEntry(found[0][0].decode(), found[0][1]) if found else None

    def _registration(self, record_id: str) -> list[str]:
        with _available():
            known = cast("bytes | None", self._redis.get(event_key(record_id)))
        return known.decode().split() if known else []

    def is_pending(self, record_id: str) -> bool:
        """Tell whether the event was appended within the last 48 hours; the ledger says whether it arrived."""
        return self.first_received_at(record_id) is not None

    def read(self, after: str, count: int, block_ms: int | None = None) -> list[StreamEntry]:
        """Return up to `count` entries after an id, in order; waits up to `block_ms` for the first."""
        with _available():
            answer = cast(
                "list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]] | dict[bytes, Any]",
                self._redis.xread({STREAM: after}, count=count, block=block_ms),
            )
        streams = answer.values() if isinstance(answer, dict) else [entries for _, entries in answer]
        return [StreamEntry(each[0].decode(), each[1]) for entries in streams for each in _flat(entries)]

    def trim(self, cursor: str) -> int:
        """Forget entries which are below the cursor and older than 48 hours; returns how many."""
        horizon = f"{int(time.time() * 1000) - RETENTION_MS}-0"
        with _available():
            return self._redis.xtrim(STREAM, minid=min(cursor, horizon, key=order), approximate=False)

    def state(self) -> StreamState | None:
        """Return what Redis says of the stream, or None where there is none."""
        with _available():
            try:
                info = self._redis.xinfo_stream(STREAM)
            except ResponseError as error:
                if "no such key" in str(error):
                    return None
                raise
        return StreamState(_text(info["last-generated-id"]), info.get("entries-added"), info["length"])

    def reaches(self, cursor: str, consumed: int) -> bool:
        """Tell whether everything after a cursor is still there.

        Args:
            cursor: an id up to which a ledger has everything.
            consumed: how many entries that were.
        """
        state = self.state()
        if state is None or order(state.last_id) < order(cursor):
            return False
        if state.added is None:  # before Redis 7.0
            first = self.read(START, 1)
            return bool(first) and order(first[0].id) <= order(cursor)
        return state.added - state.length <= consumed  # entries go from the front only

    def create(self) -> None:
        """Make the empty stream of a new deployment; leaves one that is there alone."""
        with _available():
            try:
                # Only a group can make a stream without an entry; the group itself is not wanted.
                self._redis.xgroup_create(STREAM, "birth", id="$", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise
            self._redis.xgroup_destroy(STREAM, "birth")

    def prepare(self, cursor: str, consumed: int) -> str | None:
        """Make the stream fit the ledger, which has read up to `cursor`: new ids must come after it.

        Args:
            cursor: the id up to which the ledger has everything.
            consumed: how many entries that were.

        Returns:
            None, or what is alarming: choices were lost on the way, or Redis went back in time.
        """
        state = self.state()
        if state is None:
            self.create()
            if cursor == START:
                return None
            alarm = f"the stream of choices was gone; it starts again after {cursor}"
        elif order(state.last_id) < order(cursor):
            alarm = f"the stream went back to {state.last_id}; new ids start after {cursor}"
        else:
            return None
        self._set_last_id(cursor, consumed)
        return alarm

    def _set_last_id(self, cursor: str, consumed: int) -> None:
        with _available():
            try:
                self._command("XSETID", STREAM, cursor, "ENTRIESADDED", consumed)
            except ResponseError:  # before 7.0 there are no counts to set
                self._command("XSETID", STREAM, cursor)

    def _command(self, *words: str | int) -> None:
        self._redis.execute_command(*words)  # type: ignore[no-untyped-call]


def _flat(entries: Any) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    for each in entries:
        # RESP3 answers lie one list deeper than RESP2's.
        yield from each if isinstance(each, list) else [each]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(f"the stream of choices is away: {error}", retry_after_s=2) from error
