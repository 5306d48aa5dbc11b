"""Sending what is due: today's checkpoint by every way that is set up, and what did not arrive on the days before.

A row for each day and way says whether it was sent; whoever is about to send takes the row first, so two that run at
once never send the same twice. Whoever dies between sending and noting it sends again: every way tells a second copy.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from consent.anchors.anchor import Anchor, Failed, Way
from consent.store.anchors import Anchors
from consent.store.ledger import Ledger

_log = logging.getLogger(__name__)


class Sent(NamedTuple):
    """What became of one attempt; `fault` is None where the anchor arrived."""

    day: str
    way: str
    fault: str | None


def send_due(ledger: Ledger, ways: Sequence[Way], now_ms: Callable[[], int]) -> Iterator[Sent]:
    """Send every anchor that is due and that nobody else is sending, and tell of each."""
    anchors = Anchors(ledger)
    day = datetime.fromtimestamp(now_ms() / 1000, UTC).date().isoformat()
    note = ledger.checkpoint() if ways else None
    if note is None:
        return
    anchors.plan(day, note, [way.name for way in ways], now_ms())
    for way in ways:
        for each in anchors.due(way.name):
            if anchors.take(each, way.name, now_ms()):
                yield _send(anchors, way, each, now_ms)


def _send(anchors: Anchors, way: Way, anchor: Anchor, now_ms: Callable[[], int]) -> Sent:
    try:
        evidence = way.send(anchor)
    except Failed as failure:
        anchors.failed(anchor, way.name, str(failure))
        _log.warning("an anchor did not arrive", extra={"day": anchor.day, "way": way.name, "reason": str(failure)})
        return Sent(anchor.day, way.name, str(failure))
    anchors.sent(anchor, way.name, evidence, now_ms())
    return Sent(anchor.day, way.name, None)
