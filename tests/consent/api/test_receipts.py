import json
from base64 import b64decode

import pytest

from consent.verify import check_receipt
from tests.consent.service import Browser, Service

UNKNOWN = "4a60b40e-4404-4f24-a898-0d794bf65980"


def _path(taken: dict[str, str]) -> str:
    return "/v1/receipts/" + taken["record"]


def test_a_receipt_waits_for_the_ledger_and_then_proves_itself(service: Service, browser: Browser) -> None:
    taken = browser.choose("agree")
    waiting = browser.client.get(_path(taken))
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (202, "1")
    assert waiting.get_json() == {"record": taken["record"], "status": "pending"}
    service.drain()
    receipt = browser.client.get(_path(taken))
    assert (receipt.status_code, receipt.content_type) == (200, "application/ld+json")
    assert list(check_receipt(receipt.data))
    assert "Accept" in receipt.headers["Vary"]


def test_a_browser_gets_a_page_and_a_program_the_file(service: Service, browser: Browser) -> None:
    taken = browser.choose("refuse")
    as_browsers_ask = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    assert browser.client.get(_path(taken), headers=as_browsers_ask).headers["Refresh"] == "1"
    service.drain()
    page = browser.client.get(_path(taken), headers=as_browsers_ask)
    assert page.content_type == "text/html; charset=utf-8"
    assert taken["record"] in page.text and "default-src 'none'" in page.headers["Content-Security-Policy"]
    for accept in ("*/*", "application/ld+json", "application/json"):
        answer = browser.client.get(_path(taken), headers={"Accept": accept})
        assert answer.content_type == "application/ld+json"


@pytest.mark.parametrize("record", [UNKNOWN, "00000000-0000-8000-8000-000000000000", "x", "x" * 36])
def test_a_record_that_is_not_there_has_no_receipt(browser: Browser, record: str) -> None:
    assert browser.client.get(f"/v1/receipts/{record}").status_code == 404


def test_a_receipt_names_nobody(service: Service, browser: Browser) -> None:
    taken = browser.choose("agree", page="/en/a-telling-page")
    service.drain()
    subject = browser.client.get_cookie("subject_newsroom")
    text = browser.client.get(_path(taken)).text
    assert subject is not None and subject.value not in text and "a-telling-page" not in text


def test_a_proof_file_holds_the_entry_that_it_proves(service: Service, browser: Browser) -> None:
    taken = browser.choose("agree")
    path = f"{_path(taken)}.tlog-proof"
    assert browser.client.get(path).status_code == 202
    service.drain()
    answer = browser.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{taken["record"]}.tlog-proof"'
    proof = json.loads(browser.client.get(_path(taken)).data)["proof"]
    title, extra, *rest = answer.text.split("\n")
    assert [title, *rest] == proof["inclusion"].split("\n")
    held = json.loads(b64decode(extra.removeprefix("extra ")))
    assert held == {"leaf": proof["leaf"], "choice": proof["choice"]}
    assert browser.client.get(f"/v1/receipts/{UNKNOWN}.tlog-proof").status_code == 404


def test_an_officer_s_proof_file_holds_no_part_of_the_record(service: Service, browser: Browser) -> None:
    taken = browser.choose("agree")
    service.drain()
    path = f"/v1/audit/records/{taken['record']}.tlog-proof"
    assert browser.client.get(path).status_code == 401
    answer = browser.client.get(path, headers=service.token("audit:read"))
    assert answer.text == json.loads(browser.client.get(_path(taken)).data)["proof"]["inclusion"]
    assert browser.client.get(path, headers=service.token("audit:read", site="another")).status_code == 404
