from typing import Any

import pytest
from sqlalchemy import event, text

from chassis import sql
from consent.audit import Filter
from consent.ledger.entries import subject_ref
from consent.store import record_search
from consent.store.audit import Audit
from tests.consent.service import START_MS, Service

FILTERS = {
    "none": Filter(),
    "site": Filter(site="newsroom"),
    "subjects": Filter(subjects=("a" * 64, "b" * 64)),
    "purpose": Filter(purpose="analytics"),
    "given": Filter(purpose="analytics", given=True),
    "any refused": Filter(given=False),
    "any given": Filter(given=True),
    "event": Filter(event="refused"),
    "action": Filter(action="gpc"),
    "notice": Filter(notice="c" * 64),
    "time": Filter(from_ms=START_MS, to_ms=START_MS + 10**12),
    "all": Filter("newsroom", ("a" * 64,), "analytics", True, "given", "agree", "c" * 64, START_MS, START_MS + 10**12),
}


@pytest.mark.parametrize("name", FILTERS)
def test_every_search_reads_off_indexes_and_sorts_nothing(service: Service, name: str) -> None:
    service.browser().choose("preferences", purposes={"analytics": True, "marketing": False})
    service.drain()
    statements: list[tuple[str, Any]] = []
    engine = sql.connect(service.settings.database_url)
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append((args[2], args[3])))
    Audit(engine, service.settings.log_origin).page(FILTERS[name], 50)
    with engine.connect() as connection:
        plans = [
            row[-1]
            for statement, parameters in statements
            if statement.startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    engine.dispose()
    whole = [plan for plan in plans if plan.startswith("SCAN") and "hop" not in plan and "log_state" not in plan]
    sorted_after = [plan for plan in plans if "B-TREE" in plan]
    assert plans and not whole and not sorted_after


def test_a_rare_match_far_down_is_found_in_growing_steps(
    service_on_both: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_search, "FIRST_CHUNK", 2)
    monkeypatch.setattr(record_search, "PROBE", 3)
    service = service_on_both
    rare = service.browser().choose("preferences", purposes={"analytics": False, "marketing": True})
    for _ in range(9):
        service.browser().choose("preferences", purposes={"analytics": True, "marketing": False})
    service.drain()
    audit = Audit(service.engine, service.settings.log_origin)
    found = audit.page(Filter(site="newsroom", action="preferences", purpose="marketing", given=True), 5)
    assert [row.record for row in found] == [rare["record"]]
    # no stream is rare here, and the record's own conditions leave one of ten
    spread = audit.page(Filter(event="given", purpose="analytics"), 10)
    assert [row.index for row in spread] == list(range(9, -1, -1))


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
