"""What a drain does every second beside taking entries: tell how far behind it is, and what only time decides."""

import logging
import time
from datetime import UTC, datetime

from redis import Redis
from redis.exceptions import RedisError

from chassis.errors import Unavailable
from consent.keys import Keys
from consent.ledger.stream import Stream
from consent.store.ledger import Ledger
from worker.ageing import Ageing
from worker.changes import Changes
from worker.displays import Displays
from worker.lag import Lag, measure, report

MOST_STEP_S = 60.0

_log = logging.getLogger(__name__)


class Housekeeping:
    """The rounds of one drain; `displays`, `ageing` and `changes` are what else it has to see to, where it has."""

    def __init__(
        self,
        redis: Redis,
        ledger: Ledger,
        keys: Keys,
        displays: Displays | None = None,
        ageing: Ageing | None = None,
        changes: Changes | None = None,
    ) -> None:
        self._redis = redis
        self._stream = Stream(redis)
        self._ledger = ledger
        self._keys = keys
        self._displays = displays
        self._ageing = ageing
        self._changes = changes
        self._missing = 0
        self._to_scrub = True  # whoever erased last may have died before
        self._began_s = time.time() - time.monotonic()

    def erased(self) -> None:
        """Learn that something was erased, of which the database's free pages still tell."""
        self._to_scrub = True

    def keep(self, cursor: str, refusal: str | None) -> None:
        """Look after stream and ledger.

        Args:
            cursor: up to where the ledger has the stream.
            refusal: why no checkpoint is signed, None where one is.

        Raises:
            Unavailable: Redis or the database is away.
        """
        self._ledger.make_room()
        lag = measure(self._stream, self._ledger)
        if lag.missing > self._missing:
            _log.error("choices were in Redis and vanished before the ledger had them", extra={"count": lag.missing})
        self._missing = lag.missing
        report(lag, refusal, self._redis)
        self._to_scrub = self._to_scrub and not self._ledger.scrub()
        if self._clock_holds():
            self._let_age(cursor, lag)
        if self._changes is not None:
            self._changes.round()
        self._take_displays()

    def _clock_holds(self) -> bool:
        """Tell whether the clock still goes with the one that nobody sets; one that was set right again does."""
        step_s = time.time() - time.monotonic() - self._began_s
        if abs(step_s) < MOST_STEP_S:
            return True
        _log.error("the clock was set: nothing ends and nothing is deleted until a restart", extra={"step_s": step_s})
        return False

    def _let_age(self, cursor: str, lag: Lag) -> None:
        """Do what only time decides and nothing brings back: end and erase records, forget entries, delete keys."""
        if self._ageing is not None and lag.oldest_ms is None:
            self._ageing.round()
        self._stream.trim(cursor)
        until = time.time() if lag.oldest_ms is None else lag.oldest_ms / 1000
        for day in self._keys.delete_ingest(datetime.fromtimestamp(until, UTC)):
            _log.info("an ingest key was deleted", extra={"day": day})
            if self._changes is not None:
                self._changes.ingest_key_deleted(day)

    def _take_displays(self) -> None:
        try:
            if self._displays is not None:
                self._displays.take_if_due()
        except (RedisError, Unavailable) as error:  # choices go first: displays wait where they are
            _log.warning("displays are not counted", extra={"reason": f"{type(error).__name__}: {error}"})
