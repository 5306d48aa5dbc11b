"""Markup in every field that somebody can fill: it is shown as text, on every page (OWASP ASVS 5.0, 1.2)."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from consent import notices
from consent.console.frame import POLICY
from consent.store.notices import Notices
from tests.consent.console.officer import OWN, RECORDS, make_token, sign_in
from tests.consent.factories import document
from tests.consent.service import Browser, Service

MARK = "x55"
PAYLOADS = (
    f"<script>{MARK}</script>",
    f'"><img src=x onerror={MARK}>',
    f"'><svg onload={MARK}>",
    f"</title></textarea></style><iframe srcdoc={MARK}>",
    f"{{{{ {MARK} }}}}{{% raise %}}",
    f"<a href=javascript:{MARK}>",
)


class Elements(HTMLParser):
    """What a browser would make of a page: its elements, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def check(page: str) -> Elements:
    """Assert that nothing of a payload became markup."""
    read = Elements(page)
    for tag, attributes in read.elements:
        if tag == "script":
            assert (attributes.get("src") or "").startswith("/console/files/")
            continue
        if tag == "iframe":  # nothing runs in it, whatever it shows
            assert attributes["sandbox"] is None and (attributes["src"] or "").startswith("/console/notices/")
            continue
        if tag == "link" and (attributes["href"] or "").startswith("data:text/css;base64,"):
            continue
        assert tag not in ("img", "svg", "object", "embed", "base"), page
        for name, value in attributes.items():
            assert not name.startswith("on") and name != "srcdoc", (tag, attributes)
            if name in ("href", "src", "action", "formaction"):
                assert not (value or "").strip().lower().startswith(("javascript:", "data:text", "vbscript:")), value
            assert MARK not in name
    return read


def filled(payload: str) -> dict[str, Any]:
    """Return a notice with the payload in every text; placeholders stay, since a notice needs them."""
    told = document()

    def fill(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {key: fill(value) for key, value in tree.items()}
        kept = [place for place in ("{date}", "{purpose}") if place in tree]
        return " ".join([payload[:70], *kept])

    told["texts"] = {language: fill(texts) for language, texts in told["texts"].items()}
    told["controller"] |= {"name": payload, "address": payload}
    for vendor in told["vendors"]:
        vendor["name"] = payload
    return told


@pytest.fixture(params=PAYLOADS, ids=range(len(PAYLOADS)))
def payload(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def marked(service: Service, payload: str) -> Service:
    """A service whose notice, choice and officer's label all hold the payload."""
    # Straight into the store: what the linter would refuse today may have been published before it knew.
    Notices(service.engine).publish(notices.of(filled(payload)), service.clock())
    service.app.extensions["consent"].catalogue.forget()
    return service


@pytest.fixture
def record(marked: Service, browser: Browser, payload: str) -> str:
    page = "/" + "".join(letter for letter in payload if letter > " " and letter not in "?#")
    taken = browser.choose("preferences", purposes={"analytics": True, "marketing": False}, page=page)
    marked.drain()
    return str(taken["record"])


def test_the_form_shows_texts(marked: Service, browser: Browser, payload: str) -> None:
    assert MARK in check(browser.client.get("/v1/sites/newsroom/banner?lang=en").text).text
    asked = browser.client.get("/v1/sites/newsroom/banner", query_string={"lang": payload})
    assert asked.mimetype == "application/problem+json"


def test_the_receipt_shows_texts(marked: Service, record: str) -> None:
    answer = marked.app.test_client().get(f"/v1/receipts/{record}", headers={"Accept": "text/html"})
    assert answer.status_code == 200 and MARK in check(answer.text).text


def test_a_readers_own_page_shows_texts(marked: Service, record: str, browser: Browser) -> None:
    answer = browser.client.get("/v1/consents/me?site=newsroom", headers={"Accept": "text/html"})
    assert answer.mimetype == "text/html" and record in answer.text and MARK in check(answer.text).text


def console_pages(record: str) -> Iterator[str]:
    yield RECORDS
    yield f"{RECORDS}/{record}"


def test_the_console_shows_texts(marked: Service, record: str, payload: str) -> None:
    token = make_token(marked)
    client, _ = sign_in(marked, token)
    for path in console_pages(record):
        answer = client.get(path, base_url=OWN)
        assert answer.status_code == 200
        check(answer.text)
        assert answer.headers["Content-Security-Policy"] == POLICY
    page = check(client.get(f"{RECORDS}/{record}", base_url=OWN).text)
    frames = [attributes["src"] for tag, attributes in page.elements if tag == "iframe"]
    assert MARK in page.text and len(frames) == 2
    for frame in frames:
        assert MARK in check(client.get(str(frame), base_url=OWN).text).text
    for name in ("site", "subject", "purpose", "notice", "from", "cursor"):
        check(client.get(RECORDS, query_string={name: payload}, base_url=OWN).text)
    check(client.get("/console/exports", query_string={"format": payload}, base_url=OWN).text)


def test_an_export_is_no_page(marked: Service, record: str) -> None:
    client, token = marked.app.test_client(), marked.token("audit:read")
    for form in ("csv", "jsonl"):
        answer = client.get(f"/v1/audit/export?format={form}", headers=token)
        assert answer.mimetype in ("text/csv", "application/jsonl") and MARK in answer.text
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_problem_tells_what_came_as_data(service: Service, payload: str) -> None:
    client = service.app.test_client()
    for path in (f"/v1/sites/{payload}/notice", f"/{payload}", f"/v1/consents/me?site={payload}"):
        answer = client.get(path)
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_notice_cannot_lead_to_a_script(service: Service) -> None:
    """The addresses in a notice become links."""
    told = document()
    for address in ("javascript:alert(1)", "data:text/html,x", "//evil", "vbscript:x", " javascript:alert(1)"):
        told["controller"]["privacy_policy"] = address
        token = service.token("notices:write")
        answer = service.app.test_client().put("/v1/sites/newsroom/notices", json=told, headers=token)
        assert answer.status_code == 422, address
