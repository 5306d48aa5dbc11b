"""Walking the log for an export: what is forgotten on the way is told all the same."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from chassis import sql
from consent.audit import Filter
from consent.exports import lines
from consent.exports.forms import FORMS
from consent.exports.making import Making
from consent.store import block_counts, record_walk, terms
from consent.store.audit import Audit
from consent.store.ledger import Ledger
from tests.bench.arrivals import arrivals

ORIGIN = "test.example/log"
RECEIPTS = "https://consent.example/v1/receipts/"
ABOUT = {"epoch": -1, "export": "e", "created_at": "2026-03-01T00:00:00Z", "filter": {}, "tree_size": 400}


@pytest.fixture
def engine(consent_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A log of 400 records in blocks of 16."""
    for module in (terms, block_counts):
        monkeypatch.setattr(module, "LEVELS", (4, 6, 8))
    monkeypatch.setattr(record_walk, "WIDTH", 16)
    made = sql.connect(consent_database)
    ledger = Ledger(made, ORIGIN)
    ledger.ensure("key")
    ledger.append_batch(list(arrivals(400)), "0-0", "400-0")
    yield made
    made.dispose()


def _export(engine: Engine, form: str, most: int, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, int]:
    for module in (lines, record_walk):
        monkeypatch.setattr(module, "KEPT_TERMS", most)
    walk = Audit(engine, ORIGIN).walk(Filter(), 400)
    about = {**ABOUT, "checkpoint": "c"}
    made = Making(FORMS[form](RECEIPTS), walk, about, [], lambda *_: None, lambda _: None)
    return b"".join(made.bytes_from(0)), len(walk.terms)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_remembers_few_terms_tells_the_same(
    engine: Engine, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, known = _export(engine, form, 10_000, monkeypatch)
    for most in (0, 1, 20):
        told, remembered = _export(engine, form, most, monkeypatch)
        assert told == whole
        assert remembered < known


def test_records_come_newest_first_and_each_once(engine: Engine) -> None:
    walked = [line.entry for _, some in Audit(engine, ORIGIN).walk(Filter(), 400).lines() for line in some]
    assert walked == list(range(399, -1, -1))
