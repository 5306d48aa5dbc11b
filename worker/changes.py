"""Moving changes of the configuration into the stream, from where they become leaves. Rounds of the drain."""

import time

from sqlalchemy import Engine

from consent.configuring import Configuring
from consent.keys import Keys
from consent.ledger import acts
from consent.ledger.stream import Stream
from consent.store import changes
from worker.ageing import BY

MOST = 200


class Changes:
    """The way of the changes from SQL into the stream."""

    def __init__(self, engine: Engine, stream: Stream, keys: Keys) -> None:
        self._engine = engine
        self._stream = stream
        self._keys = keys
        self._configuring = Configuring(engine, lambda: time.time_ns() // 1_000_000)

    def round(self) -> int:
        """Send what waits, at most `MOST`; returns how many those were.

        Raises:
            Unavailable: Redis or the database is away; what was sent and not forgotten is sent again, and arrives once.
        """
        waiting = changes.waiting(self._engine, MOST)
        if waiting:
            secrets = self._keys.secrets()
            self._stream.append_all(
                [
                    acts.make(each.event_id, acts.CONFIG, each.site, each.body, (), each.changed_ms, secrets)
                    for each in waiting
                ]
            )
            changes.forget(self._engine, waiting)
        return len(waiting)

    def ingest_key_deleted(self, day: str) -> None:
        """Note that nobody can open any more what was sealed in the stream on a day."""
        self._configuring.change_key(BY, "ingest-key-deleted", lambda: day)
