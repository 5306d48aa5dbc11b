from typing import Any

from flask import Flask
from marshmallow import Schema, fields
from webargs.flaskparser import parser

from chassis.service import make_service
from chassis.settings import ServiceSettings


class BoxSchema(Schema):
    size = fields.Integer(required=True)


class LabelsSchema(Schema):
    size = fields.Integer(load_default=None)
    label = fields.List(fields.String(), load_default=list)


def _service() -> Flask:
    app, _ = make_service("tests.chassis", ServiceSettings(), "Boxes")

    @app.post("/boxes")
    def make() -> str:
        return str(BoxSchema().load({"size": "big", "colour": "red"}))

    @app.get("/boxes")
    @parser.use_args(LabelsSchema, location="query")
    def find(query: dict[str, Any]) -> dict[str, Any]:
        return query

    return app


def test_a_schema_loaded_inside_a_view_names_its_fields() -> None:
    answer = _service().test_client().post("/boxes")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.get_json()["errors"]} == {"size", "colour"}


def test_of_a_query_s_values_none_is_passed_over() -> None:
    client = _service().test_client()
    assert client.get("/boxes?size=1&label=a&label=b").get_json() == {"size": 1, "label": ["a", "b"]}
    answer = client.get("/boxes?size=1&label=a&size=2")
    assert (answer.status_code, [error["field"] for error in answer.get_json()["errors"]]) == (422, ["size"])
