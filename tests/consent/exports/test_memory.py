"""An export of a long log takes no more memory than one of a short log."""

import tracemalloc

import pytest

from chassis import sql
from consent.audit import Filter
from consent.exports.forms import JsonLines
from consent.exports.making import Making
from consent.store import block_counts, record_walk, terms
from consent.store.audit import Audit
from consent.store.ledger import Ledger
from tests.bench.arrivals import arrivals

# Terms are remembered, of which there are few in any log; here they would be most of what is.
OF_ONE_KIND = Filter(
    site="newsroom", action="agree", region="ES", language="es", layer="script", writer="browser", given=True
)


@pytest.mark.usefixtures("usual_collection")
def test_four_times_the_records_take_no_more_memory(consent_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (terms, block_counts):
        monkeypatch.setattr(module, "LEVELS", (8, 10, 12))
    monkeypatch.setattr(record_walk, "WIDTH", 256)
    monkeypatch.setattr(record_walk, "AT_ONCE", 64)
    engine = sql.connect(consent_database)
    ledger = Ledger(engine, "test.example/log")
    ledger.ensure("key")
    ledger.append_batch(list(arrivals(8000)), "0-0", "1-0")
    audit = Audit(engine, ledger.origin)
    _peak(audit, 2000)  # what is remembered once (statements, the terms) is remembered now
    short, long = _peak(audit, 2000), _peak(audit, 8000)
    engine.dispose()
    assert long < 1.5 * short, (short, long)


def _peak(audit: Audit, size: int) -> int:
    walk = audit.walk(OF_ONE_KIND, size)
    form = JsonLines("https://consent.example/v1/receipts/")
    making = Making(form, walk, {"epoch": walk.epoch()}, [], lambda *_: None, lambda _: None)
    tracemalloc.start()
    written = sum(len(piece) for piece in making.bytes_from(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 50 * size
    return peak
