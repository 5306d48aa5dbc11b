from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from chassis import sql
from consent.audit import Filter
from consent.ledger.entries import subject_ref
from consent.ledger.intake import Accepted
from consent.store import block_counts, record_search, terms
from consent.store.audit import Audit
from consent.store.ledger import Ledger
from tests.bench import arrivals as arrivals_of
from tests.bench.arrivals import arrivals
from tests.consent.service import START_MS, Service

FILTERS = {
    "none": Filter(),
    "site": Filter(site="newsroom"),
    "subjects": Filter(subjects=("a" * 64, "b" * 64)),
    "receipt": Filter(receipt="5e0d1f2a-0000-4000-8000-000000000001", site="newsroom"),
    "accounts": Filter(accounts=("a" * 64,)),
    "vendor": Filter(vendor="counter"),
    "language": Filter(language="en"),
    "region": Filter(region="unknown"),
    "purpose": Filter(purpose="analytics"),
    "given": Filter(purpose="analytics", given=True),
    "any refused": Filter(given=False),
    "any given": Filter(given=True),
    "event": Filter(event="refused"),
    "action": Filter(action="gpc"),
    "notice": Filter(notice="c" * 64),
    "time": Filter(from_ms=START_MS, to_ms=START_MS + 10**12),
    "all": Filter(
        site="newsroom", subjects=("a" * 64,), purpose="analytics", vendor="counter", given=True, event="given",
        action="agree", notice="c" * 64, language="en", gpc=False, from_ms=START_MS, to_ms=START_MS + 10**12,
    ),
}  # fmt: skip
DICTIONARY = (
    "SEARCH terms",
    "SCAN terms",
    "SCAN log_state",
    "SCAN blocks",
    "SCAN CONSTANT ROW",
)  # short, whatever the log's length


@pytest.mark.parametrize("name", FILTERS)
def test_every_search_reads_off_indexes_and_sorts_nothing(service: Service, name: str) -> None:
    service.browser().choose("preferences", purposes={"analytics": True, "marketing": False})
    service.drain()
    statements: list[tuple[str, Any]] = []
    engine = sql.connect(service.settings.database_url)
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append((args[2], args[3])))
    audit = Audit(engine, service.settings.log_origin)
    audit.page(FILTERS[name], 50)
    audit.count(FILTERS[name])
    with engine.connect() as connection:
        plans = [
            row[-1]
            for statement, parameters in statements
            if statement.startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    engine.dispose()
    whole = [plan for plan in plans if plan.startswith("SCAN") or plan.endswith("(log_id=?)")]
    whole = [plan for plan in whole if not plan.startswith(DICTIONARY)]
    sorted_after = [plan for plan in plans if "B-TREE" in plan]
    assert plans and not whole and not sorted_after


class LongLog:
    """A ledger, and the records in it by index."""

    def __init__(self, ledger: Ledger, records: list[Accepted]) -> None:
        self.ledger = ledger
        self.records = records


@pytest.fixture
def long_log(consent_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[LongLog]:
    """A log of 600 records whose counts have blocks small enough for it."""
    for module in (terms, block_counts):
        monkeypatch.setattr(module, "LEVELS", (4, 6, 8))
    engine = sql.connect(consent_database)
    ledger = Ledger(engine, "test.example/log")
    ledger.ensure("key")
    records = list(arrivals(600))
    for at in range(0, 600, 100):
        ledger.append_batch(records[at : at + 100], f"{at}-0", f"{at + 100}-0")
    yield LongLog(ledger, records)
    engine.dispose()


MOMENTS = (None, *(arrivals_of.START_MS + at * 3000 for at in (0, 1, 17, 200, 333, 599, 700)))
SOME_FILTERS = st.builds(
    Filter,
    site=st.sampled_from([None, *arrivals_of.SITES]),
    purpose=st.sampled_from([None, "analytics", "media"]),
    vendor=st.sampled_from([None, "vendor_1", "vendor_9"]),
    given=st.sampled_from([None, True, False]),
    event=st.sampled_from([None, None, "given", "refused"]),
    action=st.sampled_from([None, None, *arrivals_of.ACTIONS]),
    notice=st.sampled_from([None, None, arrivals_of.notice("newsroom", 0)]),
    language=st.sampled_from([None, "en", "ar"]),
    regulation=st.sampled_from([None, None, "fr"]),
    region=st.sampled_from([None, None, "ES", "unknown"]),
    layer=st.sampled_from([None, None, "script", "form"]),
    writer=st.sampled_from([None, None, "unverified"]),
    gpc=st.sampled_from([None, True, False]),
    from_ms=st.sampled_from(MOMENTS),
    to_ms=st.sampled_from(MOMENTS),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=SOME_FILTERS, limit=st.integers(1, 60), before=st.none() | st.integers(0, 650), few=st.booleans())
def test_a_search_finds_what_asking_every_record_would(
    long_log: LongLog, wanted: Filter, limit: int, before: int | None, few: bool
) -> None:
    ledger, records = long_log.ledger, long_log.records
    matching = [at for at, it in enumerate(records) if _matches(it, wanted)][::-1]
    audit = Audit(ledger.engine, ledger.origin)
    with pytest.MonkeyPatch.context() as patch:
        if few:  # follow the blocks in place of the terms
            patch.setattr(record_search, "MOST_TERMS", 0)
        page = audit.page(wanted, limit, before)
        count = audit.count(wanted)
    assert [row.index for row in page] == [at for at in matching if before is None or at < before][:limit]
    assert [row.record for row in page] == [records[row.index].record_id for row in page]
    assert count == (len(matching), True) or (few and not count.exact)


def _matches(it: Accepted, wanted: Filter) -> bool:
    terms = {"site": it.site, **it.terms}
    words = ("site", "event", "action", "notice", "language", "regulation", "layer", "writer", "gpc")
    if any(getattr(wanted, name) not in (None, terms[name]) for name in words):
        return False
    if wanted.region is not None and terms["region"] != (None if wanted.region == "unknown" else wanted.region):
        return False
    for about in ("purpose", "vendor"):
        decided, name = terms[f"{about}s"], getattr(wanted, about)
        if name is not None and (name not in decided or wanted.given not in (None, decided[name])):
            return False
    if wanted.purpose is None and wanted.vendor is None and wanted.given is not None:
        optional = [terms["purposes"][each] for each in arrivals_of.PURPOSES]
        if not (any(optional) and terms["event"] == "given" if wanted.given else not all(optional)):
            return False
    return (wanted.from_ms or 0) <= it.received_ms < (wanted.to_ms or 1 << 60)


def test_many_records_are_estimated_and_never_far_off(long_log: LongLog, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, records = long_log.ledger, long_log.records
    monkeypatch.setattr(record_search, "COUNTED", 10)
    audit = Audit(ledger.engine, ledger.origin)
    for wanted in (Filter(), Filter(site="newsroom"), Filter(language="en", from_ms=MOMENTS[3], to_ms=MOMENTS[5])):
        count = audit.count(wanted)
        matching = sum(_matches(it, wanted) for it in records)
        assert not count.exact
        assert abs(count.records - matching) <= 16 if wanted.from_ms else count.records == matching


def test_a_subject_of_another_site_is_another_reference(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    service.drain()
    cookie = browser.client.get_cookie("subject_newsroom")
    pepper = service.app.extensions["consent"].pepper
    audit = Audit(service.engine, service.settings.log_origin)
    assert cookie is not None
    for site, count in (("newsroom", 1), ("gazette", 0)):
        wanted = Filter(subjects=(subject_ref(pepper, site, cookie.value),))
        assert len(audit.page(wanted, 10)) == count


def test_a_ledger_that_has_not_begun_is_empty(service: Service) -> None:
    with sql.read(service.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM log_state")).scalar() == 0
    assert Audit(service.engine, service.settings.log_origin).page(Filter(), 10) == []
    assert list(Audit(service.engine, service.settings.log_origin).all(Filter())) == []


def test_records_far_apart_are_read_by_their_keys_and_not_with_all_between(service: Service) -> None:
    faithful = service.browser()
    for browser in (faithful, service.browser(), faithful):
        browser.choose("agree")
    service.drain()
    statements: list[tuple[str, Any]] = []
    event.listen(service.engine, "before_cursor_execute", lambda *args: statements.append((args[2], args[3])))
    pepper, cookie = service.app.extensions["consent"].pepper, faithful.client.get_cookie("subject_newsroom")
    assert cookie is not None
    wanted = Filter(site="newsroom", subjects=(subject_ref(pepper, "newsroom", cookie.value),))
    assert len(Audit(service.engine, service.settings.log_origin).page(wanted, 10)) == 2
    [(statement, values)] = [each for each in statements if "leaf.body" in each[0]]
    with service.engine.connect() as connection:
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert "SEARCH record USING PRIMARY KEY (log_id=? AND idx=?)" in plan, plan
