"""Bodies made to break a parser: each gets a short answer of a stable kind, and nothing is written."""

import gzip
from typing import Any

import pytest

from tests.consent.console.officer import sign_in
from tests.consent.service import ORIGIN, Browser, Service

DEEP = b"[" * 10_000
BOMB = gzip.compress(b"[" + b"0," * 5_000_000 + b"0]", mtime=0)


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (DEEP, {}, 400),
        (b'{"a":' * 3_000, {}, 400),
        (b'{"site": "newsroom", "site": "newsroom"}', {}, 400),
        (b'{"at": NaN}', {}, 400),
        (b'{"at": 1e400}', {}, 400),
        (b'{"at": -Infinity}', {}, 400),
        (b'{"page": "\\ud800"}', {}, 400),
        (b'{"page": "\xff"}', {}, 400),
        (b"\xef\xbb\xbf{}", {}, 400),
        (b'{"page": "/' + b"a" * 10_000_000 + b'"}', {}, 413),
        (BOMB[:16_000], {"Content-Encoding": "gzip"}, 400),
        (BOMB, {"Content-Encoding": "gzip"}, 400),
        (b"1" * 5_000, {}, 400),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, bytes) else None,
)
def test_a_body_that_is_no_strict_json_is_refused(
    service: Service, data: bytes, headers: dict[str, str], status: int
) -> None:
    sent = {"Content-Type": "application/json", "Origin": ORIGIN, **headers}
    answer = service.app.test_client().post("/v1/consents", data=data, headers=sent)
    assert answer.status_code == status, answer.text
    problem = answer.get_json()
    assert problem["type"] in ("/problems/malformed", "/problems/too-large")
    assert "Traceback" not in answer.text and len(answer.data) < 2000
    assert service.written() == 0


CHANGES: list[dict[str, Any]] = [
    {"event_id": "5f0c7d1e-aaaa-4aaa-8aaa-00000000000\u0000"},
    {"event_id": ["5f0c7d1e-aaaa-4aaa-8aaa-000000000000"]},
    {"site": "newsroom\u0000"},
    {"site": "../newsroom"},
    {"site": {"$ne": ""}},
    {"action": "AGREE"},
    {"action": "preferences", "purposes": {"telepathy": True}},
    {"action": "preferences", "purposes": {"analytics": "true", "marketing": False}},
    {"action": "preferences", "purposes": {"analytics": 1, "marketing": False}},
    {"at": "9999-12-31T23:59:60Z"},
    {"at": "yesterday"},
    {"page": "javascript:alert(1)"},
    {"page": "/a?subject=1"},
    {"page": "//evil.example\r\nSet-Cookie: a=b"},
    {"unheard_of": 1},
    {"__proto__": {}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_value_of_another_form_is_refused(service: Service, browser: Browser, change: dict[str, Any]) -> None:
    body = {**browser.choice("agree"), **change}
    answer = browser.post(body)
    assert answer.status_code in (400, 404, 422), answer.text
    assert service.written() == 0 and len(answer.data) < 2000


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_browsers_clock_is_recorded_and_never_counted_with(service: Service, browser: Browser, at: str) -> None:
    taken = browser.choose("agree", at=at)
    [recorded] = service.recorded()
    assert recorded["received_at"] == service.clock.ms
    assert recorded["skew_ms"] == recorded["client_at"] - recorded["received_at"] != 0
    assert recorded["valid_until"] > service.clock.ms
    assert taken["given_at"].startswith("2026-")


NUL = "%00"
ASKED = (
    f"/v1/sites/{NUL}/notice", f"/v1/sites/newsroom/notice?lang={NUL}", f"/v1/sites/newsroom/banner?lang={NUL}",
    f"/v1/sites/newsroom/{NUL}.js", f"/v1/notices/{NUL}", f"/v1/notices/{'0' * 63}{NUL}", f"/v1/consents/me?site={NUL}",
    f"/v1/audit/records?site={NUL}", f"/v1/audit/records?purpose={NUL}", f"/v1/audit/records?subject={NUL}",
    f"/v1/audit/records?notice={NUL}", f"/v1/audit/export?format={NUL}", f"/v1/subjects/{NUL}", f"/log/tile/0/{NUL}",
    f"/console/records?site={NUL}", f"/problems/{NUL}", f"/{NUL}",
)  # fmt: skip


def test_a_nul_reaches_no_database(service_on_both: Service) -> None:
    """PostgreSQL takes none in a text, and says so with an error of its own."""
    client, token = service_on_both.app.test_client(), service_on_both.token("audit:read", "subjects:read")
    answers = {path: client.get(path, headers=token).status_code for path in ASKED}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    for cookie in (f"subject_newsroom={NUL}", f"consent_newsroom={NUL}", f"console={NUL}", "subject_newsroom=\x00"):
        assert client.get("/v1/consents/me?site=newsroom", headers={"Cookie": cookie}).status_code == 200
    for text in ("\0", "\0.\0", "é.é", "." * 2000):
        sent = {"Authorization": f"Bearer {text.encode().decode('latin-1')}"}
        assert client.get("/v1/audit/records", headers=sent).status_code == 401
        _, tried = sign_in(service_on_both, text)
        assert tried.status_code == 403


@pytest.mark.parametrize(
    "record", ["..%2f..%2fetc%2fpasswd", "%00", "1 or 1=1", "5f0c7d1e-0000-8000-8000-000000000000'--", "a" * 5000]
)
def test_an_id_of_another_form_finds_nothing(service: Service, record: str) -> None:
    for path in (f"/v1/receipts/{record}", f"/v1/audit/records/{record}", f"/v1/notices/{record}"):
        answer = service.app.test_client().get(path, headers=service.token("audit:read"))
        assert answer.status_code == 404 and "Traceback" not in answer.text
