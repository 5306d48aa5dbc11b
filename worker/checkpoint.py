"""Publishing checkpoints: sign the committed tree, and keep the newest in Redis against a database that comes back old.

Runs in the drain's process, the only one that reads the signing key.
"""

import logging
import time
from collections.abc import Callable, Iterable

from redis import Redis

from consent import signs
from consent.ledger.notes import parse_checkpoint
from consent.ledger.signing import NoteError
from consent.store.checkpoints import Behind, Checkpoints, Equivocation

KNOWN = signs.CHECKPOINT
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

    def known_size(self) -> int:
        """Return how many entries are known to have been signed, here or as others have heard."""
        self._doubts += self._elsewhere()
        known = signs.checkpoint(self._redis)
        notes = [*([known] if known else []), *self._doubts]
        return max((parse_checkpoint(note).size for note in notes), default=0)

    def refuse(self, reason: str) -> None:
        """Say why nothing is signed."""
        if reason != self.refusal:
            _log.error("no checkpoint is signed", extra={"reason": reason})
        self.refusal = reason

    def publish_if_due(self) -> str | None:
        """Sign and publish where the ledger has grown and the interval is over; returns the new checkpoint."""
        if self.wait_s() != 0.0:
            return None
        self._next = time.monotonic() + INTERVAL_S
        try:
            self._compare()
            note = self._checkpoints.sign()
        except (Behind, Equivocation, NoteError) as error:
            self.refuse(f"{type(error).__name__}: {error}")
            return None
        signs.keep_checkpoint(self._redis, note)
        self._kept, self._due, self.refusal = note, False, None
        return note

    def _compare(self) -> None:
        """Compare the ledger with what Redis knows, where it is not our own last, and with what is heard elsewhere."""
        self._doubts += self._elsewhere()
        known = signs.checkpoint(self._redis)
        if known is not None and known != self._kept:
            self._checkpoints.check_against(known)
        for each in self._doubts:
            self._checkpoints.check_against(each)
        self._doubts, self._kept = [], known
