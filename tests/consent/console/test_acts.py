"""What was done to records, as the officer reads it, and the deeds that begin at the console."""

import re
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from consent import notices
from consent.console import act_words
from consent.roles import ROLES
from consent.store.notices import Notices
from tests.consent.console.officer import OWN, form_word, make_token, read, sign_in
from tests.consent.factories import document
from tests.consent.service import Service

ACTS = "/console/acts"


def _officer(service: Service, role: str = "officer", site: str | None = None) -> Client:
    return sign_in(service, make_token(service, *ROLES[role].scopes, site=site))[0]


def _post(client: Client, path: str, **form: str) -> TestResponse:
    sent = {"csrf": form_word(client), **form}
    return client.post(path, data=sent, base_url=OWN, headers={"Origin": OWN})


def _chosen(service: Service) -> str:
    reader = service.browser()
    reader.choose("agree", page="/en/slug")
    service.drain()
    return str(reader.client.get_cookie("subject_newsroom", domain="localhost").value)  # type: ignore[union-attr]


def test_acts_are_told_in_words_and_found_by_kind_and_day(service: Service) -> None:
    subject, client = _chosen(service), _officer(service)
    read(client, f"/console/records?subject={subject}&event=given")
    _post(client, f"/console/subjects/{subject}", act="hold", rule="Art. 17(3)(e)", reason="a lawsuit", confirmed="yes")
    service.drain()
    page = read(client, ACTS)
    assert "searched the records where event given, subject (not told): 1 record" in page
    assert "held a person&#39;s records (1 record) under Art. 17(3)(e): a lawsuit" in page
    assert subject not in page
    assert "searched" not in read(client, f"{ACTS}?kind=held") and "held a person" in read(client, f"{ACTS}?kind=held")
    assert "No acts match" in read(client, f"{ACTS}?to=2020-01-01")
    assert client.get(f"{ACTS}?kind=stolen&from=yesterday", base_url=OWN).text.count('-fault"') >= 2
    older = re.search(r'href="([^"]+)">Older', read(client, f"{ACTS}?limit=1"))
    assert older is not None and "← Newest" in read(client, older[1].replace("&amp;", "&"))


def test_an_act_has_a_page_with_its_proof_and_a_file(service: Service) -> None:
    subject, client = _chosen(service), _officer(service)
    _post(client, f"/console/subjects/{subject}", act="erase", rule="GDPR Art. 17(1)(b)", confirmed="yes")
    service.drain()
    own = re.search(rf'href="({ACTS}/[^"]+)"', read(client, f"{ACTS}?kind=erased"))
    assert own is not None
    page = read(client, own[1])
    assert "erased person and context of a person (1 record)" in page and "tlog-proof@v1" in page
    assert page.count("/console/records/") == 1
    file = client.get(f"{own[1]}.json", base_url=OWN).get_json()
    assert file["told"]["outcome"] == "erased" and file["proof"]["inclusion"].startswith("c2sp.org/tlog-proof@v1")


def test_an_erasure_says_first_what_goes_and_what_stays(service: Service) -> None:
    subject, client = _chosen(service), _officer(service)
    address = f"/console/subjects/{subject}"
    asked = _post(client, address, act="erase", rule="GDPR Art. 17(1)(b)", reason="by letter")
    assert asked.status_code == 200 and "Erase this person?" in asked.text
    assert "the subject id, and the account where there is one" in asked.text and "1 record in the log" in asked.text
    assert "Whom 0 accesses in the log" in asked.text
    assert 'name="reason" value="by letter"' in asked.text
    service.drain()
    assert "Nothing is held" not in read(client, address)
    sent = dict(re.findall(r'name="([a-z]+)" value="([^"]*)"', asked.text))
    assert client.post(address, data=sent, base_url=OWN, headers={"Origin": OWN}).status_code == 303
    service.drain()
    assert "Nothing is held" in read(client, address)


def test_a_hold_is_listed_and_ended_by_who_may(service: Service) -> None:
    subject, client = _chosen(service), _officer(service)
    asked = _post(client, f"/console/subjects/{subject}", act="hold", rule="Art. 17(3)(e)")
    assert "against any erasure, until the hold is ended" in asked.text
    _post(client, f"/console/subjects/{subject}", act="hold", rule="Art. 17(3)(e)", confirmed="yes")
    service.drain()
    end = re.search(r'action="(/console/holds/[^"]+/end)"', read(client, ACTS))
    assert end is not None
    auditor = _officer(service, "auditor")
    assert "Legal holds" not in read(auditor, ACTS) and _post(auditor, end[1]).status_code == 403
    assert _post(_officer(service, site="gazette"), end[1]).status_code == 404
    assert "End the legal hold?" in _post(client, end[1]).text
    service.drain()
    assert end[1] in read(client, ACTS)
    assert _post(client, end[1], confirmed="yes").status_code == 303
    service.drain()
    page = read(client, ACTS)
    assert end[1] not in page and "ended a hold" in page


def test_an_erasure_that_waits_is_approved_by_another_only(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    services = service.app.extensions["consent"]
    monkeypatch.setattr(services.erasures, "_approval", True)
    subject, client, other = _chosen(service), _officer(service), _officer(service)
    _post(client, f"/console/subjects/{subject}", act="erase", rule="GDPR Art. 17(1)(b)", confirmed="yes")
    assert "Another than you has to approve it" in read(client, ACTS)
    approve = re.search(r'action="(/console/erasures/[^"]+/approve)"', read(other, ACTS))
    assert approve is not None
    assert _post(client, approve[1], confirmed="yes").status_code == 403
    assert "Approve the erasure?" in _post(other, approve[1]).text
    assert _post(other, approve[1], confirmed="yes").headers["Location"].endswith("done=approved")
    service.drain()
    assert "approved by" in read(other, f"{ACTS}?kind=erased")
    again = _chosen(service)
    _post(client, f"/console/subjects/{again}", act="erase", rule="GDPR Art. 17(1)(b)", confirmed="yes")
    deny = re.search(r'action="(/console/erasures/[^"]+/deny)"', read(other, ACTS))
    assert deny is not None and _post(other, deny[1]).status_code == 303
    assert "wait for a second person" not in read(other, ACTS)


def test_a_notice_is_declared_faulty_once_another_is_shown(service: Service) -> None:
    _chosen(service)
    client, first = _officer(service), notices.of(document()).sha256
    address = f"/console/notices/{first}"
    assert "once a mended one is published" in read(client, address)
    assert _post(client, f"{address}/invalidation", reason="a vendor was missing").status_code == 409
    Notices(service.engine).publish(notices.of(document(validity_days=30)), service.clock())
    service.app.extensions["consent"].catalogue.forget()
    assert "Declare it faulty…" in read(client, address)
    assert _post(_officer(service, "auditor"), f"{address}/invalidation", reason="x").status_code == 403
    assert _post(client, f"{address}/invalidation", reason=" ").status_code == 422
    asked = _post(client, f"{address}/invalidation", reason="a vendor was missing")
    assert "Every choice under it, 1 record" in asked.text
    _post(client, f"{address}/invalidation", reason="a vendor was missing", confirmed="yes")
    service.drain()
    service.app.extensions["consent"].catalogue.forget()
    assert "It was declared faulty" in read(client, address)
    assert f"declared the notice {first[:16]} faulty: a vendor was missing" in read(client, f"{ACTS}?kind=invalidated")


def test_who_may_not_sees_why_and_a_form_of_another_page_does_nothing(service: Service) -> None:
    subject, client = _chosen(service), _officer(service)
    assert sign_in(service, make_token(service, "console"))[0].get(ACTS, base_url=OWN).status_code == 403
    reader = sign_in(service, make_token(service, "console", "audit:read", "subjects:read"))[0]
    page = read(reader, f"/console/subjects/{subject}")
    assert "takes the scope <code>subjects:erase</code>" in page and '<form class="filters" method' not in page
    forged = {"csrf": "guessed", "act": "erase", "rule": "x", "confirmed": "yes"}
    assert client.post(f"/console/subjects/{subject}", data=forged, base_url=OWN).status_code == 403


def test_a_sites_officer_sees_the_acts_of_that_site_only(service: Service) -> None:
    subject = _chosen(service)
    own, elsewhere = _officer(service, site="newsroom"), _officer(service, site="gazette")
    _post(own, f"/console/subjects/{subject}", act="hold", rule="Art. 17(3)(e)", confirmed="yes")
    service.drain()
    act = re.search(rf'href="({ACTS}/[^"]+)"', read(own, f"{ACTS}?kind=held"))
    assert act is not None and elsewhere.get(act[1], base_url=OWN).status_code == 404
    assert "held a person" not in read(elsewhere, ACTS)


WORDS: list[tuple[str, dict[str, Any], str]] = [
    (
        "config",
        {"what": "notice-published", "notice": "ab", "languages": ["en", "es"], "at": 1},
        "notice published ab en, es",
    ),
    ("config", {"what": "token-made", "label": "desk", "scopes": ["console"], "token": "1"}, "token made desk"),
    (
        "erased",
        {"parts": ["context"], "before_ms": 1, "records": ["a"]},
        "erased context of 1 record, whose time was over",
    ),
    (
        "erased",
        {"parts": ["person"], "outcome": "held", "hold": "Art. 6"},
        "erased nothing: a hold keeps the records (Art. 6)",
    ),
    (
        "access",
        {"what": "export", "filter": {"from": 0}, "format": "csv"},
        "asked for an export as csv where from 1970-01-01 00:00",
    ),
    ("access", {"what": "export-end", "rows": 1200}, "an export ended: 1,200 records"),
    ("released", {"hold": "x", "outcome": "unknown"}, "ended a hold that there was not"),
]


@pytest.mark.parametrize(("kind", "told", "words"), WORDS)
def test_every_kind_of_act_has_words(kind: str, told: dict[str, Any], words: str) -> None:
    assert act_words.of(kind, told) == words


def test_who_did_it_is_named() -> None:
    assert act_words.doer({"by": {"clock": "retention"}}) == "the clock"
    assert act_words.doer({"by": {"label": "Ada"}, "approved_by": {"label": "Bob"}}) == "Ada, approved by Bob"
    assert act_words.doer({"by": {"token": "1f", "link": True}}) == "whoever had the link"
    assert act_words.doer({}) == "the service"
