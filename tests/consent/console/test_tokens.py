"""The console's tokens."""

import re

from werkzeug.test import Client

from chassis.tokens import Tokens
from consent.roles import ROLES
from consent.store.site_tables import api_token
from tests.consent.console.officer import OWN, form_word, make_token, read, sign_in
from tests.consent.console.test_subjects import officer, send
from tests.consent.service import Service


def make(client: Client, **form: str) -> tuple[int, str]:
    sent = {"csrf": form_word(client), "label": "The auditor", "role": "auditor", "days": "", "site": "", **form}
    answer = client.post("/console/tokens", data=sent, base_url=OWN, headers={"Origin": OWN})
    return answer.status_code, answer.text


def test_a_token_is_made_by_its_role_and_shown_once(service: Service) -> None:
    client = officer(service, "administrator")
    status, page = make(client, days="30")
    found = re.search(r"<code>([0-9a-f]{16}\.[\w-]{43})</code>", page)
    assert status == 200 and found is not None
    assert found[1] not in read(client, "/console/tokens")
    token = Tokens(service.engine, api_token).authenticate(found[1])
    assert token is not None and token.scopes == ROLES["auditor"].scopes
    service.drain()
    acts = service.app.test_client().get("/v1/audit/acts?kind=config", headers=service.token("audit:read")).get_json()
    [made] = acts["acts"]
    assert (made["told"]["what"], made["told"]["token"], made["told"]["label"]) == (
        "token-made",
        token.id,
        "The auditor",
    )
    assert found[1].partition(".")[2] not in str(acts)


def test_a_token_is_ended(service: Service) -> None:
    client = officer(service, "administrator")
    text = Tokens(service.engine, api_token).create("Old", ["audit:read"])
    assert send(client, f"/console/tokens/{text.partition('.')[0]}/end") == 303
    assert Tokens(service.engine, api_token).authenticate(text) is None


def test_what_is_wrong_with_a_form_is_named(service: Service) -> None:
    client = officer(service, "administrator")
    for wrong in ({"days": "0"}, {"days": "many"}, {"role": "king"}, {"label": " "}, {"surprise": "x"}):
        assert make(client, **wrong)[0] == 422
    assert len(Tokens(service.engine, api_token).all()) == 0


def test_a_token_makes_none_that_may_more_than_itself(service: Service) -> None:
    client, _ = sign_in(service, make_token(service, "console", "tokens:write"))
    assert make(client, role="administrator")[0] == 403


def test_of_one_site_only_its_tokens_are_seen_made_and_ended(service: Service) -> None:
    client = officer(service, "administrator", site="newsroom")
    foreign = Tokens(service.engine, api_token).create("Foreign", ["audit:read"], "elsewhere").partition(".")[0]
    assert "Foreign" not in read(client, "/console/tokens")
    assert send(client, f"/console/tokens/{foreign}/end") == 404
    status, _ = make(client)
    assert status == 200
    assert [each.site for each in Tokens(service.engine, api_token).all() if each.label == "The auditor"] == [
        "newsroom"
    ]
