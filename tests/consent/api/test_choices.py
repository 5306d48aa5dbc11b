import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from consent import sites
from consent.ledger.stream import STREAM
from consent.store.sites import Sites
from consent.verify import check_receipt
from tests.consent.service import ORIGIN, START_MS, Browser, Service

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("action", "purposes", "event", "analytics", "marketing"),
    [
        ("agree", None, "given", True, True),
        ("refuse", None, "refused", False, False),
        ("gpc", None, "refused", False, False),
        ("withdraw", None, "withdrawn", False, False),
        ("preferences", {"analytics": True, "marketing": False}, "given", True, False),
        ("preferences", {"analytics": False, "marketing": False}, "refused", False, False),
    ],
)
def test_each_action_is_recorded_purpose_by_purpose(
    service: Service, browser: Browser, action: str, purposes: Any, event: str, analytics: bool, marketing: bool
) -> None:
    taken = browser.choose(action, purposes=purposes)
    decided = {"necessary": True, "analytics": analytics, "marketing": marketing}
    assert (taken["event"], taken["purposes"]) == (event, decided)
    [recorded] = service.recorded()
    assert (recorded["event"], recorded["action"], recorded["purposes"]) == (event, action, decided)
    assert recorded["vendors"] == {"counter": analytics, "seller": analytics and marketing}
    assert recorded["gpc"] is (action == "gpc")


def test_the_answer_is_the_contracts(service: Service, browser: Browser) -> None:
    answer = browser.post(browser.choice("refuse", page="/en/slug", at="2026-11-23T18:00:00.000Z"))
    taken = answer.get_json()
    assert answer.headers["Location"] == taken["receipt"] == f"https://consent.example/v1/receipts/{taken['record']}"
    assert taken["given_at"] == "2026-11-18T11:06:40.000Z"
    assert taken["valid_until"] == "2027-05-17T11:06:40.000Z"
    assert uuid.UUID(taken["record"]).version == 8
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_record_says_what_was_shown_and_both_clocks(service: Service, browser: Browser) -> None:
    shown = browser.notice(lang="es")
    service.clock.ms += 4000
    browser.choose("refuse", display=shown["display"], at="2026-11-18T13:06:45+02:00")
    [recorded] = service.recorded()
    assert recorded["notice"] == shown["notice"]
    assert (recorded["language"], recorded["layer"], recorded["writer"]) == ("es", "script", "browser")
    assert len(recorded["script"]) == len(recorded["style"]) == 64
    now_ms = START_MS + 4000
    assert (recorded["received_at"], recorded["client_at"], recorded["skew_ms"]) == (now_ms, now_ms + 1000, 1000)
    assert recorded["shown_at"] == START_MS
    assert recorded["valid_until"] == now_ms + 180 * DAY_MS
    assert recorded["supersedes"] is None


def test_the_record_tells_of_each_purpose_what_changed_and_on_what_ground(service: Service, browser: Browser) -> None:
    browser.choose("preferences", purposes={"analytics": True, "marketing": False})
    browser.choose("preferences", purposes={"analytics": True, "marketing": False})
    browser.choose("preferences", purposes={"analytics": False, "marketing": True})
    browser.choose("withdraw")
    told = [(each["event"], each["events"]) for each in service.recorded()]
    assert told == [
        ("given", {"analytics": "given", "marketing": "refused"}),
        ("renewed", {"analytics": "renewed", "marketing": "refused"}),
        ("given", {"analytics": "withdrawn", "marketing": "given"}),
        ("withdrawn", {"analytics": "refused", "marketing": "withdrawn"}),
    ]
    first = service.recorded()[0]
    assert first["modes"] == {"necessary": "required", "analytics": "opt-in", "marketing": "opt-in"}
    assert first["defaults"] == {"necessary": True, "analytics": False, "marketing": False}


def test_a_renewed_choice_has_a_receipt_that_verifies_and_says_so(service: Service, browser: Browser) -> None:
    browser.choose("agree")
    taken = browser.choose("agree")
    assert taken["event"] == "renewed"
    service.drain()
    data = browser.client.get(f"/v1/receipts/{taken['record']}").data
    assert list(check_receipt(data))
    activity = json.loads(data)["dpv:hasRecordOfActivity"]
    assert activity["dpv:hasConsentStatus"] == "dpv:RenewedConsentGiven"
    assert activity["dpv:hasProcess"][1]["dpv:hasConsentStatus"] == "dpv:RenewedConsentGiven"


@pytest.mark.parametrize(
    ("traces", "kept"),
    [((), {}), (("ip_prefix", "browser_family"), {"ip_prefix": "203.0.113.0/24", "browser_family": "firefox"})],
)
def test_of_where_a_choice_came_from_only_what_the_site_keeps_is_kept_and_shortened(
    service: Service, browser: Browser, traces: tuple[str, ...], kept: dict[str, str]
) -> None:
    Sites(service.engine).put(sites.make("newsroom", [ORIGIN], traces=traces), START_MS)
    service.app.extensions["consent"].catalogue.forget()
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"}
    choice, environ = browser.choice("agree", page="/en/a"), {"REMOTE_ADDR": "203.0.113.77"}
    headers = {"Origin": ORIGIN, **agent}
    answer = browser.client.post("/v1/consents", json=choice, headers=headers, environ_overrides=environ)
    assert answer.status_code == 201
    service.drain()
    entry = service.app.extensions["ledger"].entry(answer.get_json()["record"])
    assert json.loads(entry.context.body) == {"page": "/en/a", **kept}


def test_the_server_sets_both_cookies(browser: Browser) -> None:
    answer = browser.post(browser.choice("preferences", purposes={"analytics": True, "marketing": False}))
    taken = answer.get_json()
    state, subject = answer.headers.getlist("Set-Cookie")
    expected = f"v=1&n={taken['notice'][:16]}&t=1795000000&p=necessary:1/analytics:1/marketing:0&r={taken['record']}"
    assert state.split("; ")[0] == f"consent_newsroom={expected}"
    for cookie in (state, subject):
        assert {"Secure", "Path=/", "SameSite=Lax", "Max-Age=15552000"} <= set(cookie.split("; "))
    assert "HttpOnly" in subject and "HttpOnly" not in state
    assert uuid.UUID(subject.split("; ")[0].removeprefix("subject_newsroom=")).version == 4


def test_the_next_choice_keeps_the_subject_and_names_what_it_replaces(service: Service, browser: Browser) -> None:
    first = browser.choose("agree")
    subject = browser.client.get_cookie("subject_newsroom", domain="localhost")
    answer = browser.post(browser.choice("refuse"))
    again = browser.client.get_cookie("subject_newsroom", domain="localhost")
    assert answer.status_code == 201
    assert subject is not None and again is not None and subject.value == again.value
    assert service.recorded()[1]["supersedes"] == first["record"]


def test_a_repeated_event_appends_nothing_and_gets_the_same_answer(service: Service, browser: Browser) -> None:
    body = browser.choice("agree")
    first = browser.post(body)
    service.clock.ms += 60_000
    second = service.browser().post(body)  # as after a lost answer: no cookies yet
    assert (second.status_code, second.get_json()) == (201, first.get_json())
    assert second.headers.getlist("Set-Cookie") == first.headers.getlist("Set-Cookie")
    assert service.written() == 1


def test_an_event_id_with_another_choice_is_a_conflict(service: Service, browser: Browser) -> None:
    body = browser.choice("agree")
    browser.post(body)
    answer = browser.post({**body, "action": "refuse"})
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/event-conflict")
    assert service.written() == 1


CHANGES: dict[str, dict[str, Any]] = {
    "colour": {"colour": "red"},
    "site": {"site": "News Room"},
    "event_id": {"event_id": "1"},
    "action": {"action": "accept"},
    "at": {"at": "yesterday"},
    "page": {"page": "/search?q=mine"},
    "purposes": {"action": "preferences"},
    "purposes.analytics": {"action": "preferences", "purposes": {"analytics": "yes", "marketing": False}},
    "purposes.marketing": {"action": "preferences", "purposes": {"analytics": True}},
    "purposes.profiling": {
        "action": "preferences",
        "purposes": {"analytics": True, "marketing": True, "profiling": True},
    },
    "purposes.necessary": {
        "action": "preferences",
        "purposes": {"analytics": True, "marketing": True, "necessary": True},
    },
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_wrong_field_is_named_and_nothing_is_written(service: Service, browser: Browser, field: str) -> None:
    answer = browser.post({**browser.choice("agree"), **CHANGES[field]})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert field in answer.get_json()["detail"]
    assert any(error["field"].startswith(field) for error in answer.get_json()["errors"])
    assert service.written() == 0
    assert not answer.headers.getlist("Set-Cookie")


def test_purposes_go_with_preferences_only(service: Service, browser: Browser) -> None:
    answer = browser.post(browser.choice("agree", purposes={"analytics": False, "marketing": False}))
    assert answer.status_code == 422
    assert service.written() == 0


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"site": "newsroom", "site": "other"}', "application/json", 400),
        (b'{"at": NaN}', "application/json", 400),
        (b"[" * 10_000, "application/json", 400),
        (b'"\\ud800"', "application/json", 400),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b"{}", "multipart/form-data; boundary=x", 415),
        (b"", "", 415),
        (b'{"page": "/' + b"a" * 17_000 + b'"}', "application/json", 413),
        (b"page=/" + b"a" * 17_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_rubbish_is_refused(service: Service, data: bytes, content_type: str, status: int) -> None:
    answer = service.app.test_client().post("/v1/consents", data=data, content_type=content_type)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert service.written() == 0


def test_an_unknown_site_is_not_found(service: Service, browser: Browser) -> None:
    answer = browser.post({**browser.choice("agree"), "site": "elsewhere"})
    assert (answer.status_code, service.written()) == (404, 0)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil-news.example",
        "https://news.example.evil",
        "http://news.example",
        "https://news.example:8443",
    ],
)
@pytest.mark.parametrize("action", ["agree", "withdraw"])
def test_only_the_sites_exact_origins_may_send(service: Service, browser: Browser, origin: str, action: str) -> None:
    answer = browser.post(browser.choice(action), Origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert service.written() == 0


def test_a_post_that_the_browser_calls_cross_site_is_refused(service: Service, browser: Browser) -> None:
    body = browser.choice("agree")
    answer = browser.client.post("/v1/consents", json=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, service.written()) == (403, 0)


def test_the_sites_pages_may_read_answers_and_faults(browser: Browser) -> None:
    for answer in (browser.post(browser.choice("agree")), browser.post({})):
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in answer.vary


def test_a_preflight_allows_json_from_known_origins_only(browser: Browser) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    known = browser.client.options("/v1/consents", headers={"Origin": ORIGIN, **asked})
    assert known.status_code == 204
    assert known.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert known.headers["Access-Control-Allow-Headers"] == "Content-Type"
    foreign = browser.client.options("/v1/consents", headers={"Origin": "https://evil.example", **asked})
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_without_an_origin_the_writer_is_unverified(service: Service, browser: Browser) -> None:
    assert browser.client.post("/v1/consents", json=browser.choice("agree")).status_code == 201
    assert service.recorded()[0]["writer"] == "unverified"


@pytest.mark.parametrize("display", [None, "", "forged", "W10.x", "x" * 3000])
def test_a_choice_needs_a_display_token_of_ours(service: Service, browser: Browser, display: str | None) -> None:
    body = browser.choice("agree")
    body.pop("display")
    answer = browser.post(body if display is None else {**body, "display": display})
    assert answer.status_code == 422
    assert "display" in answer.get_json()["detail"]
    assert service.written() == 0


def test_an_old_display_token_is_told_from_a_forged_one(service: Service, browser: Browser) -> None:
    body = browser.choice("agree")
    service.clock.ms += DAY_MS
    answer = browser.post(body)
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/display-token-expired")
    assert service.written() == 0


@pytest.mark.parametrize("display", [None, "forged", "old"])
def test_nothing_stands_in_the_way_of_a_withdrawal(service: Service, browser: Browser, display: str | None) -> None:
    if display == "old":
        display = browser.notice()["display"]
        service.clock.ms += 2 * DAY_MS
    assert browser.choose("withdraw", display=display)["event"] == "withdrawn"
    [recorded] = service.recorded()
    assert (recorded["layer"], recorded["script"], recorded["writer"]) == ("api", None, "unverified")


@pytest.mark.parametrize(
    ("header", "signalled"), [("1", True), ("1, 0", True), ("0", False), ("true", False), ("11", False)]
)
def test_global_privacy_control_counts_when_it_says_1(
    service: Service, browser: Browser, header: str, signalled: bool
) -> None:
    assert browser.notice(**{"Sec-GPC": header})["gpc"] is signalled
    browser.post(browser.choice("refuse"), **{"Sec-GPC": header})
    assert service.recorded()[0]["gpc"] is signalled


def test_rubbish_in_cookies_is_ignored(service: Service, browser: Browser) -> None:
    browser.client.set_cookie("subject_newsroom", "'; drop table person")
    browser.client.set_cookie("consent_newsroom", "r=not-a-record&p=%00")
    answer = browser.post(browser.choice("agree"))
    assert answer.status_code == 201
    assert service.recorded()[0]["supersedes"] is None


def test_the_person_does_not_stand_in_the_stream_in_clear(service: Service, browser: Browser) -> None:
    browser.choose("agree", page="/en/a-telling-page")
    subject = browser.client.get_cookie("subject_newsroom")
    assert subject is not None
    raw = repr(service.redis.xrange(STREAM))
    assert subject.value not in raw and "a-telling-page" not in raw


def imported(browser: Browser, at_ms: int, **changes: Any) -> dict[str, Any]:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
    choice = browser.choice("import", purposes={"analytics": True, "marketing": False}, at=at, **changes)
    choice.pop("display", None)
    return choice


def test_what_the_page_tells_its_tags_is_kept_as_its_word(service: Service, browser: Browser) -> None:
    told = {"ad_storage": "denied", "analytics_storage": "granted"}
    browser.choose("agree", consent_mode=told)
    assert service.recorded()[0]["consent_mode"] == told
    for wrong in ({"ad_storage": True}, {"ad_storage": "maybe"}, {"adverts": "denied"}, "granted"):
        assert browser.post(browser.choice("agree", consent_mode=wrong)).status_code == 422
    imported_too = browser.post(imported(browser, START_MS - DAY_MS) | {"consent_mode": told})
    assert imported_too.get_json()["errors"][0]["field"] == "consent_mode"


def test_an_import_says_so_and_runs_since_it_was_decided(service: Service, browser: Browser) -> None:
    answer = browser.post(imported(browser, START_MS - 30 * DAY_MS, stands=True))
    assert answer.status_code == 201, answer.get_json()
    [recorded] = service.recorded()
    assert (recorded["event"], recorded["action"], recorded["writer"]) == ("given", "import", "import")
    assert (recorded["layer"], recorded["script"], recorded["skew_ms"]) == ("api", None, None)
    assert recorded["shown_at"] is None
    assert recorded["events"] == {"analytics": "imported", "marketing": "imported"}
    service.drain()
    [leaf] = service.app.extensions["ledger"].leaves(0, 1)
    assert json.loads(leaf)["k"] == "imported"
    assert recorded["valid_until"] == START_MS + 150 * DAY_MS
    assert {each.split("=")[0] for each in answer.headers.getlist("Set-Cookie")} == {
        "consent_newsroom", "subject_newsroom",
    }  # fmt: skip
    assert f"Max-Age={150 * 86_400};" in answer.headers.getlist("Set-Cookie")[0]


def test_an_import_that_does_not_stand_leaves_the_reader_to_be_asked(service: Service, browser: Browser) -> None:
    answer = browser.post(imported(browser, START_MS - DAY_MS))
    assert [each.split("=")[0] for each in answer.headers.getlist("Set-Cookie")] == ["subject_newsroom"]


@pytest.mark.parametrize(
    ("age_days", "changes", "field"),
    [(181, {}, "at"), (1, {"purposes": {"analytics": True}}, "purposes.marketing"), (1, {"stands": "yes"}, "stands")],
)
def test_an_import_that_cannot_be_one_is_refused(
    service: Service, browser: Browser, age_days: int, changes: dict[str, Any], field: str
) -> None:
    answer = browser.post(imported(browser, START_MS - age_days * DAY_MS) | changes)
    assert answer.status_code == 422
    assert field in str(answer.get_json())
    assert service.recorded() == []


def test_an_import_cannot_claim_that_our_notice_was_shown(service: Service, browser: Browser) -> None:
    answer = browser.post(imported(browser, START_MS) | {"display": browser.notice()["display"]})
    assert answer.status_code == 422
    assert service.recorded() == []
