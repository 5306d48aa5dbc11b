import json

import pytest

from tests.consent.api.test_subjects import call
from tests.consent.service import ORIGIN, Browser, Service

ME = "/v1/consents/me?site=newsroom"


def test_who_has_chosen_nothing_has_no_history(browser: Browser) -> None:
    answer = browser.client.get(ME, headers={"Origin": ORIGIN})
    assert answer.get_json() == {"site": "newsroom", "subject": None, "state": None, "pending": [], "history": []}
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_choice_shows_before_and_after_it_reaches_the_ledger(service: Service, browser: Browser) -> None:
    first, second = browser.choose("agree"), browser.choose("refuse")
    service.drain()
    third = browser.choose("agree")
    before = browser.client.get(ME).get_json()
    assert [each["record"] for each in before["pending"]] == [third["record"]]
    assert [each["record"] for each in before["history"]] == [second["record"], first["record"]]
    service.drain()
    after = browser.client.get(ME).get_json()
    assert after["pending"] == []
    assert [each["record"] for each in after["history"]] == [third["record"], second["record"], first["record"]]
    for state in (before["state"], after["state"]):
        assert (state["record"], state["purposes"]) == (third["record"], third["purposes"])


def test_nobody_sees_anothers_history(service: Service, browser: Browser) -> None:
    browser.choose("agree")
    service.drain()
    stranger = service.browser()
    stranger.choose("refuse")
    history = stranger.client.get(ME).get_json()
    assert len(history["pending"]) == 1 and history["history"] == []


@pytest.mark.parametrize(("query", "status"), [("", 422), ("?site=elsewhere", 404), ("?site=newsroom&all=1", 422)])
def test_a_question_of_another_form_is_refused(browser: Browser, query: str, status: int) -> None:
    assert browser.client.get("/v1/consents/me" + query).status_code == status


def test_a_foreign_page_is_refused(browser: Browser) -> None:
    assert browser.client.get(ME, headers={"Origin": "https://evil.example"}).status_code == 403


ERASURE = "/v1/consents/me/erasure"
OWN = {"Origin": "https://consent.example"}
HTML = {"Accept": "text/html"}


def _word(page: str) -> str:
    return page.split('name="word" value="')[1].split('"')[0]


def test_a_reader_sees_everything_on_a_page_and_has_it_erased_without_a_script(service: Service) -> None:
    browser = service.browser()
    browser.choose("preferences", purposes={"analytics": True, "marketing": False}, page="/en/telling")
    service.drain()
    page = browser.client.get(ME + "&lang=es", headers=HTML)
    subject = browser.client.get_cookie("subject_newsroom")
    assert subject is not None
    assert "/en/telling" in page.text and subject.value in page.text and '<html lang="es"' in page.text
    assert "form-action https://consent.example" in page.headers["Content-Security-Policy"]
    done = browser.client.post(ERASURE, data={"site": "newsroom", "word": _word(page.text)}, headers=OWN)
    assert done.status_code == 303 and done.headers["Location"].endswith("/v1/consents/me?site=newsroom&erased=true")
    assert browser.client.get_cookie("subject_newsroom") is None
    assert browser.client.get_cookie("consent_newsroom") is None
    service.drain()
    after = browser.client.get(ME + "&erased=true", headers=HTML)
    assert "being erased" in after.text and "/en/telling" not in after.text
    [act] = service.app.extensions["consent"].act_log.page(5, kind="erased")
    told = json.loads(act.body)
    assert (told["by"], told["outcome"], len(told["records"])) == ({"reader": True}, "erased", 1)


def test_a_page_of_the_site_may_ask_for_the_erasure_of_its_reader(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    done = browser.client.post(ERASURE, json={"site": "newsroom"}, headers={"Origin": ORIGIN})
    assert (done.status_code, done.get_json()["status"]) == (202, "accepted")
    service.drain()
    assert len(service.app.extensions["consent"].act_log.page(5, kind="erased")) == 1


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"site": "newsroom", "word": "guess"}, OWN),
        ({"site": "newsroom"}, OWN),
        ({"site": "newsroom", "word": "true"}, {"Origin": "https://evil.example"}),
        ({"site": "newsroom", "word": "true"}, {"Origin": "null"}),
        ({"site": "newsroom", "word": "true"}, {"Sec-Fetch-Site": "cross-site"}),
        ({"site": "newsroom", "word": "true"}, {"Sec-Fetch-Site": "same-site"}),
        ({"site": "newsroom", "word": "true"}, {}),
    ],
)
def test_no_other_page_has_a_reader_erased(service: Service, data: dict[str, str], headers: dict[str, str]) -> None:
    browser = service.browser()
    browser.choose("agree")
    page = browser.client.get(ME, headers=HTML).text
    sent = {name: _word(page) if text == "true" else text for name, text in data.items()}
    assert browser.client.post(ERASURE, data=sent, headers=headers).status_code == 403
    assert service.written() == 1


def test_neither_a_receipt_nor_anothers_word_has_a_reader_erased(service: Service) -> None:
    browser, stranger = service.browser(), service.browser()
    for each in (browser, stranger):
        each.choose("agree")
    word = _word(browser.client.get(ME, headers=HTML).text)
    sent = {"site": "newsroom", "word": word}
    assert stranger.client.post(ERASURE, data=sent, headers=OWN).status_code == 403
    assert service.browser().client.post(ERASURE, data=sent, headers=OWN).status_code == 403
    nobody = service.browser().client.get(ME, headers=HTML).text
    assert "not known here" in nobody and "<form" not in nobody
    assert service.written() == 2


def test_everything_is_had_as_a_file_without_who_looked_at_it(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree", page="/en/a")
    service.drain()
    subject = browser.client.get_cookie("subject_newsroom")
    assert subject is not None
    call(service, "GET", f"/v1/subjects/{subject.value}", "subjects:read")
    service.drain()
    answer = browser.client.get(ME + "&whole=true")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="consents-newsroom.json"'
    [record] = answer.get_json()["records"]
    assert (record["context"], record["person"]["subject"]) == ({"page": "/en/a"}, subject.value)
    [look] = answer.get_json()["accesses"]
    assert set(look) == {"at", "id"}


def test_a_hold_is_told_to_who_asks_for_their_own_erasure(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    subject = browser.client.get_cookie("subject_newsroom")
    assert subject is not None
    call(service, "POST", "/v1/holds", "holds:write", subject=subject.value, rule="Art. 17(3)(e)")
    service.drain()
    answer = browser.client.post(ERASURE, json={"site": "newsroom"}, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/held")


def test_an_erased_reader_who_chooses_again_is_somebody_new(service: Service) -> None:
    browser = service.browser()
    browser.choose("agree")
    before = browser.client.get_cookie("subject_newsroom")
    browser.client.post(ERASURE, json={"site": "newsroom"}, headers={"Origin": ORIGIN})
    browser.choose("refuse")
    service.drain()
    after = browser.client.get_cookie("subject_newsroom")
    assert before is not None and after is not None and before.value != after.value
    assert len(browser.client.get(ME).get_json()["history"]) == 1
