"""Limits of what anybody may send: who is refused, how they are told, and that a withdrawal never is."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from chassis.limits.quota import Quota
from chassis.proxies import parse
from consent import instants
from tests.consent.service import ORIGIN, START_MS, Browser, Service
from tests.servers.redis_server import RedisServer

OWN = "https://consent.example"
HOUR = 3600
TWO = Quota(2, HOUR)
Serve = Callable[..., Service]


def problem(answer: TestResponse, *names: str) -> dict[str, Any]:
    assert (answer.status_code, answer.content_type) == (429, "application/problem+json"), answer.text
    body: dict[str, Any] = answer.get_json()
    assert body["type"] == "/problems/rate-limited" and body["violated-policies"] == list(names)
    assert int(answer.headers["Retry-After"]) > 0
    return body


def form(browser: Browser, action: str, **more: Any) -> TestResponse:
    fields = {"site": "newsroom", "event_id": str(uuid.uuid4()), "action": action, **more}
    return browser.client.post("/v1/consents", data=fields, headers={"Origin": OWN})


def test_what_is_left_is_told_with_every_choice(serve: Serve) -> None:
    browser = serve(limit_choices=TWO).browser()
    answers = [browser.post(browser.choice("agree")) for _ in range(2)]
    assert [answer.headers["RateLimit"] for answer in answers] == ['"choices";r=1;t=1800', '"choices";r=0;t=1800']
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"choices";q=2;w=3600'}


def test_one_choice_too_many_is_refused_and_not_written(serve: Serve) -> None:
    service = serve(limit_choices=TWO)
    browser = service.browser()
    for _ in range(2):
        browser.choose("agree")
    answer = browser.post(browser.choice("agree"))
    assert "try again in" in problem(answer, "choices")["detail"]
    assert answer.headers["RateLimit"].startswith('"choices";r=0;t=')
    assert service.written() == 2
    assert "Set-Cookie" not in answer.headers


def test_the_pages_script_may_read_the_refusal(serve: Serve) -> None:
    browser = serve(limit_choices=Quota(1, HOUR)).browser()
    browser.choose("agree")
    answer = browser.post(browser.choice("agree"))
    problem(answer, "choices")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(
        answer.headers["Access-Control-Expose-Headers"].split(", ")
    )


@pytest.mark.parametrize("action", ["agree", "refuse", "gpc", "preferences", "import"])
def test_every_choice_but_a_withdrawal_counts(serve: Serve, action: str) -> None:
    browser = serve(limit_choices=Quota(1, HOUR)).browser()
    headers = {"Sec-GPC": "1"} if action == "gpc" else {}
    decided: dict[str, Any] = {"display": browser.notice()["display"]}
    if action in ("preferences", "import"):
        decided["purposes"] = {"analytics": True, "marketing": False}
    if action == "import":
        decided.update(display=None, at=instants.text(START_MS - HOUR * 1000))

    def send() -> TestResponse:
        return browser.post(browser.choice(action, **decided), **headers)

    assert send().status_code == 201
    problem(send(), "choices")


def forms_of_withdrawal(browser: Browser) -> list[TestResponse]:
    """Withdraw in every way there is: right, without a token, with a wrong one, as a form, without cookies."""
    fresh = browser.service.browser()
    return [
        browser.post(browser.choice("withdraw")),
        browser.post(browser.choice("withdraw", display="forged")),
        browser.client.post("/v1/consents", json=browser.choice("withdraw")),
        fresh.post(fresh.choice("withdraw")),
        form(browser, "withdraw"),
        form(browser, "withdraw", display="forged"),
        form(fresh, "withdraw"),
    ]


def test_a_withdrawal_is_never_refused_by_a_limit(serve: Serve) -> None:
    none_left = Quota(1, 86_400)
    service = serve(limit_choices=none_left, limit_site=none_left, limit_notices=none_left, limit_reads=none_left)
    browser = service.browser()
    browser.choose("agree")
    problem(browser.post(browser.choice("agree", display="x")), "choices", "choices-site")
    written = service.written()
    answers = [answer for _ in range(30) for answer in forms_of_withdrawal(browser)]
    assert {answer.status_code for answer in answers} == {201, 303}
    assert service.written() == written + len(answers)
    assert not any("RateLimit" in answer.headers for answer in answers)


def test_a_withdrawal_is_taken_while_nobody_counts(serve: Serve) -> None:
    service = serve(limit_choices=Quota(1, HOUR), redis_cache_url="redis://127.0.0.1:1")
    browser = service.browser()
    browser.choose("agree")
    problem(browser.post(browser.choice("agree")), "choices")
    assert {answer.status_code for answer in forms_of_withdrawal(browser)} == {201, 303}


def test_readers_are_counted_by_their_address_and_a_forged_one_does_not_help(serve: Serve) -> None:
    service = serve(limit_choices=TWO)
    browser = service.browser()

    def send(address: str, **headers: str) -> int:
        choice = browser.choice("agree")
        told = {"Origin": ORIGIN, **headers}
        place = {"REMOTE_ADDR": address}
        return browser.client.post("/v1/consents", json=choice, headers=told, environ_base=place).status_code

    assert [send("198.51.100.1") for _ in range(3)] == [201, 201, 429]
    assert send("::ffff:198.51.100.1") == 429
    assert send("198.51.100.2") == 201
    forged = [send("198.51.100.1", **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(3)]
    assert forged == [429, 429, 429]


def test_readers_behind_a_trusted_proxy_are_counted_apart(serve: Serve) -> None:
    service = serve(limit_choices=Quota(1, HOUR), trusted_proxies=parse("127.0.0.0/8"))
    browser = service.browser()
    seen = [browser.post(browser.choice("agree"), **{"X-Forwarded-For": f"9.9.9.9, 198.51.100.{n}"}) for n in (1, 2, 1)]
    assert [answer.status_code for answer in seen] == [201, 201, 429]


def test_notices_are_limited(serve: Serve) -> None:
    browser = serve(limit_notices=TWO).browser()
    for _ in range(2):
        browser.notice()
    answer = browser.client.get("/v1/sites/newsroom/notice?lang=en", headers={"Origin": ORIGIN})
    problem(answer, "notices")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_the_script_comes_without_the_notice_where_too_many_ask_for_it(serve: Serve) -> None:
    client = serve(limit_notices=Quota(1, HOUR)).app.test_client()
    asked = [client.get("/v1/sites/newsroom/banner.js?lang=en") for _ in range(2)]
    alone = client.get("/v1/sites/newsroom/banner.js")
    assert [answer.status_code for answer in asked] == [200, 200]
    assert b"display_expires" in asked[0].data and asked[1].data == alone.data
    assert asked[1].headers["Cache-Control"] == "private, no-store"


def test_who_only_comes_to_be_asked_keeps_nobody_from_withdrawing(serve: Serve) -> None:
    service = serve(limit_notices=TWO, limit_site=Quota(3, HOUR))
    browser = service.browser()
    browser.choose("agree")
    others = service.app.test_client()
    asked = [others.get("/v1/sites/newsroom/notice?lang=en").status_code for _ in range(4)]
    assert asked == [200, 429, 429, 429]
    assert browser.notice()["ask"] == "none"


def test_an_unknown_site_uses_nothing_up(serve: Serve) -> None:
    service = serve(limit_notices=Quota(1, HOUR), limit_choices=Quota(1, HOUR))
    client = service.app.test_client()
    for _ in range(3):
        assert client.get("/v1/sites/nowhere/notice").status_code == 404
    assert list(service.redis.scan_iter("limit:*")) == []


def test_a_form_that_is_asked_for_too_often_still_lets_a_reader_withdraw(serve: Serve) -> None:
    service = serve(limit_notices=Quota(1, HOUR))
    browser = service.browser()
    browser.choose("agree")
    page = "/v1/sites/newsroom/banner?lang=es"
    assert browser.client.get(page).status_code == 200
    answer = browser.client.get(page)
    assert (answer.status_code, answer.content_type) == (429, "text/html; charset=utf-8")
    assert int(answer.headers["Retry-After"]) > 0
    assert "frame-ancestors 'self' https://news.example" in answer.headers["Content-Security-Policy"]
    assert "En este momento llegan muchas solicitudes" in answer.text and "display" not in answer.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
    assert fields["action"] == "withdraw"
    taken = browser.client.post("/v1/consents", data=fields, headers={"Origin": OWN})
    assert taken.status_code == 303
    assert service.recorded()[-1]["event"] == "withdrawn"


def test_who_has_nothing_to_withdraw_is_asked_to_come_again(serve: Serve) -> None:
    browser = serve(limit_notices=Quota(1, HOUR)).browser()
    page = "/v1/sites/newsroom/banner?lang=en"
    browser.client.get(page)
    answer = browser.client.get(page)
    assert answer.status_code == 429
    assert "<form" not in answer.text and f'href="{OWN}{page}"' in answer.text


def test_a_form_that_is_sent_too_often_is_answered_with_a_page(serve: Serve) -> None:
    service = serve(limit_choices=Quota(1, HOUR))
    browser = service.browser()
    found = re.search(r'name="display" value="([^"]+)"', browser.client.get("/v1/sites/newsroom/banner").text)
    assert found is not None
    sent = [form(browser, "agree", display=found[1], lang="de") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 429]
    assert sent[1].mimetype == "text/html" and "/banner?lang=" in sent[1].text
    assert service.written() == 1


def test_receipts_and_own_records_are_limited_each_for_itself(serve: Serve) -> None:
    client = serve(limit_reads=TWO).app.test_client()
    receipts = [client.get(f"/v1/receipts/{uuid.uuid4()}") for _ in range(3)]
    own = [client.get("/v1/consents/me?site=newsroom") for _ in range(3)]
    assert [answer.status_code for answer in receipts] == [404, 404, 429]
    assert [answer.status_code for answer in own] == [200, 200, 429]
    problem(receipts[-1], "receipts")
    problem(own[-1], "own-records")


def test_exports_are_limited_by_token(serve: Serve) -> None:
    service = serve(limit_exports=Quota(1, HOUR))
    client, token = service.app.test_client(), service.token("audit:read")

    def export(headers: dict[str, str]) -> TestResponse:
        return client.get("/v1/audit/export?format=csv", headers=headers)

    assert export(token).status_code == 200
    problem(export(token), "exports")
    assert export(service.token("audit:read")).status_code == 200


def test_wrong_tokens_are_refused_more_shortly_and_the_right_one_is_not(serve: Serve) -> None:
    service = serve(limit_token_failures=TWO)
    client, token = service.app.test_client(), service.token("audit:read")

    def read(headers: dict[str, str]) -> TestResponse:
        return client.get("/v1/audit/records", headers=headers)

    wrong = [read({"Authorization": f"Bearer {n}.x"}) for n in range(3)]
    assert [answer.status_code for answer in wrong] == [401, 401, 429]
    problem(wrong[-1], "token-failures")
    assert read(token).status_code == 200


def sign_in(client: Any, text: str) -> TestResponse:
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/console/sign-in").text)
    assert csrf is not None
    answer: TestResponse = client.post("/console/sign-in", data={"csrf": csrf[1], "token": text})
    return answer


def test_the_consoles_door_opens_more_slowly_each_time(serve: Serve) -> None:
    service = serve(limit_sign_ins=3)
    client = service.app.test_client()
    answers = [sign_in(client, f"{n:016x}.wrong") for n in range(4)]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429]
    assert answers[-1].headers["Retry-After"] == "1" and answers[-1].mimetype == "text/html"
    good = service.token("console")["Authorization"].split()[1]
    assert sign_in(client, good).status_code == 429


def test_a_token_is_guarded_wherever_it_is_tried_from(serve: Serve) -> None:
    service = serve(limit_sign_ins=2, trusted_proxies=parse("127.0.0.0/8"))
    good = service.token("console")["Authorization"].split()[1]
    codes = []
    for n in range(3):
        client = service.app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{n}"
        codes.append(sign_in(client, good.partition(".")[0] + ".wrong").status_code)
    assert codes == [403, 403, 429]


def test_signing_in_well_uses_nothing_up(serve: Serve) -> None:
    service = serve(limit_sign_ins=2)
    good = service.token("console")["Authorization"].split()[1]
    assert {sign_in(service.app.test_client(), good).status_code for _ in range(6)} == {303}


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "cache").start()
    yield server
    server.kill()


def test_limits_are_counted_in_the_caches_redis_and_never_where_choices_go(serve: Serve, cache: RedisServer) -> None:
    service = serve(redis_cache_url=cache.url)
    browser = service.browser()
    browser.choose("agree")
    with Redis.from_url(cache.url) as counted:
        assert list(counted.scan_iter("limit:*")) != []
    assert list(service.redis.scan_iter("limit:*")) == []


def test_without_the_caches_redis_readers_are_served_and_doors_stay_shut(serve: Serve, cache: RedisServer) -> None:
    service = serve(redis_cache_url=cache.url, limit_choices=TWO)
    browser, client = service.browser(), service.app.test_client()
    good, token = service.token("console")["Authorization"].split()[1], service.token("audit:read")
    cache.kill()
    assert [browser.post(browser.choice("agree")).status_code for _ in range(3)] == [201, 201, 429]
    assert sign_in(client, good).status_code == 503
    assert client.get("/v1/audit/export?format=csv", headers=token).status_code == 503
    assert client.get("/v1/audit/records", headers=token).status_code == 200
    cache.start()
    assert sign_in(client, good).status_code == 303


def test_no_address_is_kept_anywhere_with_a_choice(serve: Serve) -> None:
    service = serve(trusted_proxies=parse("127.0.0.0/8"))
    browser = service.browser()
    choice = browser.choice("agree", page="/a-page-to-find")
    assert browser.post(choice, **{"X-Forwarded-For": "198.51.100.77"}).status_code == 201
    service.drain()
    service.engine.dispose()
    database = Path(str(service.engine.url.database))
    stored = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert b"/a-page-to-find" in stored and b"198.51.100" not in stored
    assert not any(b"198.51.100" in key for key in service.redis.scan_iter())
