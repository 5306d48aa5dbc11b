"""The clock's round for anchors: what is due is sent, and what did not arrive is tried again with every round."""

import os
from typing import Final

from chassis import sql
from chassis.settings import read
from consent.anchors import anchoring, configured
from consent.settings import Settings
from consent.store.ledger import Ledger
from worker.workshop import now_ms

ANCHOR: Final = "worker.anchor"
"""No arguments; the clock sends it every 10 minutes."""
EVERY_S: Final = 600.0
QUEUE: Final = "clock"


def send_due() -> None:
    """Send every anchor that is due; nothing where no way is set up."""
    settings = read(Settings, os.environ)
    ways = configured.ways(settings)
    if not ways:
        return
    engine = sql.connect(settings.database_url)
    try:
        list(anchoring.send_due(Ledger(engine, settings.log_origin, settings.patience_ms), ways, now_ms))
    finally:
        engine.dispose()
