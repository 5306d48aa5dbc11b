"""Publishing checkpoints: sign the committed tree, and keep the newest in Redis against a database that comes back old.

Runs in the drain's process, the only one that reads the signing key.
"""

import logging
import time
from collections.abc import Callable, Iterable

from redis import Redis

from consent.ledger.notes import parse_checkpoint
from consent.ledger.signing import NoteError
from consent.store.checkpoints import Behind, Checkpoints, Equivocation

KNOWN = "consent:checkpoint"
INTERVAL_S = 0.25

_log = logging.getLogger(__name__)


class Publisher:
    """Signs at most every `INTERVAL_S`; refuses for as long as the ledger contradicts what is known of it."""

    def __init__(self, checkpoints: Checkpoints, redis: Redis, elsewhere: Callable[[], Iterable[str]] = tuple) -> None:
        """Publish what `checkpoints` signs; `elsewhere` returns the checkpoints of this log that it heard of newly."""
        self._checkpoints = checkpoints
        self._redis = redis
        self._elsewhere = elsewhere
        self._doubts: list[str] = []
        self._kept: str | None = None
        self._due = True
        self._next = 0.0
        self.refusal: str | None = None

    def changed(self) -> None:
        """Say that the ledger has grown."""
        self._due = True

    def wait_s(self) -> float | None:
        """Return the seconds until a checkpoint is due, or None where none is."""
        return max(0.0, self._next - time.monotonic()) if self._due else None

    def publish_if_due(self) -> str | None:
        """Sign and publish where the ledger has grown and the interval is over; returns the new checkpoint."""
        if self.wait_s() != 0.0:
            return None
        self._next = time.monotonic() + INTERVAL_S
        try:
            self._compare()
            note = self._checkpoints.sign()
        except (Behind, Equivocation, NoteError) as error:
            self._refuse(f"{type(error).__name__}: {error}")
            return None
        keep_known(self._redis, note)
        self._kept, self._due, self.refusal = note, False, None
        return note

    def _compare(self) -> None:
        """Compare the ledger with what Redis knows, where it is not our own last, and with what is heard elsewhere."""
        self._doubts += self._elsewhere()
        known = read_known(self._redis)
        if known is not None and known != self._kept:
            self._checkpoints.check_against(known)
        for each in self._doubts:
            self._checkpoints.check_against(each)
        self._doubts, self._kept = [], known

    def _refuse(self, reason: str) -> None:
        if reason != self.refusal:
            _log.error("no checkpoint is signed", extra={"reason": reason})
        self.refusal = reason


def read_known(redis: Redis) -> str | None:
    """Return the newest checkpoint that Redis knows, or None."""
    known = redis.get(KNOWN)
    return known.decode() if isinstance(known, bytes) else None


def keep_known(redis: Redis, note: str) -> None:
    """Let Redis know a checkpoint, unless it knows a newer one."""
    known = read_known(redis)
    if known is None or parse_checkpoint(known).size <= parse_checkpoint(note).size:
        redis.set(KNOWN, note)
