"""What a batch of the drain brought: for the metrics, and in the log where somebody should look."""

import logging

from prometheus_client import Counter

from consent.ledger.intake import Accepted, Quarantined
from consent.store.ledger import Appended
from consent.store.ledger_rows import Arrival

APPENDED = Counter("consent_ledger_leaves", "Leaves appended to the ledger.")
QUARANTINED = Counter("consent_ledger_quarantined", "Stream entries that could not be read.")
CONFLICTS = Counter("consent_ledger_conflicts", "Event ids that came a second time with another content.")

_log = logging.getLogger(__name__)


def tell(appended: Appended, arrivals: list[Arrival]) -> None:
    """Tell what became of the arrivals of a batch."""
    APPENDED.inc(appended.leaves)
    for record_id in appended.conflicts:
        CONFLICTS.inc()
        _log.error("an event id came with another content", extra={"record": record_id})
    for arrival in arrivals:
        if isinstance(arrival, Quarantined):
            QUARANTINED.inc()
            _log.error("a stream entry was quarantined", extra={"reason": arrival.reason})
        elif isinstance(arrival, Accepted) and arrival.person is None:
            _log.error("a choice came without its person: the day's key is gone", extra={"record": arrival.record_id})
