"""What time does to records: consents end, and parts are erased when their retention is over. Rounds of the drain.

Like everything that changes the ledger it goes through the stream. Consents end under event ids of their own making,
so that each ends once however many rounds and drains there are.
"""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from consent.choice import expiry
from consent.keys import Keys
from consent.ledger import acts, entries
from consent.ledger.stream import Stream
from consent.notices import DAY_MS, Notice
from consent.store.due import Due, Ending

MOST_ENDINGS = 500
MOST_ERASED = 2000
BY = {"clock": "drain"}


class Ageing:
    """The rounds of one log.

    Args:
        due: what is due in it.
        stream: where it goes.
        keys: of the service.
        notice: returns a notice by its SHA-256.
        context_days: after how many days contexts are erased.
        evidence_days: how many days after the end of its validity a choice is erased.
        now_ms: the clock, unix ms.
    """

    def __init__(
        self,
        due: Due,
        stream: Stream,
        keys: Keys,
        notice: Callable[[str], Notice],
        context_days: int,
        evidence_days: int,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._due = due
        self._stream = stream
        self._keys = keys
        self._notice = notice
        self._context_days = context_days
        self._evidence_days = evidence_days
        self._now_ms = now_ms

    def round(self) -> int:
        """Send what is due, at most a batch of each; returns how many entries that were. For a ledger without lag."""
        now_ms = self._now_ms()
        return self._end_consents(now_ms) + self._erase(now_ms)

    def _end_consents(self, now_ms: int) -> int:
        endings, place = self._due.endings(now_ms, MOST_ENDINGS)
        self._stream.append_all([self._expired(ending, now_ms) for ending in endings])
        if place is not None:
            self._due.looked(place)  # after it: what is sent twice arrives once, what is not sent is lost
        return len(endings)

    def _expired(self, ending: Ending, now_ms: int) -> entries.Entry:
        stood, person = json.loads(ending.choice), json.loads(ending.person)
        body = expiry.body(stood, ending.record, self._notice(stood["notice"]), now_ms)
        event_id = expiry.event_id(ending.record)
        return entries.make(ending.site, event_id, body, person, {"page": None}, self._keys.secrets())

    def _erase(self, now_ms: int) -> int:
        contexts, choices = (now_ms - days * DAY_MS for days in (self._context_days, self._evidence_days))
        due = []
        if self._due.contexts(contexts):
            due.append(self._erasure(["context"], contexts, f"context: {self._context_days} days", now_ms))
        if self._due.choices(choices):
            rule = f"evidence: {self._evidence_days} days after the end of validity"
            due.append(self._erasure(["choice", "person", "context"], choices, rule, now_ms))
        self._stream.append_all(due)
        return len(due)

    def _erasure(self, parts: list[str], before_ms: int, rule: str, now_ms: int) -> entries.Entry:
        body: dict[str, Any] = {"parts": parts, "before_ms": before_ms, "most": MOST_ERASED, "rule": rule, "by": BY}
        return acts.make(str(uuid4()), acts.ERASED, None, body, (), now_ms, self._keys.secrets())
