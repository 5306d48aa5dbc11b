"""Every address by every scope: the table below is the whole of it, and an address that is missing there fails."""

import json
import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule
from werkzeug.test import Client

from consent.roles import SCOPES
from tests.consent.console.officer import OWN, form_word, make_token, sign_in
from tests.consent.security.test_guards import PUBLIC, address, rules
from tests.consent.service import Service

API = {
    "acts.acts": "audit:read",
    "acts.act": "audit:read",
    "audit.export": "audit:read",
    "audit.records": "audit:read",
    "audit.record": "audit:read",
    "audit.record_proof": "audit:read",
    "exports.ask": "audit:read",
    "exports.manifest": "audit:read",
    "exports.file": "audit:read",
    "statistics.counts": "audit:read",
    "erasures.waiting": "subjects:erase",
    "erasures.state": "subjects:erase",
    "erasures.deny": "subjects:erase",
    "erasures.approve": "subjects:erase",
    "holds.holds": "holds:read",
    "holds.lay": "holds:write",
    "holds.release": "holds:write",
    "notices.publish": "notices:write",
    "notices.invalidate": "records:write",
    "accounts.account": "accounts:write",
    "accounts.choose": "accounts:write",
    "accounts.sync": "accounts:write",
    "accounts.sign_out": "accounts:write",
    "accounts.sign_out_all": "accounts:write",
    "accounts.erase": "subjects:erase",
    "subjects.held": "subjects:read",
    "subjects.erase": "subjects:erase",
    "subjects.rectify": "records:write",
}
# None: whoever is signed in.
CONSOLE = {
    "console.overview": None,
    "console.find": None,
    "console.notices": None,
    "console.notice": None,
    "console.layer": None,
    "console.sessions": None,
    "console.records": "audit:read",
    "console.record": "audit:read",
    "console.proof": "audit:read",
    "console.save_search": "audit:read",
    "console.forget_search": "audit:read",
    "console.exports": "audit:read",
    "console.export": "audit:read",
    "console.export_state": "audit:read",
    "console.export_file": "audit:read",
    "console.export_link": "audit:read",
    "console.acts": "audit:read",
    "console.act": "audit:read",
    "console.act_file": "audit:read",
    "console.rectify": "records:write",
    "console.invalidate": "records:write",
    "console.release": "holds:write",
    "console.approve": "subjects:erase",
    "console.deny": "subjects:erase",
    "console.subjects": "subjects:read",
    "console.subject": "subjects:read",
    "console.subject_file": "subjects:read",
    "console.letter": "subjects:read",
    "console.tokens": "tokens:write",
    "console.revoke": "tokens:write",
}
# Reached without a session, or its very end.
DOOR = {"console.sign_in", "console.sign_out", "console.openid", "console.openid_again", "console.openid_callback"}
ALSO = {"console.rectify": {"audit:read"}, "console.subject": {"subjects:erase"}}


def each(service: Service, *, of_console: bool) -> Iterator[tuple[Rule, str]]:
    """Yield the addresses that are not for everybody, with each method."""
    for rule in rules(service):
        if rule.endpoint.startswith("console.") is of_console and rule.endpoint not in (PUBLIC - CONSOLE.keys()) | DOOR:
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule, method


def test_a_token_opens_what_its_scope_names_and_nothing_else(service: Service) -> None:
    client, wrong = service.app.test_client(), []
    assert {rule.endpoint for rule, _ in each(service, of_console=False)} == API.keys()
    documented = client.get("/openapi.json").get_json()["paths"]
    tokens = {scope: service.token(scope, site="newsroom") for scope in set(API.values())}
    others = {scope: service.token(*(SCOPES.keys() - {scope}), site="newsroom") for scope in tokens}
    for rule, method in each(service, of_console=False):
        scope, place = API[rule.endpoint], address(service, rule)
        body = {"json": {}} if method in ("PUT", "POST", "DELETE") else {}
        refused = client.open(place, method=method, headers=others[scope], **body)
        taken = client.open(place, method=method, headers=tokens[scope], **body)
        told = documented[_template(rule)][method.lower()].get("security", [])
        if (refused.status_code, taken.status_code in (401, 403, 500), told) != (403, False, [{"token": [scope]}]):
            wrong.append((method, rule.rule, refused.status_code, taken.status_code, told))
        elif f"lacks the scope '{scope}'" not in refused.get_json()["detail"]:
            wrong.append((method, rule.rule, refused.get_json()["detail"]))
        elif "no-store" not in taken.headers.get("Cache-Control", ""):
            wrong.append((method, rule.rule, "kept in caches"))
    assert wrong == []


def test_a_token_of_another_site_opens_no_address_of_this_one(service: Service) -> None:
    service.add_site("gazette")
    client, foreign = service.app.test_client(), service.token(*SCOPES, site="gazette")
    of_site = [(rule, method) for rule, method in each(service, of_console=False) if "site" in rule.arguments]
    answers = {
        client.open(address(service, rule), method=how, headers=foreign, json={}).status_code for rule, how in of_site
    }
    assert len(of_site) >= 7 and answers == {403}


def test_a_session_opens_what_its_scopes_name_and_nothing_else(service: Service) -> None:
    assert {rule.endpoint for rule, _ in each(service, of_console=True)} == CONSOLE.keys() | {"console.file"} - PUBLIC
    plain, wrong = _signed_in(service, "console"), []
    rich = {scope: _signed_in(service, "console", scope, *also) for scope, also in _needed().items()}
    for rule, method in each(service, of_console=True):
        scope = CONSOLE[rule.endpoint]
        told = "" if scope is None else f"lacks the scope {scope}"
        few = _open(service, plain, rule, method).get_data(as_text=True)
        if ("lacks the scope" in few) is (scope is None) or (scope and rule.endpoint not in ALSO and told not in few):
            wrong.append((method, rule.rule, few[-300:]))
        taken = _open(service, rich[scope] if scope else plain, rule, method)
        if taken.status_code == 500 or "lacks the scope" in taken.get_data(as_text=True):
            wrong.append((method, rule.rule, f"{taken.status_code} to who may"))
    assert wrong == []


def test_no_form_of_the_console_is_taken_from_another_origin(service: Service) -> None:
    all_scopes, taken = _signed_in(service, *SCOPES), []
    for rule, method in each(service, of_console=True):
        if method == "POST":
            answer = _open(service, all_scopes, rule, method, "https://evil.example")
            if answer.status_code not in (403, 404) or (
                answer.status_code == 403 and "not of this session" not in answer.text
            ):
                taken.append((rule.rule, answer.status_code))
    assert taken == []


def _template(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _needed() -> dict[str, set[str]]:
    also = {CONSOLE[endpoint]: scopes for endpoint, scopes in ALSO.items()}
    return {scope: also.get(scope, set()) for scope in set(CONSOLE.values()) if scope}


def _signed_in(service: Service, *scopes: str) -> tuple[Client, str]:
    client, answer = sign_in(service, make_token(service, *scopes))
    assert answer.status_code == 303, json.dumps(scopes)
    return client, form_word(client)


def _open(service: Service, who: tuple[Client, str], rule: Rule, method: str, origin: str = OWN):  # type: ignore[no-untyped-def]
    client, word = who
    sent = {"data": {"csrf": word}, "headers": {"Origin": origin}} if method == "POST" else {}
    return client.open(address(service, rule), method=method, base_url=OWN, **sent)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer .", "Bearer é.x", "Basic {}", "Bearer {}x", "Bearer {}.x"])
def test_what_is_no_token_opens_nothing(service: Service, header: str) -> None:
    token = service.token("audit:read")["Authorization"].partition(" ")[2]
    answer = service.app.test_client().get("/v1/audit/records", headers={"Authorization": header.format(token)})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
