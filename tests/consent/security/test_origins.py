"""Other sites' pages: what they may send, and what they may read (OWASP ASVS 5.0, 3.4.2 and 3.5)."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.consent.service import ORIGIN, Browser, Service

# One character away, one label away, one part away from https://news.example.
NEAR = (
    "null", "https://news.example.evil.example", "https://evil-news.example", "https://news.example:8443",
    "http://news.example", "https://NEWS.example", "https://news.example/", "https://news.example.", "https://sub.news.example",
    "https://news.example@evil.example", "https://news.example https://evil.example", "*", "",
)  # fmt: skip
READ = (
    "/v1/sites/newsroom/notice?lang=en",
    "/v1/sites/newsroom/banner",
    "/v1/sites/newsroom/banner.js",
    "/v1/consents/me?site=newsroom",
    "/v1/receipts/5f0c7d1e-0000-8000-8000-000000000000",
    "/v1/audit/records",
    "/console/sign-in",
    "/log/checkpoint",
)


def shares(answer: TestResponse) -> tuple[str | None, bool]:
    credentials = answer.headers.get("Access-Control-Allow-Credentials") == "true"
    return answer.headers.get("Access-Control-Allow-Origin"), credentials


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("origin", NEAR)
def test_no_other_origin_reads_what_is_the_readers_own(service: Service, origin: str, path: str) -> None:
    service.browser().choose("agree")
    allowed, credentials = shares(service.app.test_client().get(path, headers={"Origin": origin}))
    assert allowed in (None, "*") and not credentials


@pytest.mark.parametrize("path", READ)
def test_what_is_shared_with_credentials_is_kept_apart_by_origin(service: Service, path: str) -> None:
    answer = service.app.test_client().get(path, headers={"Origin": ORIGIN})
    allowed, credentials = shares(answer)
    if credentials:
        assert allowed == ORIGIN and "Origin" in answer.vary


FORMS: list[Any] = [
    {"data": b'{"site": "newsroom"}', "content_type": "text/plain"},
    {"data": b'{"site": "newsroom"}', "content_type": "text/plain; charset=application/json"},
    {"data": {"site": "newsroom", "file": "x"}, "content_type": "multipart/form-data"},
    {"data": b'{"site": "newsroom"}', "content_type": "application/json+x"},
    {"data": b"site=newsroom"},
]


@pytest.mark.parametrize("sent", FORMS)
def test_a_body_that_a_page_can_send_without_asking_is_not_taken(service: Service, sent: dict[str, Any]) -> None:
    answer = service.app.test_client().post("/v1/consents", headers={"Sec-Fetch-Site": "cross-site"}, **sent)
    assert answer.status_code == 415 and service.written() == 0


def test_another_sites_form_needs_a_token_that_it_cannot_have(service: Service, browser: Browser) -> None:
    """A form posts across sites without asking: its origin is told, and the token of another layer or site is none."""
    fields = {"site": "newsroom", "event_id": "5f0c7d1e-aaaa-4aaa-8aaa-000000000000", "action": "agree"}
    answers = [
        browser.client.post("/v1/consents", data=fields, headers={"Origin": "https://evil.example"}),
        browser.client.post("/v1/consents", data=fields, headers={"Sec-Fetch-Site": "cross-site"}),
        browser.client.post("/v1/consents", data={**fields, "display": browser.notice()["display"]}),
        browser.client.post("/v1/consents", data=fields),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 422, 422]
    assert service.written() == 0


def test_a_display_token_is_good_for_its_own_site_only(service: Service, browser: Browser) -> None:
    browser_token = browser.notice()["display"]
    service.add_site("gazette")
    answer = browser.post({**browser.choice("agree", display=browser_token), "site": "gazette"})
    assert answer.get_json()["type"] == "/problems/display-token"
    assert service.written() == 0
