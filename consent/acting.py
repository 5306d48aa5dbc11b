"""Putting acts into the stream: on disk before they are answered, in order with the choices (`consent.ledger.acts`)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from chassis.errors import Unavailable
from consent.keys import Keys
from consent.ledger import acts, entries
from consent.recording.appending import RETRY_S, Durability, Stream

_log = logging.getLogger(__name__)


class Acting:
    """The way of an act into the stream."""

    def __init__(self, keys: Keys, stream: Stream, durability: Durability, now_ms: Callable[[], int]) -> None:
        self._keys = keys
        self._stream = stream
        self._durability = durability
        self._now_ms = now_ms

    def act(
        self,
        kind: str,
        body: Mapping[str, Any],
        references: Sequence[str] = (),
        site: str | None = None,
        event_id: str | None = None,
    ) -> str:
        """Append an act and return its id; then it is on disk, and done as soon as the drain comes by.

        Args:
            kind: one of `acts.KINDS`.
            body: what is told of it; it names no reader.
            references: the subjects that it is about (`entries.subject_ref`).
            site: the site that it is about, None for several or none.
            event_id: a UUID that makes it the same act when it is sent again; None for a new one.

        Raises:
            Unavailable: it is not on disk and was not promised.
        """
        fault = self._durability.fault()
        if fault is not None:
            raise Unavailable(f"nothing would be safe on disk: {fault}", retry_after_s=RETRY_S)
        made = acts.make(event_id or str(uuid4()), kind, site, body, references, self._now_ms(), self._keys.secrets())
        try:
            self._stream.append(made)
        except Unavailable:
            self._durability.forget()
            raise
        _log.info("an act was recorded", extra={"act": kind, "id": made.record_id, "by": body.get("by")})
        return made.record_id

    def id_of(self, kind: str, event_id: str) -> str:
        """Return the id that an act will have."""
        return entries.record_id(self._keys.secret("record"), f"act/{kind}", event_id)
