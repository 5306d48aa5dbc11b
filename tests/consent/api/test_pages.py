import re
import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.consent.service import Browser, Service

PAGE = "/v1/sites/newsroom/banner?lang=es"
OWN = "https://consent.example"


def _token(browser: Browser) -> str:
    found = re.search(r'name="display" value="([^"]+)"', browser.client.get(PAGE).text)
    assert found is not None
    return found[1]


def _send(browser: Browser, action: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
    fields = {"site": "newsroom", "event_id": str(uuid.uuid4()), "action": action, "lang": "es", **more}
    return browser.client.post("/v1/consents", data=fields, headers={"Origin": OWN} if headers is None else headers)


def test_the_form_is_a_page_for_the_sites_frames_only(browser: Browser) -> None:
    answer = browser.client.get(PAGE)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.content_type == "text/html; charset=utf-8"
    assert '<html lang="es"' in answer.text and "<script" not in answer.text
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self' https://news.example" in policy
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("action", "ticked", "given"),
    [
        ("agree", [], {"analytics", "marketing"}),
        ("refuse", ["analytics"], set()),
        ("preferences", ["marketing"], {"marketing"}),
        ("preferences", [], set()),
        ("withdraw", [], set()),
    ],
)
def test_each_button_is_recorded(
    service: Service, browser: Browser, action: str, ticked: list[str], given: set[str]
) -> None:
    token = {} if action == "withdraw" else {"display": _token(browser)}
    answer = _send(browser, action, purpose=ticked, **token)
    [record] = service.recorded()
    assert answer.status_code == 303
    assert {purpose for purpose, is_given in record["purposes"].items() if is_given} == given | {"necessary"}
    assert (record["action"], record["language"]) == (action, "es")
    if token:
        assert (record["layer"], record["writer"], record["script"]) == ("form", "form", None)
        assert len(record["style"]) == 64


def test_the_answer_leads_back_to_the_form_which_says_that_it_is_saved(browser: Browser) -> None:
    answer = _send(browser, "agree", display=_token(browser))
    found = re.fullmatch(
        OWN + r"(/v1/sites/newsroom/banner\?lang=es&saved=([0-9a-f-]{36}))", answer.headers["Location"]
    )
    assert found is not None
    page = browser.client.get(found[1]).text
    assert 'role="status"' in page and f"{OWN}/v1/receipts/{found[2]}" in page
    assert len(answer.headers.getlist("Set-Cookie")) == 2


def test_the_form_knows_no_other_browsers_choice(service: Service, browser: Browser) -> None:
    answer = _send(browser, "agree", display=_token(browser))
    other = service.browser().client.get(answer.headers["Location"].removeprefix(OWN)).text
    assert 'role="status"' not in other


@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
def test_a_form_of_another_page_is_refused(service: Service, browser: Browser, origin: str) -> None:
    answer = _send(browser, "agree", {"Origin": origin}, display=_token(browser))
    assert (answer.status_code, service.written()) == (403, 0)


@pytest.mark.parametrize(
    "more",
    [
        {"colour": "red"},
        {"purposes": "analytics"},
        {"purpose": "profiling"},
        {"purpose": "necessary"},
        {"event_id": ["0" * 36, "1" * 36]},
        {"lang": "x" * 36},
        {"display": "forged"},
    ],
)
def test_a_form_with_anything_else_is_refused(service: Service, browser: Browser, more: dict[str, Any]) -> None:
    answer = _send(browser, "preferences", **{"display": _token(browser), **more})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert service.written() == 0


def test_a_scripts_token_is_not_the_forms(service: Service, browser: Browser) -> None:
    answer = _send(browser, "agree", display=browser.notice()["display"])
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/display-token")
    answer = browser.post(browser.choice("agree", display=_token(browser)))
    assert (answer.status_code, service.written()) == (422, 0)
