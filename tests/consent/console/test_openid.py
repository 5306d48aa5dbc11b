"""Signing in to the console at a real OpenID provider, by hand and in Chromium."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import Client, TestResponse

from chassis.openid.roles import parse
from chassis.sign_in.cookies import SessionsBelow
from consent.banner import engines
from consent.roles import ROLES
from tests.consent.console import officer
from tests.consent.console.officer import OWN, RECORDS, form_word, read
from tests.consent.console.test_reauthentication import post
from tests.consent.console.test_subjects import chosen
from tests.consent.service import Service
from tests.servers.chromium import violations
from tests.servers.openid_provider import OpenIDProvider, sign_in_at
from tests.servers.ports import free_port
from tests.servers.web_server import WebServer

CALLBACK = "/console/sign-in/openid/callback"
PEOPLE = {
    "ada": {"name": "Ada Lovelace", "groups": ["legal", "everybody"]},
    "pip": {"name": "Pip", "groups": ["paper-readers", "everybody"]},
    "eve": {"name": "Eve <b>", "groups": ["everybody"]},
}
ERASURE = {"act": "erase", "rule": "GDPR Art. 17(1)(b)", "reason": "asked by letter"}
RULES = "paper-readers=auditor@newsroom; legal=officer"
Serve = Callable[..., Service]

pytestmark = pytest.mark.xdist_group("openid")


@pytest.fixture(scope="module")
def live_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(live_port: int) -> Iterator[OpenIDProvider]:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    try:
        engines.install()
    except engines.Unbuildable as error:
        pytest.skip(str(error))
    places = (OWN, f"http://localhost:{live_port}")
    client = {
        "client_id": "consent",
        "client_secret": "a secret",
        "redirect_uris": [place + CALLBACK for place in places],
        "post_logout_redirect_uris": [f"{place}/console/sign-in" for place in places],
    }
    running = OpenIDProvider(client, PEOPLE)
    yield running
    running.stop()


@pytest.fixture
def configured(provider: OpenIDProvider) -> dict[str, Any]:
    return {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": "consent",
        "oidc_client_secret": "a secret",
        "oidc_label": "Example ID",
        "oidc_roles": parse(RULES),
    }


def begin(client: Client) -> str:
    answer = client.get("/console/sign-in/openid", base_url=OWN)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def come_back(client: Client, address: str) -> TestResponse:
    return client.get(address.removeprefix(OWN), base_url=OWN)


def sign_in(service: Service, name: str) -> tuple[Client, TestResponse]:
    client = service.app.test_client()
    return client, come_back(client, sign_in_at(begin(client), name, OWN + CALLBACK))


def test_a_role_at_the_provider_opens_the_console_and_the_log_names_the_person(
    serve: Serve, configured: dict[str, Any]
) -> None:
    service = serve(**configured)
    service.browser().choose("agree")
    service.drain()
    client, answer = sign_in(service, "ada")
    assert answer.status_code == 200 and answer.headers["Refresh"] == "0; url=/console"
    assert "Ada Lovelace" in read(client, RECORDS)
    service.drain()
    config = service.app.test_client().get("/v1/audit/acts?kind=config", headers=service.token("audit:read")).get_json()
    [granted] = [each["told"] for each in config["acts"]]
    assert (granted["what"], granted["by"]["sub"]) == ("signed-in", "ada")
    assert granted["scopes"] == sorted(ROLES["officer"].scopes)
    told = service.app.test_client().get("/v1/audit/acts?kind=access", headers=service.token("audit:read")).get_json()
    account = {"iss": configured["oidc_issuer"], "sub": "ada"}
    assert told["acts"][0]["told"]["by"] == {**account, "label": "Ada Lovelace", "console": True}
    out = client.post("/console/sign-out", data={"csrf": form_word(client)}, base_url=OWN)
    assert urlsplit(out.headers["Refresh"].removeprefix("0; url=")).path == "/session/end"
    assert client.get(RECORDS, base_url=OWN).location == "/console/sign-in"


def test_a_role_on_one_site_sees_that_site_and_may_what_the_role_may(serve: Serve, configured: dict[str, Any]) -> None:
    client, _ = sign_in(serve(**configured), "pip")
    assert "Pip · newsroom" in read(client, RECORDS)
    refused = client.get("/console/tokens", base_url=OWN)
    assert refused.status_code == 403 and "your account lacks the scope tokens:write" in refused.text


def test_without_a_role_nobody_is_let_in_and_the_page_says_what_is_missing(
    serve: Serve, configured: dict[str, Any]
) -> None:
    client, answer = sign_in(serve(**configured), "eve")
    assert answer.status_code == 403
    assert "Eve &lt;b&gt;, you have no role here: “groups” says everybody" in answer.text
    assert client.get(RECORDS, base_url=OWN).location == "/console/sign-in"


def test_a_code_is_good_once_and_in_the_browser_that_asked_for_it(serve: Serve, configured: dict[str, Any]) -> None:
    service = serve(**configured)
    client, other = service.app.test_client(), service.app.test_client()
    asked = begin(client)
    cookie = client.get_cookie("__Host-console-openid", domain="consent.example")
    assert cookie is not None and cookie.http_only and cookie.secure and cookie.same_site == "Lax"
    address = sign_in_at(asked, "ada", OWN + CALLBACK)
    stranger = come_back(other, address)
    assert stranger.status_code == 403 and "no sign-in was begun in this browser" in stranger.text
    assert come_back(client, address).headers["Refresh"] == "0; url=/console"
    assert "no sign-in was begun" in come_back(client, address).text
    client.set_cookie(cookie.key, cookie.value, domain="consent.example", secure=True)
    replayed = come_back(client, address)
    assert replayed.status_code == 403 and "takes the code for nothing: invalid_grant" in replayed.text


def ask_to_erase(service: Service, client: Client) -> tuple[str, TestResponse]:
    """Let the session have proved itself an hour ago, and erase a person up to the step that asks back."""
    subject = chosen(service)
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        kept["authenticated"] -= 3600
    return f"/console/subjects/{subject}", post(client, f"/console/subjects/{subject}", **ERASURE)


def away_again(client: Client, page: str) -> str:
    """Press the button of a step that wants them to authenticate again; return where at the provider it leads."""
    button = re.search(r'formaction="([^"]+)"', page)
    assert button is not None, page
    answer = post(client, button[1], **_hidden(page))
    assert answer.status_code == 200, answer.text
    return answer.headers["Refresh"].removeprefix("0; url=")


def _hidden(page: str) -> dict[str, str]:
    form = page.partition('class="answer"')[2] or page.partition('class="card')[2]
    return {name: unescape(text) for name, text in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


def test_who_authenticates_again_at_the_provider_comes_back_to_the_step_with_nothing_lost(
    serve: Serve, configured: dict[str, Any]
) -> None:
    service = serve(**configured)
    client, _ = sign_in(service, "ada")
    address, asked = ask_to_erase(service, client)
    assert "Go on with Example ID" in asked.text and "Erase them for good" not in asked.text
    word = form_word(client)
    at_provider = away_again(client, asked.text)
    assert parse_qs(urlsplit(at_provider).query).items() >= {"prompt": ["login"], "max_age": ["900"]}.items()
    back = come_back(client, sign_in_at(at_provider, "ada", OWN + CALLBACK))
    assert back.status_code == 200 and "Go on: Erase this person" in back.text and "Refresh" not in back.headers
    sent = _hidden(back.text)
    assert sent == {**ERASURE, "csrf": word} and f'action="{address}"' in back.text
    step = post(client, address, **sent)
    assert "Erase them for good" in step.text and "asked by letter" in step.text
    assert post(client, address, **_hidden(step.text)).status_code == 303
    service.drain()
    assert "Nothing is held" in read(client, address)


def test_another_person_at_the_provider_does_nothing_in_the_first_ones_name(
    serve: Serve, configured: dict[str, Any]
) -> None:
    service = serve(**configured)
    client, _ = sign_in(service, "ada")
    address, asked = ask_to_erase(service, client)
    answer = come_back(client, sign_in_at(away_again(client, asked.text), "pip", OWN + CALLBACK))
    assert answer.status_code == 403 and "it was not Ada Lovelace who authenticated" in answer.text
    assert f'href="{address}"' in answer.text
    assert "Go on with Example ID" in post(client, address, **ERASURE, confirmed="yes").text


def test_what_is_kept_meanwhile_leads_below_the_console_only_and_fits_a_cookie(
    serve: Serve, configured: dict[str, Any]
) -> None:
    client, _ = sign_in(serve(**configured), "ada")
    again = "/console/sign-in/openid/again"
    good = {"address": "/console/exports", "back": "/console/exports"}
    for wrong in ({"address": "//evil.example/"}, {"back": "https://evil.example/console/"}, {"back": "/consoles"}):
        assert post(client, again, **{**good, **wrong}).status_code == 422
    assert post(client, again, **good, reason="".join(map(chr, range(0x4E00, 0x5A00)))).status_code == 422
    assert post(client, again, **good, csrf="guessed").status_code == 403
    assert post(client, again, **good).status_code == 200


def let_rights_grow_old(client: Client, by_s: int) -> None:
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        kept["granted"] -= by_s


@pytest.fixture
def at_provider() -> Iterator[httpx.Client]:
    """A browser that stays signed in at the provider."""
    with httpx.Client() as browser:
        yield browser


def test_rights_are_asked_for_again_unseen_and_come_back_to_the_page_with_the_session_as_it_was(
    serve: Serve, configured: dict[str, Any], at_provider: httpx.Client
) -> None:
    service, where = serve(**configured), "/console/subjects?subject=%C3%A9"
    client = service.app.test_client()
    come_back(client, sign_in_at(begin(client), "ada", OWN + CALLBACK, at_provider))
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        before = {name: kept[name] for name in ("until", "authenticated")}
    word = form_word(client)
    let_rights_grow_old(client, 3700)
    assert (
        post(client, "/console/tokens").status_code == 403
    )  # a form that is open meanwhile is taken: it lacks a scope
    due = client.get(where, base_url=OWN)
    assert due.location.startswith("/console/sign-in/openid?back=")
    assert client.get(where, base_url=OWN, headers={"Sec-Fetch-Dest": "iframe"}).status_code == 200
    away = str(client.get(due.location, base_url=OWN).location)
    assert parse_qs(urlsplit(away).query)["prompt"] == ["none"]
    back = come_back(client, sign_in_at(away, "nobody is asked", OWN + CALLBACK, at_provider))
    assert back.headers["Refresh"] == f"0; url={where}"
    assert "Ada Lovelace" in read(client, where) and form_word(client) == word
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        assert before == {name: kept[name] for name in before} and kept["granted"] > before["authenticated"] - 60
    service.drain()
    config = service.app.test_client().get("/v1/audit/acts?kind=config", headers=service.token("audit:read")).get_json()
    assert len(config["acts"]) == 1  # the same rights again are no news


def test_rights_that_the_provider_does_not_give_again_end_the_session(serve: Serve, configured: dict[str, Any]) -> None:
    service = serve(limit_sign_ins=1, **configured)
    client, _ = sign_in(service, "ada")
    let_rights_grow_old(client, 3700)
    away = str(client.get(client.get(RECORDS, base_url=OWN).location, base_url=OWN).location)
    ended = come_back(client, sign_in_at(away, "nobody is asked", OWN + CALLBACK))  # signed out there meanwhile
    assert ended.status_code == 403 and "login_required" in ended.text
    assert 'href="/console/sign-in/openid?back=/console/records"' in ended.text
    assert client.get(RECORDS, base_url=OWN).location == "/console/sign-in"
    assert officer.sign_in(service)[1].status_code == 303  # it was no attempt at a sign-in


def test_rights_that_were_not_asked_for_in_time_allow_no_form(serve: Serve, configured: dict[str, Any]) -> None:
    client, _ = sign_in(serve(**configured), "ada")
    let_rights_grow_old(client, 7300)
    assert post(client, "/console/exports", format="csv").location == "/console/sign-in"
    assert client.get(RECORDS, base_url=OWN).location.startswith("/console/sign-in/openid?back=")


def test_a_sign_in_leads_to_the_console_only(serve: Serve, configured: dict[str, Any]) -> None:
    service = serve(**configured)
    for back in ("//evil.example", "https://evil.example", "/consoles", "/console/\r\nSet-Cookie: a=b", "/demo"):
        client = service.app.test_client()
        asked = client.get("/console/sign-in/openid", query_string={"back": back}, base_url=OWN).location
        assert come_back(client, sign_in_at(str(asked), "ada", OWN + CALLBACK)).headers["Refresh"] == "0; url=/console"


def test_a_provider_that_is_away_leaves_the_token(serve: Serve, configured: dict[str, Any]) -> None:
    service = serve(**configured | {"oidc_issuer": f"http://localhost:{free_port()}"})
    client = service.app.test_client()
    answer = client.get("/console/sign-in/openid", base_url=OWN)
    assert answer.status_code == 503 and "Example ID does not answer as it should. A token still" in answer.text
    assert officer.sign_in(service)[1].status_code == 303


def test_without_a_provider_there_is_no_button_and_no_way(service: Service) -> None:
    client = service.app.test_client()
    assert "Sign in with" not in client.get("/console/sign-in", base_url=OWN).text
    assert client.get("/console/sign-in/openid", base_url=OWN).status_code == 404
    assert client.get(CALLBACK, base_url=OWN).status_code == 404


@pytest.fixture
def live(serve: Serve, configured: dict[str, Any], live_port: int) -> Iterator[Service]:
    running = serve(public_url=f"http://localhost:{live_port}", **configured)
    with WebServer(running.app, live_port, "localhost"):
        yield running


def erase_after_authenticating_again(page: Page, live: Service) -> None:
    subject, place = chosen(live), live.app.extensions["sign-in"]
    live.app.extensions["sign-in"] = replace(place, reauthentication_s=0)
    page.goto(f"{live.settings.public_url}/console/subjects/{subject}")
    page.get_by_label("Under which rule").fill("GDPR Art. 17(1)(b)")
    page.get_by_label("Reason").fill("به درخواست خودش")
    page.get_by_role("button", name="Erase this person").click()
    assert violations(page) == {}
    page.get_by_role("button", name="Go on with Example ID").click()
    page.get_by_placeholder("Enter any login").fill("ada")
    live.app.extensions["sign-in"] = place
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    expect(page.get_by_role("button", name="Go on: Erase this person")).to_be_focused()
    assert violations(page) == {}
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Erase this person?")
    expect(page.get_by_text("به درخواست خودش")).to_be_visible()
    page.get_by_role("button", name="Erase them for good").click()
    expect(page.get_by_role("status")).to_contain_text("The erasure is on disk")


def come_back_unseen(page: Page, live: Service) -> None:
    serializer = SessionsBelow("/console", lambda: b"").get_signing_serializer(live.app)
    assert serializer is not None
    [cookie] = [each for each in page.context.cookies() if each["name"] == "console"]
    kept = serializer.loads(cookie["value"])
    kept["granted"] -= 3700
    page.context.add_cookies([{**cookie, "value": serializer.dumps(kept)}])  # type: ignore[list-item]
    where = f"{live.settings.public_url}/console/records?event=given"
    page.goto(where)
    expect(page.get_by_role("heading", level=1)).to_have_text("Records")
    assert page.url == where
    [renewed] = [each for each in page.context.cookies() if each["name"] == "console"]
    assert serializer.loads(renewed["value"])["granted"] > kept["granted"] + 3000


@pytest.mark.e2e
def test_a_browser_goes_to_the_provider_and_back_and_out_again(chromium: Browser, live: Service) -> None:
    context = chromium.new_context(java_script_enabled=True)
    page = context.new_page()
    page.goto(live.settings.public_url + "/console")
    assert violations(page) == {}
    page.goto(live.settings.public_url + CALLBACK)
    expect(page.get_by_role("alert")).to_contain_text("no sign-in was begun in this browser")
    assert violations(page) == {}
    page.get_by_role("link", name="Sign in with Example ID").click()
    page.get_by_placeholder("Enter any login").fill("ada")
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.get_by_text("Ada Lovelace", exact=True)).to_be_visible()
    erase_after_authenticating_again(page, live)
    come_back_unseen(page, live)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_role("link", name="Sign in with Example ID")).to_be_visible()
    page.goto(live.settings.public_url + "/console/records")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()
