"""``/v1/articles`` as a client meets it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.errors import Conflict
from chassis.tokens import Tokens
from publisher.app import create_app
from publisher.body.blocks import block_json
from publisher.house import House
from publisher.store import idempotency
from publisher.store.tables import api_token
from tests.publisher.newsroom import Newsroom, an_article, sent_article

Token = dict[str, str]


def put(
    client: FlaskClient, token: Token, body: Any = None, match: str | None = None, name: str = "bridge"
) -> TestResponse:
    headers = token | ({"If-Match": match} if match else {})
    return client.put(f"/v1/articles/{name}", json=sent_article() if body is None else body, headers=headers)


def test_an_article_goes_in_and_comes_out(client: FlaskClient, token: Token) -> None:
    made = put(client, token)
    assert made.status_code == 201
    assert (made.headers["ETag"], made.headers["Location"]) == ('"1"', "/v1/articles/bridge")
    read = client.get("/v1/articles/bridge", headers=token)
    assert read.json == made.json and read.headers["ETag"] == '"1"'
    assert read.json is not None
    assert read.json["blocks"][0]["html"] == 'The <em>last</em> bolt <a href="https://example.org/">went</a> in.'
    assert {name: read.json[name] for name in ("revision", "kind", "url", "pubStatus")} == {
        "revision": 1,
        "kind": "update",
        "url": "https://news.example/en/harbour-bridge",
        "pubStatus": "usable",
    }


def test_who_has_the_revision_is_not_sent_it_again(client: FlaskClient, token: Token) -> None:
    put(client, token)
    known = client.get("/v1/articles/bridge", headers=token | {"If-None-Match": '"1"'})
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", '"1"')
    assert client.get("/v1/articles/bridge", headers=token | {"If-None-Match": '"2"'}).status_code == 200


def test_what_comes_out_can_be_sent_back(client: FlaskClient, token: Token) -> None:
    put(client, token)
    read = client.get("/v1/articles/bridge", headers=token).json
    assert read is not None
    own = ("id", "revision", "versionCreated", "firstPublished", "url", "state", "publishAt", "changed")
    again = put(client, token, {name: read[name] for name in read if name not in own}, '"1"')
    assert (again.status_code, again.headers["ETag"]) == (200, '"1"')


def test_a_change_needs_the_current_revision(client: FlaskClient, token: Token) -> None:
    put(client, token)
    changed = sent_article(headline="Changed")
    assert put(client, token, changed).status_code == 428
    assert put(client, token, changed, '"7"').status_code == 412
    assert put(client, token, changed, 'W/"1"').status_code == 412
    for header in ("nonsense", ",", "1", '"1", "2"', '"01"', '"' + "9" * 5000 + '"'):
        assert put(client, token, changed, header).status_code == 412
    assert put(client, token, changed, '"1"').headers["ETag"] == '"2"'
    assert put(client, token, sent_article(headline="Again"), "*").headers["ETag"] == '"3"'
    assert put(client, token, name="new-one", match='"1"').status_code == 412


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"blocks": [{"type": "paragraph", "html": "a"}, {"type": "paragraph", "html": "<script>x</script>"}]},
         "blocks.1.html", "expected only em strong a code br, got <script>"),
        ({"blocks": [{"type": "video"}]}, "blocks.0.type", "got 'video'"),
        ({"blocks": ["text"]}, "blocks.0.type", "expected paragraph"),
        ({"blocks": [{"type": "paragraph"}]}, "blocks.0.html", "Missing data"),
        ({"blocks": [{"type": "paragraph", "html": 1}]}, "blocks.0.html", "Not a valid string"),
        ({"blocks": [{"type": "paragraph", "html": "a", "style": "x"}]}, "blocks.0.style", "Unknown field"),
        ({"blocks": [{"type": "heading", "level": "2", "html": "a"}]}, "blocks.0.level", "Not a valid integer"),
        ({"blocks": [{"type": "list", "ordered": "yes", "items": ["a"]}]}, "blocks.0.ordered", "expected true"),
        ({"blocks": [{"type": "gallery", "pictures": [{"media": "x"}]}]}, "blocks.0.pictures.0.media", "SHA-256"),
        ({"blocks": [{"type": "table", "rows": [["a"], "b"]}]}, "blocks.0.rows.1", "Not a valid list"),
        ({"blocks": [{"type": "embed", "url": "https://a.example"}]}, "blocks.0.category", "Missing data"),
        ({"blocks": [{"type": "divider", "html": "a"}]}, "blocks.0.html", "Unknown field"),
        ({"expires": "0001-01-01T00:00:00+23:00"}, "expires", "expected a time between 1971 and 9998"),
        ({"embargoedUntil": "2026-11-26"}, "embargoedUntil", "Not a valid aware datetime"),
        ({"slugs": {"es": "Puente!"}}, "slugs.es", "expected small letters"),
        ({"slugs": {"en": "bridge"}}, "slugs.en", "expected a language that is translated into"),
        ({"slugs": {"es": 1}}, "slugs.es", "Not a valid string"),
        ({"slug": "search"}, "slug", "expected one that no other page has"),
        ({"kind": "correction"}, "blocks", "expected a new correction block of kind correction or clarification"),
        ({"blocks": [{"type": "image", "media": "x", "caption": "c", "credit": {}}]}, "blocks.0.media", "SHA-256"),
        ({"blocks": [{"type": "image", "media": "0" * 64, "caption": "c", "alt": "a", "credit": {"creators": ["A"]}}]},
         "blocks.0.media", "expected a picture sent to /v1/media before"),
        ({"blocks": {}}, "blocks", "Not a valid list"),
        ({"surprise": 1}, "surprise", "Unknown field"),
        ({"language": "tlh"}, "language", "expected one of en, es, ar, got 'tlh'"),
        ({"language": "en-XA"}, "language", "got 'en-XA'"),
        ({"pubStatus": "draft"}, "pubStatus", "Must be one of"),
        ({"kind": "rewrite"}, "kind", "Must be one of"),
        ({"headline": None}, "headline", "may not be null"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_block_and_field(
    client: FlaskClient, token: Token, change: dict[str, Any], field: str, told: str
) -> None:
    refused = put(client, token, sent_article(**change))
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert refused.json is not None
    assert refused.json["type"] == "/problems/invalid"
    assert field in [error["field"] for error in refused.json["errors"]]
    assert field in refused.json["detail"] and told in refused.json["detail"]
    assert client.get("/v1/articles/bridge", headers=token).status_code == 404


@pytest.mark.parametrize("field", ["slug", "language", "headline", "section", "blocks"])
def test_required_fields_are_required(client: FlaskClient, token: Token, field: str) -> None:
    body = sent_article()
    del body[field]
    refused = put(client, token, body)
    assert refused.status_code == 422 and refused.json is not None
    assert [error["field"] for error in refused.json["errors"]] == [field]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"slug": "a", "slug": "b"}', "application/json", 400),
        (b'{"slug": NaN}', "application/json", 400),
        (b"[" * 100 + b"]" * 100, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * (4 * 1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_changes_nothing(
    client: FlaskClient, token: Token, data: bytes, kind: str, status: int
) -> None:
    refused = client.put("/v1/articles/bridge", data=data, content_type=kind, headers=token)
    assert (refused.status_code, refused.content_type) == (status, "application/problem+json")


def test_an_article_of_a_megabyte_is_taken(client: FlaskClient, token: Token) -> None:
    blocks = [{"type": "paragraph", "html": "words " * 1500} for _ in range(100)]
    assert len(json.dumps(blocks)) > 800_000
    assert put(client, token, sent_article(blocks=blocks)).status_code == 201


@pytest.mark.parametrize(("path", "allowed"), [("/v1/media", {"POST", "OPTIONS"}), ("/v1/articles/a", None)])
def test_the_pages_claim_no_address_of_the_api(client: FlaskClient, path: str, allowed: set[str] | None) -> None:
    methods = client.options(path).headers["Allow"].split(", ")
    assert set(methods) == (allowed or {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


def test_the_documentation_tells_every_kind_of_block(client: FlaskClient) -> None:
    schemas = client.get("/openapi.json").json["components"]["schemas"]  # type: ignore[index]
    told = [
        block["$ref"].rpartition("/")[2] for block in schemas["ArticleIn"]["properties"]["blocks"]["items"]["oneOf"]
    ]
    kinds = "Paragraph Heading Image Gallery Quote List Table Embed Link Divider Code Correction"
    assert told == [f"{kind}Block" for kind in kinds.split()]
    assert all(schemas[name]["additionalProperties"] is False and "type" in schemas[name]["required"] for name in told)


def test_every_kind_of_block_comes_back_as_it_was_taken_in(
    client: FlaskClient, token: Token, newsroom: Newsroom
) -> None:
    blocks = [block_json(block) for block in newsroom.every_block()]
    made = put(client, token, sent_article(blocks=json.loads(json.dumps(blocks))))
    assert made.status_code == 201 and made.json is not None
    assert made.json["blocks"] == json.loads(json.dumps(blocks))
    again = put(client, token, sent_article(blocks=made.json["blocks"]), '"1"')
    assert (again.status_code, again.headers["ETag"]) == (200, '"1"')


def test_a_taken_slug_is_a_conflict(client: FlaskClient, token: Token) -> None:
    put(client, token)
    refused = put(client, token, name="other")
    assert refused.status_code == 409 and refused.json is not None
    assert "harbour-bridge" in refused.json["detail"]


def test_an_id_has_a_form(client: FlaskClient, token: Token) -> None:
    assert put(client, token, name="A_b").status_code == 422


def test_without_the_right_token_nothing_is_answered(client: FlaskClient, token: Token, house: House) -> None:
    assert put(client, {}).status_code == 401
    assert client.get("/v1/articles/bridge").status_code == 401
    reader = {"Authorization": f"Bearer {Tokens(house.engine, api_token).create('r', ['articles:read'])}"}
    assert put(client, reader).status_code == 403
    assert client.delete("/v1/articles/bridge", headers=reader).status_code == 403


def test_a_deleted_article_is_gone_from_everywhere(client: FlaskClient, token: Token) -> None:
    put(client, token)
    assert client.get("/en/harbour-bridge").status_code == 200
    assert client.delete("/v1/articles/bridge", headers=token).status_code == 428
    assert client.delete("/v1/articles/bridge", headers=token | {"If-Match": '"1"'}).status_code == 204
    for path in ("/v1/articles/bridge", "/v1/articles/bridge/variants", "/en/harbour-bridge", "/es/harbour-bridge"):
        assert client.get(path, headers=token).status_code == 404
    assert "A bridge opens" not in client.get("/en/").text


def test_variants_are_public_and_tell_how_far_they_are(client: FlaskClient, newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.translate("es")
    newsroom.give_up("ar")
    told = client.get("/v1/articles/bridge/variants").json
    assert told is not None and (told["article"], told["revision"]) == ("bridge", 1)
    by_language = {variant["language"]: variant for variant in told["variants"]}
    assert {language: variant["state"] for language, variant in by_language.items()} == {
        "en": "original",
        "es": "machine",
        "ar": "failed",
        "en-XA": "queued",
    }
    assert (by_language["es"]["engine"], by_language["es"]["engine_version"]) == ("Apertium", "3.8")
    assert by_language["es"]["url"] == "/es/harbour-bridge"
    assert by_language["en-XA"]["deadline"].endswith("Z") and by_language["es"]["deadline"] is None


def test_withheld_articles_have_no_public_variants(client: FlaskClient, token: Token) -> None:
    put(client, token, sent_article(pubStatus="withheld"))
    assert client.get("/v1/articles/bridge/variants").status_code == 404
    assert client.get("/en/harbour-bridge").status_code == 404
    assert client.get("/v1/articles/bridge", headers=token).status_code == 200


def test_the_answer_does_not_wait_for_a_broker_that_is_away(
    settings: Any, house: House, token: Token, free_port: int
) -> None:
    away = f"redis://127.0.0.1:{free_port}/0"
    app = create_app(replace(settings, redis_broker_url=away, redis_cache_url=away))
    client = app.test_client()
    assert put(client, token).status_code == 201
    assert client.get("/en/harbour-bridge").status_code == 200
    assert client.get("/readyz").status_code == 503
    app.extensions["house"].engine.dispose()


def make(client: FlaskClient, token: Token, body: Any = None, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/articles", json=sent_article() if body is None else body, headers=token | named)


def test_an_article_is_made_under_its_slug_or_an_id_of_its_own(client: FlaskClient, token: Token) -> None:
    made = make(client, token)
    assert (made.status_code, made.headers["Location"]) == (201, "/v1/articles/harbour-bridge")
    assert make(client, token, sent_article(id="two", slug="two")).headers["Location"] == "/v1/articles/two"
    again = make(client, token)
    assert again.status_code == 428, "it is there: a change says which version it changes"
    assert make(client, token, sent_article(id="A b")).status_code == 422


def test_what_is_sent_twice_with_one_key_is_done_once(client: FlaskClient, token: Token, house: House) -> None:
    first, again = (make(client, token, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json and again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    other = make(client, token, sent_article(slug="other"), Idempotency_Key="k1")
    assert other.status_code == 422 and other.json is not None and "Idempotency-Key" in other.json["detail"]
    stranger = {"Authorization": f"Bearer {Tokens(house.engine, api_token).create('x', ['articles:write'])}"}
    assert make(client, stranger, Idempotency_Key="k1").status_code == 428, "another's key is another key"
    assert make(client, token, Idempotency_Key="ü").status_code == 422


def test_a_refused_request_may_be_sent_again_with_its_key(client: FlaskClient, token: Token) -> None:
    put(client, token)
    headers = token | {"Idempotency-Key": "k2", "If-Match": '"7"'}
    for _ in range(2):
        assert client.put("/v1/articles/bridge", json=sent_article(headline="B"), headers=headers).status_code == 412
    moved = [client.post("/v1/articles/bridge/kill", headers=token | {"Idempotency-Key": "k3"}) for _ in range(2)]
    assert [each.status_code for each in moved] == [200, 200] and moved[1].headers["Idempotency-Replayed"] == "true"


def test_of_requests_at_once_with_one_key_one_is_done(client: FlaskClient, token: Token, house: House) -> None:
    begun = idempotency.begin(house.engine, "key", "request", 1_000)
    assert begun is None
    with pytest.raises(Conflict, match="worked on"):
        idempotency.begin(house.engine, "key", "request", 2_000)
    assert idempotency.begin(house.engine, "key", "request", 62_000) is None, "who worked on it is taken for dead"
    with pytest.raises(Conflict):
        idempotency.begin(house.engine, "key", "request", 62_001)


def test_a_dry_run_tells_what_would_change(client: FlaskClient, token: Token) -> None:
    told = client.put("/v1/articles/bridge?dry_run=true", json=sent_article(), headers=token)
    assert told.status_code == 200 and told.json is not None
    assert (told.json["action"], told.json["toState"], told.json["public"]) == ("create", "published", True)
    assert told.json["translations"] == ["es", "ar", "en-XA"]
    assert client.get("/v1/articles/bridge", headers=token).status_code == 404
    put(client, token)
    blocks = sent_article()["blocks"]
    changed = sent_article(byline="B", blocks=[blocks[1], blocks[0] | {"html": "Other."}, {"type": "divider"}])
    url = "/v1/articles/bridge?dry_run=true"
    told = client.put(url, json=changed, headers=token | {"If-Match": '"1"'})
    assert told.json is not None
    found = {(each["field"], each["what"]) for each in told.json["changes"]}
    assert {("byline", "changed"), ("blocks.b1", "changed")} <= found
    assert [what for field, what in found if field.startswith("blocks.b-")].count("removed") == 2
    assert {what for _, what in found} == {"changed", "removed", "added", "moved"}
    assert client.get("/v1/articles/bridge", headers=token).headers["ETag"] == '"1"'
    assert client.put(url, json=changed, headers=token).status_code == 428
    refused = client.put(url, json=sent_article(headline=""), headers=token | {"If-Match": '"1"'})
    assert refused.status_code == 422
    mistyped = client.put("/v1/articles/new?dryrun=true", json=sent_article(slug="new"), headers=token)
    assert mistyped.status_code == 422 and client.get("/v1/articles/new", headers=token).status_code == 404
    nothing = client.put(url, json=sent_article(), headers=token | {"If-Match": '"1"'})
    assert nothing.json is not None and (nothing.json["changed"], nothing.json["changes"]) == (False, [])


def test_articles_are_listed_page_by_page(client: FlaskClient, token: Token, newsroom: Newsroom) -> None:
    for number in range(5):
        newsroom.publish(an_article(slug=f"a{number}", keywords=("Ferry",)), f"a{number}")
    newsroom.publish(an_article(slug="sky", section="Night sky"), "sky", status="withheld")

    def walk(query: str) -> list[str]:
        found: list[str] = []
        cursor = ""
        while True:
            page = client.get(f"/v1/articles?limit=2&{query}{cursor}", headers=token).json
            assert page is not None and len(page["articles"]) <= 2
            found += [each["id"] for each in page["articles"]]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    everything = walk("")
    assert sorted(everything) == ["a0", "a1", "a2", "a3", "a4", "sky"] and everything[0] == "sky"
    assert walk("order=oldest") == everything[::-1]
    assert walk("state=draft") == walk("section=night-sky") == walk("section=Night sky") == ["sky"]
    assert sorted(walk("keyword=FERRY&state=published&language=en")) == ["a0", "a1", "a2", "a3", "a4"]
    assert walk("language=es") == walk("keyword=none") == walk("changed_since=2999-01-01T00:00:00Z") == []
    [first] = client.get("/v1/articles?limit=1", headers=token).json["articles"]  # type: ignore[index]
    assert "blocks" not in first and first["state"] == "draft"
    since = first["changed"]
    assert "sky" in walk(f"changed_since={since}")


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "cursor=WyIxIiwgImEiXQ", "cursor=", "limit=0", "limit=201", "state=spiked", "order=x", "foo=1",
     "keyword=%00", "section=a%00", "language=%1f", "keyword=", "changed_since=0001-01-01T00:00:00%2B23:00",
     "changed_since=yesterday", "changed_since=2026-01-01T00:00:00"],
)  # fmt: skip
def test_a_list_that_cannot_be_made_is_refused_by_name(client: FlaskClient, token: Token, query: str) -> None:
    refused = client.get(f"/v1/articles?{query}", headers=token)
    assert refused.status_code == 422 and refused.json is not None
    assert [error["field"] for error in refused.json["errors"]] == [query.partition("=")[0]]


def test_each_revision_can_be_read_as_it_was(client: FlaskClient, token: Token) -> None:
    put(client, token)
    put(client, token, sent_article(headline="It opened", kind="minor"), '"1"')
    listed = client.get("/v1/articles/bridge/revisions", headers=token).json
    assert listed is not None and [(each["revision"], each["kind"]) for each in listed["revisions"]] == [
        (2, "minor"),
        (1, "update"),
    ]
    first = client.get("/v1/articles/bridge/revisions/1", headers=token).json
    assert first is not None and first["article"]["headline"] == "A bridge opens"
    for path in ("bridge/revisions/3", "bridge/revisions/99999999999999999999", "none/revisions", "none/revisions/1"):
        assert client.get(f"/v1/articles/{path}", headers=token).status_code == 404
