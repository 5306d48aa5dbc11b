import json

import pytest
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from sqlalchemy import MetaData

from chassis.authorisation import require
from chassis.errors import Gone, Unavailable
from chassis.service import make_service
from chassis.settings import ServiceSettings
from chassis.sql import connect
from chassis.tokens import Tokens, token_table


class Body(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(required=True)
    parts = fields.List(fields.Nested(lambda: Part()))
    marks = fields.Dict(fields.String(), fields.Boolean())


class Part(Schema):
    class Meta:
        unknown = RAISE

    size = fields.Integer(required=True, strict=True)


@pytest.fixture
def app(sqlite_url):
    app, api = make_service("tests.chassis", ServiceSettings(), "Test", {"teapot": (418, "A teapot")})
    blueprint = Blueprint("things", __name__)

    @blueprint.post("/things")
    @blueprint.arguments(Body)
    @blueprint.response(201, Body)
    def add(body):
        """Add a thing."""
        return body

    @blueprint.get("/gone")
    def gone():
        raise Gone("it was killed")

    @blueprint.get("/away")
    def away():
        raise Unavailable("the database is away", retry_after_s=7)

    @blueprint.get("/broken")
    def broken():
        raise ZeroDivisionError("secret detail")

    @blueprint.get("/<site>/guarded")
    @require("read")
    def guarded(site):
        return {"site": site}

    api.register_blueprint(blueprint)
    metadata = MetaData()
    table = token_table(metadata)
    engine = connect(sqlite_url)
    metadata.create_all(engine)
    app.extensions["tokens"] = Tokens(engine, table)
    yield app
    engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


def problem(response, status, kind):
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = response.get_json()
    assert (
        body["status"] == status
        and body["type"] == f"/problems/{kind}"
        and body["request_id"] == response.headers["X-Request-Id"]
    )
    return body


def test_a_good_body_passes(client):
    assert client.post("/things", json={"name": "a", "parts": [{"size": 1}]}).status_code == 201


def test_every_field_to_blame_is_named(client):
    body = problem(client.post("/things", json={"parts": [{"size": 1}, {"size": "x", "colour": 1}]}), 422, "invalid")
    assert {error["field"] for error in body["errors"]} == {"name", "parts.1.size", "parts.1.colour"}
    assert "parts.1.size" in body["detail"]


def test_what_would_be_right_is_said(client):
    body = problem(client.post("/things", json={"marks": {"value": {}}, "colour": 1}), 422, "invalid")
    assert {error["field"]: error["expected"] for error in body["errors"]} == {
        "name": "a value",
        "marks.value": "true or false",
        "colour": "no field of this name",
    }


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b'{"name": "a", "name": "b"}', b'{"name": NaN}', b'{"name": 1e400}', b'{"name": "\\ud800"}',
     b'{"name": "a\\u0000"}', b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"a": ' + b"1" * 5000 + b"}",
     b'{"a": 9007199254740992}', b'{"a": -9007199254740992}'],
)  # fmt: skip
def test_a_body_that_is_not_strict_json_is_malformed(client, data):
    problem(client.post("/things", data=data, content_type="application/json"), 400, "malformed")


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(client, content_type):
    problem(client.post("/things", data=b"{}", content_type=content_type), 415, "media-type")


def test_a_large_body_is_refused(client):
    problem(client.post("/things", json={"name": "a" * 300_000}), 413, "too-large")


def test_problems_of_the_domain_keep_their_words(client):
    assert problem(client.get("/gone"), 410, "gone")["detail"] == "it was killed"
    response = client.get("/away")
    problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "7"


def test_an_unforeseen_fault_tells_nothing(client):
    assert "secret" not in json.dumps(problem(client.get("/broken"), 500, "internal"))


def test_unknown_addresses_and_methods_are_problems_too(client):
    problem(client.get("/nowhere"), 404, "not-found")
    response = client.get("/things")
    problem(response, 405, "method")
    assert "POST" in response.headers["Allow"]


def test_a_token_opens_its_scope_and_site_only(app, client):
    tokens = app.extensions["tokens"]

    def get(text, site="a"):
        return client.get(f"/{site}/guarded", headers={"Authorization": f"Bearer {text}"})

    response = client.get("/a/guarded")
    problem(response, 401, "unauthorised")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    problem(get("nonsense"), 401, "unauthorised")
    problem(get(tokens.create("other", ["write"])), 403, "forbidden")
    problem(get(tokens.create("b", ["read"], site="b")), 403, "forbidden")
    assert get(tokens.create("a", ["read"], site="a")).get_json() == {"site": "a"}
    assert get(tokens.create("all", ["read"]), "b").status_code == 200


def test_a_plain_request_id_is_kept_and_a_crooked_one_replaced(client):
    assert client.get("/healthz", headers={"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    assert client.get("/healthz", headers={"X-Request-Id": 'x" onload="12345'}).headers["X-Request-Id"].isalnum()


def test_readiness_names_what_is_wrong(app, client):
    app.extensions["checks"]["redis"] = lambda: None
    assert client.get("/readyz").status_code == 200
    app.extensions["checks"]["database"] = lambda: "the database is away"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["checks"] == {"redis": "ok", "database": "the database is away"}


def test_metrics_count_answers(client):
    client.get("/gone")
    assert b'http_requests_total{endpoint="things.gone",method="GET",status="410"} 1.0' in client.get("/metrics").data


def test_the_api_describes_itself(client):
    document = client.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0" and "/things" in document["paths"]
    page = client.get("/docs").get_data(as_text=True)
    assert "Add a thing." in page and "<script" not in page


def test_a_problems_type_leads_to_a_page_about_it() -> None:
    app, _ = make_service("tests.chassis", ServiceSettings(), "Boxes", {"box-full": (409, "The box is full")})
    page = app.test_client().get("/problems/box-full")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "The box is full" in page.text and "409" in page.text
    assert app.test_client().get("/problems/of-nobody").status_code == 404
