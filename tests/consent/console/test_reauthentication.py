"""Grave acts at the console by a session that has not proved itself for a while, by hand and in Chromium."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.test import Client, TestResponse

from chassis.tokens import Tokens
from consent.console import routes
from consent.roles import ROLES
from consent.store.site_tables import api_token
from tests.consent.console.officer import OWN, form_word, make_token, read, sign_in
from tests.consent.console.test_notices import publish_later
from tests.consent.console.test_subjects import chosen
from tests.consent.service import Service
from tests.servers.chromium import violations

RULE = {"act": "erase", "rule": "GDPR Art. 17(1)(b)", "reason": "asked by letter"}


def administrator(service: Service, one_time: bool = False) -> tuple[Client, str]:
    token = make_token(service, *ROLES["administrator"].scopes, one_time=one_time)
    return sign_in(service, token)[0], token


def post(client: Client, address: str, /, **form: str) -> TestResponse:
    sent = {"csrf": form_word(client), **form}  # of the session, where the form brings none
    return client.post(address, data=sent, base_url=OWN, headers={"Origin": OWN})


def age(client: Client) -> None:
    """Let the session have proved itself an hour ago."""
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        kept["authenticated"] -= 3600


def test_an_erasure_by_an_old_session_takes_the_token_again_and_loses_nothing(service: Service) -> None:
    subject, (client, token) = chosen(service), administrator(service)
    address = f"/console/subjects/{subject}"
    age(client)
    asked = post(client, address, **RULE)
    assert asked.status_code == 200 and "Your token once more" in asked.text and "asked by letter" in asked.text
    silent = post(client, address, **RULE, confirmed="yes")
    assert silent.status_code == 200 and "Your token once more" in silent.text
    for wrong in ("guessed", make_token(service, *ROLES["administrator"].scopes, one_time=False), f"{token}x"):
        refused = post(client, address, **RULE, confirmed="yes", token=wrong)
        assert refused.status_code == 403 and "does not prove it" in refused.text
        assert 'name="reason" value="asked by letter"' in refused.text and wrong not in refused.text
    service.drain()
    assert "Nothing is held" not in read(client, address)
    assert post(client, address, **RULE, confirmed="yes", token=token).status_code == 303
    service.drain()
    assert "Nothing is held" in read(client, address)
    assert "Your token" not in post(client, address, **RULE).text  # it counts for a while


GRAVE = {
    "console.exports": ({"format": "csv"}, "/console/exports"),
    "console.export_link": ({}, "/console/exports/{export}/link"),
    "console.release": ({}, "/console/holds/{hold}/end"),
    "console.subject": ({"act": "hold", "rule": "Art. 17(3)(e)"}, "/console/subjects/{subject}"),
    "console.approve": ({}, "/console/erasures/{erasure}/approve"),
    "console.deny": ({}, "/console/erasures/{erasure}/deny"),
    "console.tokens": ({"label": "New", "role": "auditor"}, "/console/tokens"),
    "console.revoke": ({}, "/console/tokens/{token}/end"),
    "console.rectify": (
        {"purpose-analytics": "given", "purpose-marketing": "given", "reason": "misheard"},
        "/console/records/{record}/rectification",
    ),
    "console.sessions": ({"session": "others"}, "/console/sessions"),
    "console.invalidate": ({"reason": "a wrong word"}, "/console/notices/{notice}/invalidation"),
}
FREE = {f"console.{each}" for each in ("sign_in", "sign_out", "openid_again", "save_search", "forget_search")}


def test_every_form_of_the_console_asks_an_old_session_first(serve: object) -> None:
    """Each is told to be grave here, or to be free: a further form has to be one of them."""
    service: Service = serve(erasure_approval=True)  # type: ignore[operator]
    rules = service.app.url_map.iter_rules()
    posting = {
        each.endpoint for each in rules if each.endpoint.startswith("console.") and "POST" in (each.methods or ())
    }
    assert posting == GRAVE.keys() | FREE and routes.blueprint.name == "console"


def test_an_old_session_exports_makes_ends_and_releases_nothing_unasked(serve: object) -> None:
    service: Service = serve(erasure_approval=True)  # type: ignore[operator]
    held, other = chosen(service), chosen(service)
    client, token = administrator(service)
    notice = service.app.extensions["consent"].catalogue.current("newsroom").sha256
    for subject, form in ((held, {"act": "hold", "rule": "Art. 17(3)(e)"}), (other, RULE)):
        assert post(client, f"/console/subjects/{subject}", **form, confirmed="yes").status_code == 303
    service.drain()
    publish_later(service)
    export = post(client, "/console/exports", format="csv").location.rpartition("/")[2]
    acts = read(client, "/console/acts")
    names = {
        "export": export,
        "hold": _found(r"/holds/([^/]+)/end", acts),
        "erasure": _found(r"/erasures/([^/]+)/deny", acts),
        "subject": other,
        "record": _found(r"/records/([0-9a-f-]{36})", read(client, f"/console/records?subject={other}")),
        "token": make_token(service).partition(".")[0],
        "notice": notice,
    }
    age(client)
    for endpoint, (form, address) in GRAVE.items():
        asked = post(client, address.format(**names), confirmed="yes", **form)
        assert asked.status_code == 200 and "Your token once more" in asked.text, endpoint
    assert read(client, "/console/acts") == acts
    assert post(client, "/console/tokens", label="New", role="auditor", token=token).status_code == 200
    assert "New" in read(client, "/console/tokens")


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None
    return found[1]


def test_a_session_of_a_used_token_takes_another_that_may_as_much_and_is_then_its(service: Service) -> None:
    chosen(service)
    client, used = administrator(service, one_time=True)
    age(client)
    export = {"format": "csv"}
    assert "A new token of yours" in post(client, "/console/exports", **export).text
    lesser = make_token(service, *ROLES["officer"].scopes)
    elsewhere = make_token(service, *ROLES["administrator"].scopes, site="newsroom")
    for wrong in (used, lesser, elsewhere):
        assert post(client, "/console/exports", **export, token=wrong).status_code == 403
    fresh = make_token(service, *ROLES["administrator"].scopes)
    assert post(client, "/console/exports", **export, token=fresh).status_code == 303
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        assert kept["identity"] == {"token": fresh.partition(".")[0]}


def test_tokens_shown_again_are_throttled_like_a_sign_in(serve: object) -> None:
    service: Service = serve(limit_sign_ins=2)  # type: ignore[operator]
    client, token = administrator(service)
    age(client)
    told = [post(client, "/console/exports", format="csv", token=text).status_code for text in ("a", "b", "c", token)]
    assert told == [403, 403, 429, 429]


def test_a_session_of_an_earlier_release_has_proved_nothing(service: Service) -> None:
    client, _ = administrator(service)
    with client.session_transaction(base_url=OWN, path="/console") as kept:
        del kept["authenticated"]
    assert "Your token once more" in post(client, "/console/exports", format="csv").text


@pytest.mark.e2e
def test_an_officer_shows_the_token_again_without_a_script_and_by_keyboard(chromium: Browser, live: Service) -> None:
    subject = chosen(live)
    live.app.extensions["sign-in"] = replace(live.app.extensions["sign-in"], reauthentication_s=0)
    token = Tokens(live.engine, api_token).create("Officer", ROLES["administrator"].scopes)
    for scripts, screen, scheme in ((True, (1280, 800), "light"), (False, (320, 640), "dark")):
        width, height = screen
        context = chromium.new_context(
            java_script_enabled=scripts, viewport={"width": width, "height": height}, color_scheme=scheme
        )  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(live.settings.public_url + "/console")
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        page.goto(f"{live.settings.public_url}/console/subjects/{subject}")
        page.get_by_label("Under which rule").fill("GDPR Art. 17(1)(b)")
        page.get_by_role("button", name="Lay a legal hold").click()
        page.get_by_label("Your token once more").press_sequentially("guessed")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("does not prove it")
        expect(page.get_by_label("Your token once more")).to_be_focused()
        page.screenshot(path=f"/tmp/grave-ask-{scheme}.png", full_page=True)
        if scripts:
            assert violations(page) == {}
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.type(token)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("hold")
        page.screenshot(path=f"/tmp/grave-{scheme}.png")
        context.close()
