from flask import Flask
from marshmallow import Schema, fields

from chassis.service import make_service
from chassis.settings import ServiceSettings


class BoxSchema(Schema):
    size = fields.Integer(required=True)


def _service() -> Flask:
    app, _ = make_service("tests.chassis", ServiceSettings(), "Boxes")

    @app.post("/boxes")
    def make() -> str:
        return str(BoxSchema().load({"size": "big", "colour": "red"}))

    return app


def test_a_schema_loaded_inside_a_view_names_its_fields() -> None:
    answer = _service().test_client().post("/boxes")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.get_json()["errors"]} == {"size", "colour"}
