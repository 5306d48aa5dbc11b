import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from chassis.errors import Forbidden, Unavailable
from chassis.sql import read
from consent import notices
from consent.audit import Filter
from consent.erasures import Demand
from consent.ledger.commitments import Opening
from consent.ledger.merkle import leaf_hash
from consent.store import audit as audit_store
from consent.store.notices import Notices
from consent.verify import check_receipt, open_checkpoint, root_through
from tests.consent.factories import document
from tests.consent.service import Browser, Service, start

WHY = {"rule": "GDPR Art. 17(1)(b)", "reason": "consent withdrawn"}
UNKNOWN = "4a60b40e-4404-4f24-a898-0d794bf65980"


def subject_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("subject_newsroom")
    assert cookie is not None
    return str(cookie.value)


def call(service: Service, method: str, path: str, *scopes: str, site: str | None = None, **body: Any) -> TestResponse:
    headers = service.token(*scopes, site=site)
    return service.app.test_client().open(path, method=method, headers=headers, json=body or None)


def everything(service: Service, subject: str, *scopes: str) -> dict[str, Any]:
    answer = call(service, "GET", f"/v1/subjects/{subject}", "subjects:read", *scopes)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def erase(service: Service, subject: str, **body: Any) -> str:
    answer = call(service, "DELETE", f"/v1/subjects/{subject}", "subjects:erase", **{**WHY, **body})
    assert answer.status_code == 202, answer.text
    return str(answer.get_json()["erasure"])


def test_all_that_is_held_on_a_subject_is_told_in_full(service_on_both: Service) -> None:
    service = service_on_both
    browser = service.browser()
    browser.choose("agree", page="/en/a")
    browser.choose("preferences", purposes={"analytics": True, "marketing": False}, page="/en/b")
    service.browser().choose("refuse")
    service.drain()
    told = everything(service, subject_of(browser))
    newest, first = told["records"]
    assert (first["event"], first["context"], first["supersedes"]) == ("given", {"page": "/en/a"}, None)
    assert newest["supersedes"] == first["record"]
    assert newest["events"] == {"analytics": "renewed", "marketing": "withdrawn"}
    assert newest["person"] == {"subject": subject_of(browser), "account": None}
    assert (newest["regulation"], newest["modes"]["analytics"]) == ("eu", "opt-in")
    assert (told["hold"], told["subject"]) == (None, subject_of(browser))


def test_nobody_is_told_from_an_unknown_subject(service: Service) -> None:
    assert everything(service, UNKNOWN)["records"] == []
    assert call(service, "DELETE", f"/v1/subjects/{UNKNOWN}", "subjects:erase", **WHY).status_code == 202


def test_an_erased_person_is_gone_and_every_proof_handed_out_before_holds(service_on_both: Service) -> None:
    service = service_on_both
    browser = service.browser()
    taken = [browser.choose(action, page="/en/telling")["record"] for action in ("agree", "refuse", "agree")]
    other = service.browser()
    other.choose("agree")
    service.drain()
    before = [browser.client.get(f"/v1/receipts/{record}").data for record in taken]
    subject = subject_of(browser)
    erasure = erase(service, subject)
    assert call(service, "GET", f"/v1/erasures/{erasure}", "subjects:erase").get_json()["status"] == "accepted"
    service.drain()
    assert everything(service, subject)["records"] == []
    assert len(everything(service, subject_of(other))["records"]) == 1
    for record, receipt in zip(taken, before, strict=True):
        assert list(check_receipt(receipt))
        assert list(check_receipt(browser.client.get(f"/v1/receipts/{record}").data))
        told = call(service, "GET", f"/v1/audit/records/{record}", "audit:read").get_json()
        assert (told["subject"], told["page"], told["purposes"]["necessary"]) == (None, None, True)
    done = call(service, "GET", f"/v1/erasures/{erasure}", "subjects:erase").get_json()
    assert (done["status"], done["act"]["told"]["records"]) == ("erased", taken)
    assert done["act"]["told"]["by"]["label"] == "test" and done["act"]["told"]["rule"] == WHY["rule"]


def test_an_erasure_reaches_the_choices_that_have_not_reached_the_ledger_and_no_later_ones(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    service.drain()
    waiting = browser.choose("refuse")["record"]
    erasure = erase(service, subject_of(browser))
    later = browser.choose("agree")["record"]
    service.drain()
    assert [each["record"] for each in everything(service, subject_of(browser))["records"]] == [later]
    done = call(service, "GET", f"/v1/erasures/{erasure}", "subjects:erase").get_json()
    assert waiting in done["act"]["told"]["records"] and len(done["act"]["told"]["records"]) == 2


def test_erasing_twice_is_two_acts_of_which_the_second_meets_nothing(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    subject = subject_of(browser)
    acts = [erase(service, subject), erase(service, subject)]
    service.drain()
    met = [call(service, "GET", f"/v1/erasures/{each}", "subjects:erase").get_json()["act"]["told"] for each in acts]
    assert [len(each["records"]) for each in met] == [1, 0]


def test_an_export_under_way_tells_nothing_of_whom_is_erased_meanwhile(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = service.browser()
    browser.choose("agree")
    early = subject_of(browser)
    for _ in range(3):
        service.browser().choose("refuse")
    service.drain()
    rows = service.app.extensions["consent"].audit
    monkeypatch.setattr(audit_store, "BATCH", 2)
    reading = rows.all(Filter())
    first = next(reading)
    erase(service, early)
    service.drain()
    rest = list(reading)
    assert first.person is not None
    assert rest[-1].index == 0 and rest[-1].person is None


def test_a_site_token_reaches_that_site_only(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    subject = subject_of(browser)
    path = f"/v1/subjects/{subject}"
    assert call(service, "DELETE", path, "subjects:erase", site="newsroom", **WHY).status_code == 202
    foreign = call(service, "GET", path, "subjects:read", site="gazette").get_json()
    assert foreign["records"] == []
    answer = call(service, "DELETE", path, "subjects:erase", site="gazette", **WHY)
    assert answer.status_code == 422
    assert call(service, "GET", path + "?site=newsroom", "subjects:read", site="gazette").status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "rule"), ({"rule": " "}, "rule"), ({"rule": "r" * 201}, "rule"), ({"rule": "r", "why": "x"}, "why"),
     ({"rule": "r", "site": "elsewhere"}, "site"), ({"rule": "r", "reason": 7}, "reason")],
)  # fmt: skip
def test_a_demand_of_another_form_is_refused_and_nothing_is_written(
    service: Service, body: dict[str, Any], field: str
) -> None:
    headers = service.token("subjects:erase")
    answer = service.app.test_client().delete(f"/v1/subjects/{UNKNOWN}", headers=headers, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert service.written() == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"/v1/subjects/{UNKNOWN}"), ("DELETE", f"/v1/subjects/{UNKNOWN}"), ("GET", "/v1/erasures"),
     ("GET", f"/v1/erasures/{UNKNOWN}"), ("POST", f"/v1/erasures/{UNKNOWN}/approval"), ("GET", "/v1/holds"),
     ("POST", "/v1/holds"), ("DELETE", f"/v1/holds/{UNKNOWN}"), ("GET", "/v1/audit/acts")],
)  # fmt: skip
def test_nothing_is_done_without_the_scope(service: Service, method: str, path: str) -> None:
    client = service.app.test_client()
    assert client.open(path, method=method, json=WHY).status_code == 401
    assert client.open(path, method=method, json=WHY, headers=service.token("console")).status_code == 403


def test_held_records_are_kept_from_erasure_and_from_readers_without_the_scope(service_on_both: Service) -> None:
    service = service_on_both
    browser = service.browser()
    browser.choose("agree", page="/en/a")
    subject = subject_of(browser)
    laid = call(service, "POST", "/v1/holds", "holds:write", subject=subject, rule="Art. 17(3)(e)", reason="case 12")
    assert laid.status_code == 202
    service.drain()
    refused = call(service, "DELETE", f"/v1/subjects/{subject}", "subjects:erase", **WHY)
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/held")
    assert "Art. 17(3)(e)" in refused.get_json()["detail"]
    assert call(service, "GET", f"/v1/subjects/{subject}", "subjects:read").status_code == 403
    [record] = everything(service, subject, "holds:read")["records"]
    assert record["person"]["subject"] == subject and record["context"] is None
    _assert_hidden(service, subject, record["record"])
    [hold] = call(service, "GET", "/v1/holds", "holds:read").get_json()["holds"]
    assert (hold["rule"], hold["hold"]) == ("Art. 17(3)(e)", laid.get_json()["hold"])
    assert subject not in json.dumps(hold)
    call(service, "DELETE", f"/v1/holds/{hold['hold']}", "holds:write")
    service.drain()
    assert call(service, "GET", "/v1/holds", "holds:read").get_json()["holds"] == []
    erase(service, subject)
    service.drain()
    assert everything(service, subject)["records"] == []


def _assert_hidden(service: Service, subject: str, record: str) -> None:
    plain = call(service, "GET", f"/v1/audit/records/{record}", "audit:read").get_json()
    allowed = call(service, "GET", f"/v1/audit/records/{record}", "audit:read", "holds:read").get_json()
    assert (plain["subject"], allowed["subject"]) == (None, subject)
    assert call(service, "GET", f"/v1/audit/records?subject={subject}", "audit:read").get_json()["records"] == []
    found = call(service, "GET", f"/v1/audit/records?subject={subject}", "audit:read", "holds:read").get_json()
    assert len(found["records"]) == 1
    assert subject not in call(service, "GET", "/v1/audit/export?format=csv", "audit:read").text


def test_a_hold_that_comes_first_in_the_stream_stops_an_erasure_that_was_taken_before_it_was_known(
    service: Service,
) -> None:
    browser = service.browser()
    browser.choose("agree")
    subject = subject_of(browser)
    call(service, "POST", "/v1/holds", "holds:write", subject=subject, rule="Art. 17(3)(e)")
    erasure = erase(service, subject)
    service.drain()
    done = call(service, "GET", f"/v1/erasures/{erasure}", "subjects:erase").get_json()
    assert (done["status"], done["act"]["told"]["records"]) == ("held", [])
    assert len(everything(service, subject, "holds:read")["records"]) == 1


@pytest.fixture
def careful(redis_url: str, tmp_path: Path, migrated: Path) -> Iterator[Service]:
    """A service whose erasures wait for a second approver."""
    path = shutil.copy(migrated, tmp_path / "careful.db")
    running = start(redis_url, f"sqlite:///{path}", tmp_path, erasure_approval=True)
    yield running
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()


def test_where_the_setting_asks_a_second_token_approves_an_erasure(careful: Service) -> None:
    browser = careful.browser()
    browser.choose("agree")
    subject = subject_of(browser)
    first, second = careful.token("subjects:erase"), careful.token("subjects:erase")
    client = careful.app.test_client()
    asked = client.delete(f"/v1/subjects/{subject}", json=WHY, headers=first)
    assert (asked.status_code, asked.get_json()["status"]) == (202, "awaiting-approval")
    address = f"/v1/erasures/{asked.get_json()['erasure']}"
    careful.drain()
    assert len(everything(careful, subject)["records"]) == 1
    [waiting] = client.get("/v1/erasures", headers=second).get_json()["erasures"]
    assert waiting["rule"] == WHY["rule"] and subject not in json.dumps(waiting)
    assert client.post(f"{address}/approval", headers=first).status_code == 403
    assert (
        client.post(f"{address}/approval", headers=careful.token("subjects:erase", site="gazette")).status_code == 404
    )
    assert client.post(f"{address}/approval", headers=second).status_code == 202
    assert client.post(f"{address}/approval", headers=second).status_code == 404
    careful.drain()
    done = client.get(address, headers=second).get_json()
    assert done["status"] == "erased"
    assert done["act"]["told"]["by"]["token"] != done["act"]["told"]["approved_by"]["token"]
    assert everything(careful, subject)["records"] == []
    with read(careful.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM erasure_request")).scalar() == 0


def test_no_denial_is_promised_of_an_erasure_that_is_being_approved(careful: Service, monkeypatch: Any) -> None:
    browser, client = careful.browser(), careful.app.test_client()
    browser.choose("agree")
    first, second, third = (careful.token("subjects:erase") for _ in range(3))
    asked = client.delete(f"/v1/subjects/{subject_of(browser)}", json=WHY, headers=first).get_json()
    address, acting = f"/v1/erasures/{asked['erasure']}", careful.app.extensions["consent"].acting
    act, denied = acting.act, []

    def refuse(*told: Any) -> str:
        denied.append(client.delete(address, headers=third).status_code)
        raise Unavailable("not on disk")

    monkeypatch.setattr(acting, "act", refuse)
    assert client.post(f"{address}/approval", headers=second).status_code == 503
    monkeypatch.setattr(acting, "act", act)
    assert [*denied, client.delete(address, headers=third).status_code] == [409, 409]
    assert client.post(f"{address}/approval", headers=third).status_code == 202
    careful.drain()
    told = client.get(address, headers=first).get_json()["act"]["told"]
    assert (told["outcome"], told["approved_by"]["token"]) == ("erased", second["Authorization"][7:23])
    assert client.delete(address, headers=third).status_code == 404


def test_who_asked_without_a_token_does_not_approve_it_either(careful: Service) -> None:
    erasures = careful.app.extensions["consent"].erasures
    ada, eve = ({"iss": "https://id.example", "sub": name, "label": "the same"} for name in ("ada", "eve"))
    erasure, waits = erasures.ask(Demand(("f" * 64,), None, WHY["rule"], None, ada))
    assert waits
    with pytest.raises(Forbidden):
        erasures.approve(erasure, {**ada, "label": "another"}, None)
    erasures.approve(erasure, eve, None)
    assert erasures.all_waiting(None) == []


def test_a_denied_erasure_is_forgotten_and_erases_nothing(careful: Service) -> None:
    browser = careful.browser()
    browser.choose("agree")
    asked = erase(careful, subject_of(browser))
    assert call(careful, "DELETE", f"/v1/erasures/{asked}", "subjects:erase").status_code == 204
    assert call(careful, "GET", f"/v1/erasures/{asked}", "subjects:erase").status_code == 404
    careful.drain()
    assert len(everything(careful, subject_of(browser))["records"]) == 1


def test_acts_are_listed_with_proofs_that_an_outsider_can_check(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    erasure = erase(service, subject_of(browser))
    assert call(service, "GET", f"/v1/audit/acts/{erasure}", "audit:read").status_code == 202
    service.drain()
    [act] = call(service, "GET", "/v1/audit/acts?kind=erased", "audit:read").get_json()["acts"]
    for days, many in (
        (f"from={act['at']}", 1),
        (f"to={act['at']}", 0),
        (f"from=2020-01-01T00:00:00Z&to={act['at']}", 0),
    ):
        listed = call(service, "GET", f"/v1/audit/acts?kind=erased&{days}", "audit:read").get_json()["acts"]
        assert len(listed) == many, days
    whole = call(service, "GET", f"/v1/audit/acts/{erasure}", "audit:read").get_json()
    assert {name: whole[name] for name in act} == act
    _assert_proved(whole["proof"])
    with read(service.engine) as connection:
        refs = connection.execute(text("SELECT count(*) FROM person")).scalar()
    assert refs == 0


def _assert_proved(proof: dict[str, Any]) -> None:
    leaf = base64.b64decode(proof["leaf"])
    opening = Opening(base64.b64decode(proof["act"]["salt"]), proof["act"]["body"].encode())
    assert opening.opens("act", json.loads(leaf)["act"])
    head, _, note = proof["inclusion"].partition("\n\n")
    _, index, *path = head.split("\n")
    checkpoint = open_checkpoint(note, [proof["key"]], "proof")
    hashes = [base64.b64decode(each) for each in path]
    at = int(index.removeprefix("index "))
    assert root_through(leaf_hash(leaf), at, checkpoint.size, hashes) == checkpoint.root


def correct(service: Service, subject: str, **body: Any) -> TestResponse:
    sent = {"event_id": str(uuid4()), "purposes": {"analytics": False, "marketing": True}, "reason": "misheard", **body}
    return call(service, "POST", f"/v1/subjects/{subject}/records", "records:write", **sent)


def test_a_record_is_rectified_by_one_that_supersedes_it_and_says_why(service_on_both: Service) -> None:
    service = service_on_both
    browser = service.browser()
    wrong = browser.choose("preferences", purposes={"analytics": True, "marketing": False})["record"]
    service.drain()
    before = browser.client.get(f"/v1/receipts/{wrong}").data
    event_id = str(uuid4())
    answer = correct(service, subject_of(browser), supersedes=wrong, event_id=event_id)
    assert answer.status_code == 201, answer.text
    assert correct(service, subject_of(browser), supersedes=wrong, event_id=event_id).get_json() == answer.get_json()
    service.drain()
    newest, first = everything(service, subject_of(browser))["records"]
    assert (newest["record"], newest["supersedes"], newest["reason"]) == (
        answer.get_json()["record"],
        wrong,
        "misheard",
    )
    assert (newest["action"], newest["writer"], newest["layer"]) == ("rectify", "server", "api")
    assert newest["events"] == {"analytics": "withdrawn", "marketing": "given"}
    assert newest["valid_until"] == first["valid_until"]
    assert first["purposes"] == {"necessary": True, "analytics": True, "marketing": False}
    assert browser.client.get(f"/v1/receipts/{wrong}").data[:200] == before[:200]
    assert list(check_receipt(browser.client.get(f"/v1/receipts/{newest['record']}").data))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"purposes": {"analytics": True}}, 422),
        ({"purposes": {"analytics": True, "marketing": True, "necessary": True}}, 422),
        ({"reason": ""}, 422),
        ({"supersedes": UNKNOWN}, 404),
        ({"why": "x"}, 422),
    ],
)
def test_a_correction_that_is_none_is_refused(service: Service, body: dict[str, Any], status: int) -> None:
    browser = service.browser()
    record = browser.choose("agree")["record"]
    service.drain()
    assert correct(service, subject_of(browser), **{"supersedes": record, **body}).status_code == status
    assert correct(service, UNKNOWN, supersedes=record).status_code == 404
    assert service.written() == 1


def test_a_notice_found_faulty_counts_no_more_and_its_readers_are_asked_again(service_on_both: Service) -> None:
    service = service_on_both
    browser, late = service.browser(), service.browser()
    faulty = browser.notice()["notice"]
    browser.choose("agree")
    open_page = late.choice("agree")
    invalid = f"/v1/notices/{faulty}/invalidation"
    assert call(service, "POST", invalid, "records:write", reason="vendors missing").status_code == 409
    Notices(service.engine).publish(notices.of(document(validity_days=90)), service.clock())
    services = service.app.extensions["consent"]
    services.catalogue.forget()
    assert browser.notice()["ask"] == "none"  # only days have changed
    assert call(service, "POST", invalid, "records:write", site="gazette", reason="x").status_code == 404
    assert call(service, "POST", f"/v1/notices/{'0' * 64}/invalidation", "records:write", reason="x").status_code == 404
    answer = call(service, "POST", invalid, "records:write", reason="vendors missing")
    assert answer.status_code == 202
    service.drain()
    services.catalogue.forget()
    assert browser.notice()["ask"] == "all"
    stale = late.post(open_page)
    assert (stale.status_code, stale.get_json()["type"]) == (422, "/problems/display-token-expired")
    [record] = everything(service, subject_of(browser))["records"]
    assert record["invalidated"] is True
    told = call(service, "GET", f"/v1/audit/acts/{answer.get_json()['invalidation']}", "audit:read").get_json()["told"]
    assert (told["notice"], told["reason"]) == (faulty, "vendors missing")
