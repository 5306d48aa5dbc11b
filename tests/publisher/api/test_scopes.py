"""Every operation of the API by every scope: the table is the whole of it, and one that is missing there fails."""

import re

from flask.testing import FlaskClient

from chassis.tokens import Tokens
from publisher.house import House
from publisher.roles import SCOPES
from publisher.store.tables import api_token

READ, WRITE, HOOKS = "articles:read", "articles:write", "webhooks"
ARTICLE = "/v1/articles/{article_id}"
SCOPE_OF = {
    ("GET", "/v1/articles"): READ,
    ("POST", "/v1/articles"): WRITE,
    ("GET", ARTICLE): READ,
    ("PUT", ARTICLE): WRITE,
    ("DELETE", ARTICLE): WRITE,
    ("GET", f"{ARTICLE}/history"): READ,
    ("GET", f"{ARTICLE}/newsml"): READ,
    ("GET", f"{ARTICLE}/ninjs"): READ,
    ("GET", f"{ARTICLE}/revisions"): READ,
    ("GET", f"{ARTICLE}/revisions/{{number}}"): READ,
    ("POST", f"{ARTICLE}/previews"): READ,
    **{("POST", f"{ARTICLE}/{to}"): WRITE for to in ("draft", "kill", "publish", "schedule", "submit", "unpublish")},
    ("POST", "/v1/ingest"): "ingest",
    ("POST", "/v1/media"): "media:write",
    ("POST", "/v1/purge"): "pages:purge",
    ("GET", "/v1/webhooks"): HOOKS,
    ("POST", "/v1/webhooks"): HOOKS,
    ("DELETE", "/v1/webhooks/{identifier}"): HOOKS,
    ("GET", "/v1/webhooks/{identifier}/deliveries"): HOOKS,
}
# What readers' pages follow, of articles that are public.
PUBLIC = {("GET", f"{ARTICLE}/{{language}}/events"), ("GET", f"{ARTICLE}/variants")}


def test_a_token_opens_what_its_scope_names_and_nothing_else(client: FlaskClient, house: House) -> None:
    rules = [each for each in client.application.url_map.iter_rules() if each.rule.startswith("/v1/")]
    there = {
        (method, re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", each.rule))
        for each in rules
        for method in (each.methods or set()) - {"OPTIONS", "HEAD"}
    }
    assert there == SCOPE_OF.keys() | PUBLIC
    tokens, documented, wrong = Tokens(house.engine, api_token), client.get("/openapi.json").get_json()["paths"], []
    own = {scope: {"Authorization": f"Bearer {tokens.create('t', [scope])}"} for scope in SCOPES}
    others = {scope: {"Authorization": f"Bearer {tokens.create('t', SCOPES.keys() - {scope})}"} for scope in SCOPES}
    for (method, path), scope in SCOPE_OF.items():
        address = re.sub(r"\{\w+\}", "1", path)
        statuses = [
            client.open(address, method=method, headers=each).status_code for each in ({}, others[scope], own[scope])
        ]
        told = documented[path][method.lower()].get("security")
        if statuses[:2] != [401, 403] or statuses[2] in (401, 403, 500) or told != [{"token": [scope]}]:
            wrong.append((method, path, statuses, told))
    assert wrong == []
