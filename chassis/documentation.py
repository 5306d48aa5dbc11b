"""What the OpenAPI document says of every service: errors are problem+json, tokens are bearer tokens."""

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields

BEARER = "token"


class FieldErrorSchema(Schema):
    """One field to blame."""

    field = fields.String()
    expected = fields.String()
    detail = fields.String()


class ProblemSchema(Schema):
    """RFC 9457; docs/contracts/errors.md lists the types."""

    type = fields.String(metadata={"format": "uri-reference"})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    request_id = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema))


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest's API, whose document tells of our errors in place of its own."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.spec.components.security_scheme(BEARER, {"type": "http", "scheme": "bearer"})

    def _register_responses(self) -> None:
        # The default responses registered here are all errors; what an endpoint answers is still application/json.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE


def needs(scope: str) -> list[dict[str, list[str]]]:
    """Return the `security` of an operation that takes a token with `scope`."""
    return [{BEARER: [scope]}]
