"""What the OpenAPI document says of every service: errors are problem+json, tokens are bearer tokens."""

import threading
from collections.abc import Callable

from apispec import APISpec
from flask import Flask
from flask_smorest import Api, Blueprint
from marshmallow import INCLUDE, Schema, fields

BEARER = "token"


class FieldErrorSchema(Schema):
    """One field to blame; a kind of problem may tell more of it."""

    class Meta:  # noqa: D106
        unknown = INCLUDE

    field = fields.String()
    expected = fields.String()
    detail = fields.String()


class ProblemSchema(Schema):
    """RFC 9457; docs/contracts/errors.md lists the types. A kind of problem may tell more (RFC 9457, 3.2)."""

    class Meta:  # noqa: D106
        unknown = INCLUDE

    type = fields.String(metadata={"format": "uri-reference"})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    instance = fields.String()
    request_id = fields.String()
    errors = fields.List(fields.Nested(FieldErrorSchema))
    violated_policies = fields.List(
        fields.String(), data_key="violated-policies", metadata={"description": "with 429: the limits' names"}
    )


class DocumentedApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest's API, whose document tells of our errors in place of its own.

    The document is written when somebody first asks for it: writing it takes half as long as starting a service.
    """

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"

    def __init__(self, app: Flask) -> None:
        self._unwritten: list[Callable[[], object]] = []
        self._writing = threading.RLock()
        super().__init__(app)
        self.document(self._describe_errors)
        self.document(lambda: self.spec.components.security_scheme(BEARER, {"type": "http", "scheme": "bearer"}))

    def document(self, write: Callable[[], object]) -> None:
        """Have something written into the document, after what was given before."""
        self._unwritten.append(write)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Serve a blueprint, and have its endpoints documented."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self.document(lambda: self._describe(blueprint))

    def _describe(self, blueprint: Blueprint) -> None:
        blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
        self.spec.tag({"name": blueprint.name, "description": blueprint.description})

    @property
    def spec(self) -> APISpec:
        """The document."""
        with self._writing:
            unwritten, self._unwritten = self._unwritten, []
            for write in unwritten:
                write()
        return self._spec

    @spec.setter
    def spec(self, spec: APISpec) -> None:
        self._spec = spec

    def _register_responses(self) -> None:
        """Write nothing yet."""

    def _describe_errors(self) -> None:
        # The default responses registered here are all errors; what an endpoint answers is still application/json.
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE


def needs(scope: str) -> list[dict[str, list[str]]]:
    """Return the `security` of an operation that takes a token with `scope`."""
    return [{BEARER: [scope]}]
