"""How far the ledger is behind the stream: for the metrics, for health, and to notice choices that vanished."""

import time
from typing import NamedTuple

from prometheus_client import Gauge
from redis import Redis

from consent import drain_health
from consent.drain_health import Health
from consent.ledger.stream import Stream, order
from consent.store.ledger import Ledger

LAG_ENTRIES = Gauge("consent_drain_lag_entries", "Choices on disk in the stream which are not in the ledger yet.")
LAG_SECONDS = Gauge("consent_drain_lag_seconds", "Age of the oldest choice which is not in the ledger yet.")


class Lag(NamedTuple):
    """How far behind: waiting entries (None where Redis, before 7.0, does not count), and the age of the oldest.

    `missing` counts entries that Redis once had and that are neither waiting nor in the ledger.
    """

    entries: int | None
    oldest_ms: int | None
    missing: int

    def seconds(self) -> float:
        """Return the age of the oldest waiting entry; 0 where none waits."""
        return 0.0 if self.oldest_ms is None else max(0.0, time.time() - self.oldest_ms / 1000)


def measure(stream: Stream, ledger: Ledger) -> Lag:
    """Compare stream and ledger."""
    # In this order: what was added by now is consumed or waiting in a moment, unless it vanished.
    state = stream.state()
    waiting = stream.read(ledger.state().cursor, 1)
    consumed = ledger.state().consumed
    behind = None if state is None or state.added is None else max(0, state.added - consumed)
    if waiting:
        return Lag(behind, order(waiting[0].id)[0], 0)
    return Lag(0, None, behind or 0)


def report(lag: Lag, refusal: str | None, redis: Redis) -> None:
    """Tell the metrics, and leave a sign of life for the consent service.

    Args:
        lag: how far behind the ledger is.
        refusal: why no checkpoint is signed, or None.
        redis: the durable role.
    """
    if lag.entries is not None:
        LAG_ENTRIES.set(lag.entries)
    LAG_SECONDS.set(lag.seconds())
    drain_health.leave(redis, Health(int(time.time() * 1000), lag.entries, lag.seconds(), refusal))
