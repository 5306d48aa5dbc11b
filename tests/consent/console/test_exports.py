"""Exports at the console: asked for in the words of a search, watched, fetched, ended."""

import hashlib
import json
import re
import shlex

import pytest
from werkzeug.test import Client, TestResponse

from consent.api import exporting
from consent.roles import ROLES
from consent.store import block_counts, record_walk, terms
from tests.consent.console.officer import OWN, RECORDS, form_word, make_token, read, sign_in
from tests.consent.service import Service

EXPORTS = "/console/exports"


def _auditor(service: Service, *scopes: str, site: str | None = None) -> Client:
    return sign_in(service, make_token(service, *(scopes or ROLES["auditor"].scopes), site=site))[0]


def _post(client: Client, path: str, **form: str) -> TestResponse:
    sent = {"csrf": form_word(client), **form}
    return client.post(path, data=sent, base_url=OWN, headers={"Origin": OWN})


def _ask(client: Client, **form: str) -> str:
    answer = _post(client, EXPORTS, **form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_search_becomes_an_export_of_just_what_it_found(service: Service) -> None:
    for action in ("agree", "refuse", "refuse"):
        service.browser().choose(action)
    service.drain()
    client = _auditor(service)
    found = read(client, RECORDS + "?purpose=analytics&decision=refused")
    assert "Export these 2</a>" in found
    page = read(client, f"{EXPORTS}?purpose=analytics&decision=refused")
    assert "<strong>2</strong> records match now" in page and 'name="decision" value="refused"' in page
    assert re.search(r"a table for a spreadsheet, about [\d.]+ (Bytes|kB)", page)
    one = _ask(client, format="csv", purpose="analytics", decision="refused")
    told = read(client, one)
    assert "2 records as CSV" in told and "decision <strong>refused</strong>" in told
    file = client.get(f"{one}/file", base_url=OWN)
    assert file.text.count("\r\n") == 3 and "analytics=yes" not in file.text
    check = shlex.split(re.search(r"<code>(echo [^<]*)</code>", told)[1].replace("&#39;", "'"))  # type: ignore[index]
    assert check[1] == f"{hashlib.sha256(file.data).hexdigest()}  records-3.csv"
    rest = client.get(f"{one}/file", base_url=OWN, headers={"Range": "bytes=100-", "If-Range": file.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, file.data[100:])
    listed = read(client, EXPORTS)
    assert listed.count('data-label="State"') == 1 and "to be had until" in listed and ">you<" in listed


def test_days_are_whole_days_in_utc_and_stay_days(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    client = _auditor(service)
    day = re.search(r'<time datetime="([0-9-]{10})', read(client, RECORDS))
    assert day is not None
    one = _ask(client, format="jsonl", **{"from": day[1], "to": day[1]})
    assert f"to <strong>{day[1]}</strong>" in read(client, one)
    manifest = client.get(f"{one}.json", base_url=OWN).get_json()
    assert manifest["records"] == 1 and manifest["filter"]["from"] == f"{day[1]}T00:00:00.000Z"
    assert "0</strong> records match" in read(client, f"{EXPORTS}?to=2020-01-01")


def test_an_export_tells_how_far_it_was_made_with_script_and_without(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        service.browser().choose("agree")
    service.drain()
    monkeypatch.setattr("consent.api.exporting.PATIENCE_S", -1.0)
    client = _auditor(service)
    one = _ask(client, format="csv")
    page = read(client, one)
    assert '<noscript><meta http-equiv="refresh"' in page and "0 of 3 entries looked at" in page
    state = client.get(f"{one}.json", base_url=OWN).get_json()
    assert (state["complete"], state["progress"]["looked"], state["progress"]["records"]) == (False, 3, 3)
    while "Being made" in read(client, one):
        pass
    assert "3 records as CSV" in read(client, one) and "refresh" not in read(client, one)


def test_a_bundle_comes_with_the_line_that_verifies_it(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    client = _auditor(service)
    one = _ask(client, format="bundle")
    key = service.app.extensions["consent"].ledger.vkey
    assert f"consent verify records-1.zip --key {key}" in read(client, one)
    assert client.get(f"{one}/file", base_url=OWN).data[:2] == b"PK"
    assert "1 record as Regulator bundle" in read(client, one)


def test_a_bundle_tells_how_far_it_was_made_while_it_is_fetched(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (terms, block_counts):
        monkeypatch.setattr(module, "LEVELS", (1, 4, 6))
    for module in (record_walk, exporting):
        monkeypatch.setattr(module, "WIDTH", 2)
    for _ in range(5):
        service.browser().choose("agree")
    service.drain()
    client = _auditor(service)
    one = _ask(client, format="bundle")
    before = read(client, one)
    assert "0 of 5 entries looked at" in before and "export.js" in before and "refresh" not in before
    told = []
    for _ in client.get(f"{one}/file", base_url=OWN).iter_encoded():
        state = client.get(f"{one}.json", base_url=OWN).get_json()
        told.append((state["progress"]["looked"], state["progress"]["records"]))
        if told[-1] == (3, 3):
            page = read(client, one)
            assert (
                'max="5" value="3"' in page
                and "3 records</p>" in page
                and '<noscript><meta http-equiv="refresh"' in page
            )
    assert list(dict.fromkeys(told)) == [(0, 0), (1, 1), (3, 3)]
    assert "5 records as Regulator bundle" in read(client, one) and "refresh" not in read(client, one)
    assert client.get(f"{one}.json", base_url=OWN).get_json()["segments"] == []


def test_a_link_is_shown_once_and_opens_once(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    client = _auditor(service)
    one = _ask(client, format="jsonl")
    line = re.search(r"<code>(curl [^<]*)</code>", _post(client, f"{one}/link").text)
    assert line is not None
    *_, if_range, link = shlex.split(line[1].replace("&#39;", "'").replace("&#34;", '"'))
    assert link not in read(client, one)
    path, nobody = link.removeprefix("https://consent.example"), service.app.test_client()
    first = nobody.get(path)
    assert first.status_code == 200 and if_range == f"If-Range: {first.headers['ETag']}"
    assert nobody.get(path).status_code == 403


def test_an_erasure_ends_an_export_and_the_page_offers_another(service: Service) -> None:
    reader = service.browser()
    reader.choose("agree")
    service.drain()
    client = _auditor(service, *ROLES["officer"].scopes)
    one = _ask(client, format="csv", event="given")
    subject = reader.client.get_cookie("subject_newsroom", domain="localhost").value  # type: ignore[union-attr]
    _post(client, f"/console/subjects/{subject}", act="erase", rule="GDPR Art. 17(1)(b)", confirmed="yes")
    service.drain()
    page = client.get(one, base_url=OWN)
    assert page.status_code == 410 and "Ask for it again" in page.text and 'name="event" value="given"' in page.text
    assert client.get(f"{one}/file", base_url=OWN).status_code == 410
    assert "ended by an erasure or a hold" in read(client, EXPORTS)
    assert "1 record as CSV" in read(client, _ask(client, format="csv", event="given"))


def test_another_s_export_is_listed_without_its_person_and_is_not_to_be_had(service: Service) -> None:
    reader = service.browser()
    reader.choose("agree")
    service.drain()
    subject = reader.client.get_cookie("subject_newsroom", domain="localhost").value  # type: ignore[union-attr]
    one = _ask(_auditor(service), format="csv", subject=str(subject))
    other = _auditor(service)
    listed = read(other, EXPORTS)
    assert "subject a person" in listed and str(subject) not in listed and one not in listed
    assert other.get(one, base_url=OWN).status_code == 404
    assert 'data-label="State"' not in read(_auditor(service, site="gazette"), EXPORTS)


def test_who_may_not_export_sees_why_and_nothing_leaves(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    client = _auditor(service, "console")
    answer = client.get(EXPORTS, base_url=OWN)
    assert answer.status_code == 403 and "lacks the scope audit:read" in answer.text
    assert _post(client, EXPORTS, format="csv").status_code == 403
    auditor = _auditor(service)
    assert auditor.post(EXPORTS, data={"format": "csv"}, base_url=OWN).status_code == 403  # without the form's word
    assert _post(auditor, EXPORTS, format="xls").status_code == 422
    assert 'data-label="State"' not in read(auditor, EXPORTS)


def test_each_export_is_an_access_in_the_log(service: Service) -> None:
    service.browser().choose("agree")
    service.drain()
    client = _auditor(service)
    client.get(f"{_ask(client, format='csv')}/file", base_url=OWN)
    service.drain()
    acts = service.app.extensions["consent"].act_log.page(10, kind="access")
    assert b'"what":"export-file"' in acts[0].body and b'"what":"export"' in acts[1].body
    assert all(b'"console":true' in act.body and b'"label":"officer"' in act.body for act in acts[:2])


def test_what_an_export_would_come_to_is_told_to_nobody_unseen(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    service.drain()
    client = _auditor(service)
    subject = browser.client.get_cookie("subject_newsroom", domain="localhost").value  # type: ignore[union-attr]
    read(client, EXPORTS)
    assert "<strong>1</strong> record" in read(client, f"{EXPORTS}?subject={subject}")
    service.drain()
    accesses = [json.loads(each.body) for each in service.app.extensions["consent"].act_log.page(9, kind="access")]
    assert [(each["what"], each["filter"], each["rows"]) for each in accesses] == [("search", {"subject": True}, 1)]
