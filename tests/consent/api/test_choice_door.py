"""The door of choices answers as the endpoint does, which is asked here without it."""

import functools
import json
from typing import Any

import flask
import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from werkzeug.test import Client, TestResponse

from tests.consent.service import ORIGIN, Browser, Service

ACTIONS = ("agree", "refuse", "preferences", "withdraw", "gpc", "import")
DECISIONS = {"analytics": True, "marketing": False}
HELD = "necessary:1/analytics:0/marketing:1&r=5f0c1234-0000-8000-8000-000000000000"
COOKIE = "consent_newsroom=v=1&n=0123456789abcdef&t=1795000000&p=" + HELD
RUBBISH = st.sampled_from([None, True, 0, 1.5, "", "x", "\ud800", "É" * 2001, [], ["a"], {}, {"a": "yes"}, {"": True}])
MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    "site": st.sampled_from(["newsroom", "elsewhere"]),
    "display": st.just("forged"),
    "action": st.sampled_from(ACTIONS),
    "at": st.sampled_from(["2026-11-18T13:06:41+02:00", "2026-11-18T13:06:41", "2023-02-30T00:00:00Z", "now"]),
    "page": st.sampled_from(["/", "/en/a", "/en/a?b", "en"]),
    "purposes": st.sampled_from([DECISIONS, {"analytics": True}, {"necessary": True, **DECISIONS}]),
    "vendors": st.sampled_from([{"counter": False}, {"unknown": True}]),
    "asked": st.sampled_from([["analytics"], ["unknown"], []]),
    "stands": st.booleans(),
    "tc_string": st.just("CQaaaaAQaaaaAAHABBENCFFsAP_gAAAAAAAAJ"),
    "event_id": st.uuids().map(lambda each: str(each).upper()),
    "surplus": st.just(1),
}
CHANGES = st.fixed_dictionaries({}, optional={name: good | RUBBISH for name, good in MEMBERS.items()})
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Origin": st.sampled_from([ORIGIN, "https://evil.example", "null"]),
        "Sec-Fetch-Site": st.sampled_from(["cross-site", "same-site"]),
        "Sec-GPC": st.just("1"),
        "Cookie": st.sampled_from([COOKIE, "consent_newsroom=rubbish", "é=1; subject"]),
        "Content-Type": st.sampled_from(["application/json; charset=utf-8", "Application/JSON", "text/plain"]),
    },
)  # fmt: skip


def behind(service: Service) -> Client:
    """Return a client of Flask itself."""
    return Client(functools.partial(Flask.wsgi_app, service.app))


def send(client: Client, data: bytes, headers: dict[str, str]) -> TestResponse:
    sent = {"Content-Type": "application/json", "X-Request-Id": "the-same-one", **headers}
    return client.post("/v1/consents", data=data, headers=sent)


def told(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    # what is left of a limit is one less with the second request
    return answer.status_code, answer.data, sorted(each for each in answer.headers if each[0] != "RateLimit")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(action=st.sampled_from(ACTIONS[:5]), changes=CHANGES, headers=HEADERS, door_first=st.booleans())
@example(action="agree", changes={}, headers={"Origin": ORIGIN}, door_first=True)
@example(action="preferences", changes={"purposes": DECISIONS}, headers={"Origin": ORIGIN}, door_first=False)
@example(action="withdraw", changes={"display": "forged"}, headers={}, door_first=True)
def test_it_answers_every_choice_as_the_endpoint_does(
    service: Service, browser: Browser, action: str, changes: dict[str, Any], headers: dict[str, str], door_first: bool
) -> None:
    body = {**browser.choice(action), **changes}
    data = json.dumps(body).encode()
    door, endpoint = Client(service.app), behind(service)
    pair = (door, endpoint) if door_first else (endpoint, door)
    first, second = (told(send(client, data, headers)) for client in pair)
    assert first == second


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"a":1,"a":1}', b"\xff", b'"\\ud800"', b"{}" + b" " * 16_384]
)
def test_it_answers_rubbish_as_the_endpoint_does(service: Service, browser: Browser, data: bytes) -> None:
    answer = send(browser.client, data, {"Origin": ORIGIN})
    assert told(answer) == told(send(behind(service), data, {"Origin": ORIGIN}))
    assert answer.status_code in (400, 413, 422)


def test_flask_is_entered_for_what_goes_wrong_only(service: Service, browser: Browser) -> None:
    good, entered = browser.choice(), []
    with flask.request_started.connected_to(lambda app: entered.append(app), service.app):
        assert browser.post(good).status_code == 201
        assert not entered
        assert browser.post({**good, "site": "Bad"}).status_code == 422
    assert len(entered) == 1


def test_both_leave_the_same_record(service: Service, browser: Browser) -> None:
    for client in (browser.client, behind(service)):
        data = json.dumps(browser.choice("preferences", purposes=DECISIONS, page="/en/a")).encode()
        assert send(client, data, {"Origin": ORIGIN, "Cookie": ""}).status_code == 201
    one, other = service.recorded()
    assert one == other


def test_a_length_that_is_not_true_is_not_taken(service: Service, browser: Browser) -> None:
    data = json.dumps(browser.choice()).encode()
    untrue = {"CONTENT_LENGTH": str(len(data) + 1)}
    answer = browser.client.post("/v1/consents", data=data, content_type="application/json", environ_overrides=untrue)
    assert answer.status_code == 400
    assert service.written() == 0


def test_what_it_answers_is_counted_as_the_endpoints(service: Service, browser: Browser) -> None:
    metrics: CollectorRegistry = service.app.extensions["metrics"]

    def answered(status: int) -> float:
        labels = {"endpoint": "choices.choose", "method": "POST", "status": str(status)}
        return metrics.get_sample_value("http_requests_total", labels) or 0

    browser.choose("agree")
    browser.post({"site": "newsroom"})
    assert (answered(201), answered(422)) == (1, 1)
