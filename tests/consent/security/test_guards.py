"""Every address is public on purpose or guarded, and a token reaches its own site only (OWASP ASVS 5.0, 8.2)."""

import pytest
from werkzeug.routing import Rule

from tests.consent.console.officer import OWN, RECORDS, make_token, sign_in
from tests.consent.service import Service

# What anybody may ask for. An address that is in none of these must refuse who brings no token.
PUBLIC = {
    "healthz", "readyz", "metrics", "docs", "problem", "api-docs.openapi_json", "notices.stored", "visitor.shown",
    "pages.form", "banner.file", "choices.choose", "own.me", "own.erase", "receipts.receipt", "receipts.proof",
    "iab.settings", "iab.whole", "console.sign_in", "console.file", "console.overview", "console.openid",
    "console.openid_callback",
}  # fmt: skip
PUBLIC_BLUEPRINTS = {"log", "wellknown", "demo"}
EXAMPLES = {
    "site": "newsroom",
    "record": "5f0c7d1e-0000-8000-8000-000000000000",
    "subject": "5f0c7d1e-0000-4000-8000-000000000000",
}


def rules(service: Service) -> list[Rule]:
    every = service.app.url_map.iter_rules()
    return [rule for rule in every if rule.endpoint.partition(".")[0] not in PUBLIC_BLUEPRINTS]


def address(service: Service, rule: Rule) -> str:
    """Fill an address with values that are nobody's."""
    with service.app.test_request_context():
        built = rule.build({name: EXAMPLES.get(name, EXAMPLES["record"]) for name in rule.arguments})
    assert built is not None, rule
    return built[1]


def test_whatever_is_not_public_refuses_who_brings_nothing(service: Service) -> None:
    client = service.app.test_client()
    open_doors = []
    for rule in rules(service):
        if rule.endpoint in PUBLIC:
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = client.open(address(service, rule), method=method, json={} if method in ("PUT", "POST") else None)
            to_the_door = answer.status_code in (302, 303) and answer.headers["Location"] == "/console/sign-in"
            if answer.status_code not in (401, 403) and not to_the_door:
                open_doors.append((method, rule.rule, rule.endpoint, answer.status_code))
    assert open_doors == []


def test_what_counts_as_public_is_there(service: Service) -> None:
    endpoints = {rule.endpoint for rule in service.app.url_map.iter_rules()}
    assert PUBLIC - endpoints == set()


@pytest.fixture
def two_sites(service: Service) -> Service:
    """A choice of each of two sites, in the ledger."""
    service.add_site("gazette")
    service.browser().choose("agree")
    service.browser().choose("agree", site="gazette")
    service.drain()
    return service


def foreign(service: Service) -> str:
    answer = service.app.test_client().get("/v1/audit/records?site=gazette", headers=service.token("audit:read"))
    [record] = answer.get_json()["records"]
    return str(record["record"])


def test_a_sites_token_reads_nothing_of_another_site(two_sites: Service) -> None:
    client, token = two_sites.app.test_client(), two_sites.token("audit:read", site="newsroom")
    listed = client.get("/v1/audit/records", headers=token).get_json()["records"]
    assert {each["site"] for each in listed} == {"newsroom"}
    assert client.get("/v1/audit/records?site=gazette", headers=token).status_code == 403
    assert client.get("/v1/audit/export?format=csv&site=gazette", headers=token).status_code == 403
    assert "gazette" not in client.get("/v1/audit/export?format=jsonl", headers=token).text


def test_another_sites_record_is_answered_like_one_that_there_is_not(two_sites: Service) -> None:
    client, token = two_sites.app.test_client(), two_sites.token("audit:read", site="newsroom")
    record, nothing = foreign(two_sites), EXAMPLES["record"]
    answers = [client.get(f"/v1/audit/records/{each}", headers=token) for each in (record, nothing)]
    told = [{**each.get_json(), "request_id": "", "instance": ""} for each in answers]
    assert [each.status_code for each in answers] == [404, 404]
    assert told[0]["detail"].replace(record, nothing) == told[1]["detail"]
    assert told[0].keys() == told[1].keys()


def test_a_sites_officer_sees_nothing_of_another_site(two_sites: Service) -> None:
    record = foreign(two_sites)
    client, _ = sign_in(two_sites, make_token(two_sites, site="newsroom"))
    assert client.get(f"{RECORDS}/{record}", base_url=OWN).status_code == 404
    assert "gazette" not in client.get(RECORDS, base_url=OWN).text
    assert "gazette" not in client.get("/console/export?format=jsonl", base_url=OWN).text


def test_a_sites_token_publishes_for_no_other_site(two_sites: Service) -> None:
    token = two_sites.token("notices:write", site="newsroom")
    answer = two_sites.app.test_client().put("/v1/sites/gazette/notices", json={}, headers=token)
    assert answer.status_code == 403
