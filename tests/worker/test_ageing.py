"""What time does to records, on real Redis and both databases."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from chassis.sql import read
from consent import notices
from consent.audit import Filter
from consent.choice import expiry
from consent.keys import Keys
from consent.ledger.stream import Stream
from consent.store.audit import Audit
from consent.store.due import Due
from consent.store.ledger import Ledger
from consent.store.ledger_tables import choice, context, person, terms, terms_count
from consent.verify import check_receipt
from tests.consent.factories import document
from tests.consent.service import Browser, Service
from tests.consent.service import start as start_service
from worker import ageing
from worker.ageing import Ageing

DAY_MS = 86_400_000
CONTEXT_DAYS, EVIDENCE_DAYS = 30, 1000


@pytest.fixture
def service(redis_url: str, consent_database: str, tmp_path: Path) -> Iterator[Service]:
    running = start_service(redis_url, consent_database, tmp_path)
    yield running
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()


Grow = Callable[[int], int]


@pytest.fixture
def pass_days(service: Service) -> Grow:
    """Let days pass since the newest record, and the clock do its rounds until nothing is due."""
    keys = Keys(service.settings.keys_dir)
    ledger = Ledger(service.engine, service.settings.log_origin)

    def passing(days: int) -> int:
        newest = next(Audit(service.engine, ledger.origin).all(Filter())).received_ms
        stream, due = Stream(service.redis), Due(service.engine, ledger.origin)
        catalogue = service.app.extensions["consent"].catalogue
        later = newest + days * DAY_MS
        rounds = Ageing(due, stream, keys, catalogue.notice, CONTEXT_DAYS, EVIDENCE_DAYS, lambda: later)
        sent = 0
        while step := rounds.round():
            sent += step
            service.drain()
        return sent

    return passing


def leaves(service: Service) -> list[dict[str, Any]]:
    ledger = service.app.extensions["ledger"]
    return [json.loads(leaf) for leaf in ledger.leaves(0, ledger.size)]


def kinds(service: Service) -> list[str]:
    return [leaf["k"] for leaf in leaves(service)]


def test_a_consent_that_stood_until_its_end_expires_once_in_a_record_with_a_receipt(
    service: Service, pass_days: Grow
) -> None:
    browser = service.browser()
    taken = browser.choose("preferences", purposes={"analytics": True, "marketing": False})
    service.drain()
    assert pass_days(200) and pass_days(200) == 0 and pass_days(300) == 0
    assert kinds(service).count("expired") == 1
    ended, stood = list(service.app.extensions["consent"].audit.all(Filter()))
    body = json.loads(ended.choice or b"")
    assert (ended.event, body["supersedes"]) == ("expired", stood.record) and stood.record == taken["record"]
    assert body["events"] == {"analytics": "expired", "marketing": "refused"}
    assert body["purposes"] == {"necessary": True, "analytics": False, "marketing": False}
    assert json.loads(ended.person or b"") == json.loads(stood.person or b"")
    receipt = browser.client.get(f"/v1/receipts/{ended.record}")
    assert list(check_receipt(receipt.data))
    assert json.loads(receipt.data)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"] == "dpv:ConsentExpired"
    page = browser.client.get(f"/v1/receipts/{ended.record}", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "You agreed" not in page.text


def test_what_was_superseded_refused_or_withdrawn_does_not_expire(service: Service, pass_days: Grow) -> None:
    service.browser().choose("refuse")
    for last in ("refuse", "withdraw"):
        browser = service.browser()
        browser.choose("agree")
        browser.choose(last)
    service.drain()
    pass_days(400)
    assert "expired" not in kinds(service)


def test_of_several_consents_of_one_reader_the_newest_expires(service: Service, pass_days: Grow) -> None:
    browser = service.browser()
    browser.choose("agree")
    newest = browser.choose("agree")["record"]
    service.drain()
    pass_days(200)
    ended = next(service.app.extensions["consent"].audit.all(Filter()))
    assert kinds(service).count("expired") == 1
    assert json.loads(ended.choice or b"")["supersedes"] == newest


def test_a_choice_that_is_on_its_way_keeps_the_one_before_from_expiring(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    service.drain()
    keys, ledger = Keys(service.settings.keys_dir), service.app.extensions["ledger"]
    catalogue = service.app.extensions["consent"].catalogue
    newest = next(service.app.extensions["consent"].audit.all(Filter())).received_ms + 200 * DAY_MS
    browser.choose("refuse")
    due = Due(service.engine, ledger.origin)
    assert Ageing(due, Stream(service.redis), keys, catalogue.notice, 10_000, 10_000, lambda: newest).round() == 1
    service.drain()
    assert kinds(service) == ["given", "refused"]


def test_many_consents_expire_each_once(service: Service, pass_days: Grow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "MOST_ENDINGS", 5)
    for _ in range(12):
        service.browser().choose("agree")
    service.drain()
    pass_days(200)
    assert kinds(service).count("expired") == 12


def test_contexts_go_first_and_choices_with_their_persons_after_the_evidence_period(
    service: Service, pass_days: Grow
) -> None:
    browser = service.browser()
    taken = browser.choose("agree", page="/en/a")
    service.drain()
    before = browser.client.get(f"/v1/receipts/{taken['record']}").data
    assert pass_days(CONTEXT_DAYS - 1) == 0 and kinds(service) == ["given"]
    pass_days(CONTEXT_DAYS + 1)
    assert _rows(service, context) == 0 and _rows(service, person) == 1
    pass_days(180 + EVIDENCE_DAYS + 2)
    assert [_rows(service, table) for table in (choice, person, context)] == [0, 0, 0]
    assert list(check_receipt(before))
    assert browser.client.get(f"/v1/receipts/{taken['record']}").status_code == 410
    audit = service.app.extensions["consent"].audit
    assert list(audit.all(Filter(purpose="analytics"))) == [] and list(audit.all(Filter(vendor="counter"))) == []
    [_, record] = audit.all(Filter())
    assert (record.record, record.choice, record.event) == (taken["record"], None, "given")
    assert audit.count(Filter()).records == 2
    with read(service.engine) as connection:
        same = terms_count.c.terms_id == terms.c.terms_id
        counted = select(terms_count.c.n).join(terms, same).where(terms.c.purposes != "{}")
        assert set(connection.execute(counted).scalars()) == {0}


def test_a_batch_of_erasures_is_an_act_that_names_its_rule_and_records(service: Service, pass_days: Grow) -> None:
    records = [service.browser().choose("refuse")["record"] for _ in range(3)]
    service.drain()
    pass_days(CONTEXT_DAYS + 1)
    [act] = service.app.extensions["consent"].act_log.page(10)
    body = json.loads(act.body)
    assert (body["records"], body["parts"], body["by"]) == (records, ["context"], {"clock": "drain"})
    assert body["rule"] == f"context: {CONTEXT_DAYS} days"
    assert set(leaves(service)[act.index]) == {"v", "k", "id", "site", "t", "act"}


def test_what_a_hold_keeps_outlives_its_time_and_holds_up_nothing(service: Service, pass_days: Grow) -> None:
    kept, other = service.browser(), service.browser()
    for browser in (kept, other):
        browser.choose("refuse")
    service.drain()
    body = {"subject": _subject(kept), "rule": "Art. 17(3)(e)"}
    client = service.app.test_client()
    laid = client.post("/v1/holds", json=body, headers=service.token("holds:write")).get_json()["hold"]
    service.drain()
    pass_days(180 + EVIDENCE_DAYS + 2)
    assert (_rows(service, choice), _rows(service, person)) == (1, 1)
    client.delete(f"/v1/holds/{laid}", headers=service.token("holds:write"))
    service.drain()
    pass_days(180 + EVIDENCE_DAYS + 2)
    assert (_rows(service, choice), _rows(service, person)) == (0, 0)


def _rows(service: Service, table: Any) -> int:
    with read(service.engine) as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar() or 0)


def _subject(browser: Browser) -> str:
    cookie = browser.client.get_cookie("subject_newsroom")
    assert cookie is not None
    return str(cookie.value)


def test_a_consent_of_before_grounds_were_told_expires_too() -> None:
    stood = {
        "event": "given", "action": "agree", "purposes": {"necessary": True, "analytics": True, "marketing": True},
        "notice": "n", "language": "en", "regulation": "eu", "valid_until": 5, "supersedes": None,
    }  # fmt: skip
    body = expiry.body(stood, "r", notices.of(document()), 7)
    assert body["purposes"] == {"necessary": True, "analytics": False, "marketing": False}
    assert body["modes"]["analytics"] == "opt-in" and body["vendors"] == {"counter": False, "seller": False}
