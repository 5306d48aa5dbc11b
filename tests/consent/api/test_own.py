import pytest

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
