from flask.testing import FlaskClient

from chassis.tokens import Tokens
from publisher.house import House
from publisher.store.tables import api_token
from tests.publisher.newsroom import Newsroom

HOOK = {"url": "https://example.org/hook", "events": ["article.published", "article.published"]}


def bearer(house: House, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {Tokens(house.engine, api_token).create('hooks', scopes)}"}


def test_a_webhook_shows_its_secret_once(client: FlaskClient, house: House, newsroom: Newsroom) -> None:
    token = bearer(house, "webhooks")
    made = client.post("/v1/webhooks", json=HOOK, headers=token)
    assert made.status_code == 201 and made.json is not None and made.json["secret"].startswith("whsec_")
    assert made.json["events"] == ["article.published"]
    listed = client.get("/v1/webhooks", headers=token)
    assert listed.json is not None and [each["id"] for each in listed.json["webhooks"]] == [made.json["id"]]
    assert made.json["secret"] not in listed.text
    newsroom.publish()
    told = client.get(f"{made.headers['Location']}/deliveries", headers=token).json
    assert told is not None
    [delivery] = told["deliveries"]
    assert (delivery["event"], delivery["state"], delivery["attempts"]) == ("article.published", "open", 0)
    assert client.delete(made.headers["Location"], headers=token).status_code == 204
    for method in (client.delete, lambda path, **how: client.get(f"{path}/deliveries", **how)):
        assert method(made.headers["Location"], headers=token).status_code == 404


def test_a_webhook_that_cannot_be_is_refused_by_field(client: FlaskClient, house: House) -> None:
    token = bearer(house, "webhooks")
    for body, field in (
        ({}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        (HOOK | {"events": []}, "events"),
        (HOOK | {"events": ["article.born"]}, "events"),
        (HOOK | {"secret": "mine"}, "secret"),
    ):
        refused = client.post("/v1/webhooks", json=body, headers=token)
        assert refused.status_code == 422 and refused.json is not None
        assert [error["field"] for error in refused.json["errors"]] == [field]
    assert client.post("/v1/webhooks", json=HOOK).status_code == 401
    assert client.post("/v1/webhooks", json=HOOK, headers=bearer(house, "articles:write")).status_code == 403


def test_pages_are_purged_by_tag(client: FlaskClient, house: House, newsroom: Newsroom) -> None:
    newsroom.publish()
    client.get("/en/harbour-bridge")
    assert client.get("/en/harbour-bridge").headers["Cache-Status"].startswith("publisher; hit")
    token = bearer(house, "pages:purge")
    assert client.post("/v1/purge", json={"tags": ["a-bridge"]}, headers=token).status_code == 204
    assert client.get("/en/harbour-bridge").headers["Cache-Status"].startswith("publisher; fwd=uri-miss")
    for tags in ([], ["a b"], ["a\n"], ["x" * 201], "a-bridge"):
        assert client.post("/v1/purge", json={"tags": tags}, headers=token).status_code == 422
