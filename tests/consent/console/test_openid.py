"""Signing in to the console at a real OpenID provider, by hand and in Chromium."""

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse

from chassis.openid.roles import parse
from consent.banner import engines
from consent.roles import ROLES
from tests.consent.console import officer
from tests.consent.console.officer import OWN, RECORDS, form_word, read
from tests.consent.service import Service
from tests.servers.chromium import violations
from tests.servers.openid_provider import OpenIDProvider, sign_in_at
from tests.servers.ports import free_port

CALLBACK = "/console/sign-in/openid/callback"
PEOPLE = {
    "ada": {"name": "Ada Lovelace", "groups": ["legal", "everybody"]},
    "pip": {"name": "Pip", "groups": ["paper-readers", "everybody"]},
    "eve": {"name": "Eve <b>", "groups": ["everybody"]},
}
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
    server = make_server("localhost", live_port, running.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield running
    server.shutdown()
    thread.join()
    server.server_close()


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
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    expect(page.get_by_role("link", name="Sign in with Example ID")).to_be_visible()
    page.goto(live.settings.public_url + "/console/records")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    context.close()
