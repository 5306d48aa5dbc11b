"""Exports that can be fetched again where a download was cut, with a manifest (scope `audit:read`)."""

from typing import Any

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from chassis.authorisation import authorise, require
from chassis.documentation import needs
from consent import instants
from consent.api import export_files, exporting
from consent.api.callers import own_site, sees_held
from consent.api.exporting import BUNDLE, Asker
from consent.api.services import services
from consent.audit_query import FilterSchema
from consent.exports.forms import FORMS

blueprint = Blueprint("exports", __name__, url_prefix="/v1/audit/exports", description="Exports of the records")


class AskedSchema(FilterSchema):
    """An export: the filters, and the form."""

    format = fields.String(required=True, validate=validate.OneOf((*FORMS, BUNDLE)))


class SegmentSchema(Schema):
    """The records of one block of the log."""

    first_byte = fields.Integer()
    size_bytes = fields.Integer()
    records = fields.Integer()
    sha256 = fields.String()


class ManifestSchema(Schema):
    """What an export is."""

    export = fields.UUID()
    format = fields.String()
    filter = fields.Dict(metadata={"description": "as it was asked for"})
    tree_size = fields.Integer(metadata={"description": "the records below it are in the export, later ones are not"})
    checkpoint = fields.String(metadata={"description": "the signed checkpoint of that size"})
    created_at = fields.String()
    expires_at = fields.String()
    complete = fields.Boolean(metadata={"description": "whether its end is known; ask again where it is not"})
    records = fields.Integer(allow_none=True)
    size_bytes = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True, metadata={"description": "of the whole, where it was made in one go"})
    segments = fields.List(fields.Nested(SegmentSchema))
    file = fields.String(metadata={"description": "where the bytes are"})
    link = fields.String(metadata={"description": "the same, open once without a token; in the first answer only"})
    link_expires_at = fields.String()


@blueprint.route("", methods=["POST"])
@require("audit:read")
@blueprint.arguments(AskedSchema, unknown=RAISE)
@blueprint.response(201, ManifestSchema, description="What will be exported, and where it is to be had")
def ask(query: dict[str, Any]) -> Response:
    """Ask for an export of the records that match, as the log is now."""
    asked = {name: value for name, value in request.get_json().items() if name != "format"}
    export = exporting.ask(_asker(), query["format"], asked)
    address, until_ms = exporting.link(export)
    told = exporting.manifest(exporting.measured(export))
    response = jsonify({**told, "link": address, "link_expires_at": instants.text(until_ms)})
    response.status_code = 201
    response.headers["Location"] = services().at(f"/v1/audit/exports/{export.id}")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/<uuid:export>")
@require("audit:read")
@blueprint.response(200, ManifestSchema, description="The manifest, complete as soon as the end is known")
def manifest(export: Any) -> Response:
    """Return an export's manifest; each call measures some more of one that has not been read to its end."""
    told = exporting.manifest(exporting.measured(exporting.own(str(export), _asker())))
    response = jsonify(told)
    response.headers["Cache-Control"] = "no-store"
    if not told["complete"]:
        response.headers["Retry-After"] = "1"
    return response


@blueprint.route("/<uuid:export>/file")
@blueprint.doc(security=needs("audit:read"))
@blueprint.response(200, description="The export; a part of it (206) where a range is asked for")
def file(export: Any) -> Response:
    """Return an export's bytes; a cut download goes on with `Range` and `If-Range`."""
    secret = request.args.get("link")
    if secret is not None:
        return export_files.answer(export_files.linked(str(export), secret))
    authorise("audit:read")
    return export_files.answer(exporting.own(str(export), _asker()))


def _asker() -> Asker:
    return Asker(g.token.id, own_site(), sees_held())
