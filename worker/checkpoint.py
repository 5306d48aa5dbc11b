"""Publishing checkpoints: sign the committed tree, and keep the newest in Redis against a database that comes back old.

Runs in the drain's process, the only one that reads the signing key.
"""

import logging
import time

from redis import Redis

from consent.ledger.notes import parse_checkpoint
from consent.ledger.signing import NoteError
from consent.store.checkpoints import Behind, Checkpoints, Equivocation

KNOWN = "consent:checkpoint"
INTERVAL_S = 0.25

_log = logging.getLogger(__name__)


class Publisher:
    """Signs at most every `INTERVAL_S`; refuses for as long as the ledger contradicts what is known of it."""

    def __init__(self, checkpoints: Checkpoints, redis: Redis) -> None:
        self._checkpoints = checkpoints
        self._redis = redis
        self._trusted = False
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
            self._trust()
            note = self._checkpoints.sign()
        except (Behind, Equivocation, NoteError) as error:
            self._refuse(f"{type(error).__name__}: {error}")
            return None
        self._keep(note)
        self._due, self.refusal = False, None
        return note

    def _trust(self) -> None:
        """Compare the ledger with the newest checkpoint that Redis knows, until it has stood the comparison once."""
        if self._trusted:
            return
        known = self._known()
        if known is not None:
            self._checkpoints.check_against(known)
        self._trusted = True

    def _known(self) -> str | None:
        known = self._redis.get(KNOWN)
        return known.decode() if isinstance(known, bytes) else None

    def _keep(self, note: str) -> None:
        known = self._known()
        if known is None or parse_checkpoint(known).size <= parse_checkpoint(note).size:
            self._redis.set(KNOWN, note)

    def _refuse(self, reason: str) -> None:
        if reason != self.refusal:
            _log.error("no checkpoint is signed", extra={"reason": reason})
        self.refusal = reason
