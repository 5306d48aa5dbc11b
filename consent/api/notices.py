"""Notices: publishing one, reading one by its name, and the one that a visitor is to be shown now."""

from typing import Any

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, pre_load
from werkzeug.wrappers import Response as AnyResponse

from chassis.authorisation import require
from chassis.errors import FieldError, Invalid, NotFound
from chassis.limits.answers import charge
from consent import invalidation, linter, notices
from consent.api import origins, reader, showing
from consent.api.callers import caller
from consent.api.services import services
from consent.fields import Text
from consent.notice_schema import NoticeSchema

blueprint = Blueprint("notices", __name__, description="What readers are shown before they choose")
visitor = Blueprint("visitor", __name__, description="What a reader's browser asks for")

origins.govern(visitor)


class CandidateSchema(NoticeSchema):
    """A notice to be published: the linter reads it first, and names rules where a schema would name shapes."""

    @pre_load
    def _admit(self, data: Any, **_: Any) -> Any:
        linter.admit(data, services().framework())
        return data


class FindingSchema(Schema):
    """What the linter says."""

    rule = fields.String()
    field = fields.String()
    expected = fields.String()
    detail = fields.String()
    source = fields.String()
    level = fields.String()


class PublishedSchema(Schema):
    """The answer to a publication."""

    site = fields.String()
    notice = fields.String(metadata={"description": "its SHA-256, its name from now on"})
    languages = fields.List(fields.String())
    warnings = fields.List(fields.Nested(FindingSchema))


class FaultSchema(Schema):
    """What is wrong with a notice."""

    reason = Text(500, required=True)


class InvalidatedSchema(Schema):
    """A notice that was declared faulty; `invalidation` is the act's id."""

    invalidation = fields.UUID()
    notice = fields.String()
    status = fields.String()


class LanguageSchema(Schema):
    """The reader's language."""

    lang = fields.String(metadata={"description": "BCP 47; the closest language that the notice has is served"})


@blueprint.route("/v1/sites/<site>/notices", methods=["PUT"])
@require("notices:write")
@blueprint.arguments(CandidateSchema)
@blueprint.response(201, PublishedSchema, description="Stored and current from now on")
@blueprint.alt_response(200, schema=PublishedSchema, description="It was current already; nothing changed")
def publish(document: dict[str, Any], site: str) -> tuple[dict[str, Any], int]:
    """Publish a notice that breaks no rule of consent: store it for good and make it the site's current one."""
    if document["site"] != site:
        raise Invalid(f"site: expected {site!r}, got {document['site']!r}", FieldError("site", "the address's site"))
    notice = notices.of(document)
    new = services().configuring.publish(caller(), notice)
    services().catalogue.forget()
    answer = {
        "site": site,
        "notice": notice.sha256,
        "languages": list(notice.languages),
        "warnings": linter.lint(document, services().framework()),
    }
    return answer, 201 if new else 200


@blueprint.route("/v1/notices/<sha256>")
@blueprint.response(200, NoticeSchema, description="The stored bytes, whose SHA-256 is the notice's name")
def stored(sha256: str) -> AnyResponse:
    """Return a notice byte for byte, for ever."""
    notice = services().catalogue.notice(sha256)
    response = Response(notice.canonical, content_type="application/json")
    response.set_etag(notice.sha256)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response.make_conditional(request)


@blueprint.route("/v1/notices/<sha256>/invalidation", methods=["POST"])
@require("records:write")
@blueprint.arguments(FaultSchema)
@blueprint.response(202, InvalidatedSchema, description="On disk; counts as soon as the ledger has it")
def invalidate(data: dict[str, str], sha256: str) -> dict[str, str]:
    """Declare a notice faulty: no choice under it counts any more, and who answered it is asked again."""
    notice = services().catalogue.notice(sha256)
    if g.token.site not in (None, notice.site):
        raise NotFound(f"no notice {sha256[:64]!r}")
    act = invalidation.declare(services().acting, services().catalogue, notice, data["reason"], caller())
    return {"invalidation": act, "notice": notice.sha256, "status": "accepted"}


@visitor.route("/v1/sites/<site>/notice")
@visitor.arguments(LanguageSchema, location="query", unknown=RAISE)
@visitor.alt_response(429, description="More than a limit allows")
@visitor.response(200, description="The notice in one language, with a display token that a choice must bring back")
def shown(query: dict[str, str], site: str) -> Response:
    """Return the current notice in the language closest to the reader's."""
    known = services().catalogue.site(site)
    origins.check(known)
    charge(services().limits.asking(standing=reader.held(site) is not None), site)
    notice = services().catalogue.current(site)
    response = jsonify(showing.to_reader(known, notice, query.get("lang")))
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.update(("Origin", "Sec-GPC"))
    return response
