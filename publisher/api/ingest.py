"""``/v1/ingest``: what other newsrooms send, in the formats that they send it in."""

from typing import Any

from flask import current_app, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from chassis.authorisation import require
from chassis.errors import Problem
from publisher.api.block_schemas import Closed
from publisher.api.forms import hand, the_house
from publisher.api.idempotency import HEADER, idempotent
from publisher.api.schemas import Word
from publisher.ingest.formats import READERS, Given, read_items
from publisher.ingest.taking import OUTCOMES, Outcome, Taking, take_all
from publisher.states import pub_status

MOST_BYTES = 16 * 1024 * 1024
FORM = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "pictures": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
    "required": ["text"],
}
BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "object" if "json" in kind else "string"}} for kind in READERS}
    | {"multipart/form-data": {"schema": FORM}},
}

blueprint = Blueprint("ingest", __name__, description="What other newsrooms send")


class IngestQuery(Closed):
    """How to take items in, and what their format does not say of them."""

    dry_run = fields.Boolean(load_default=False, metadata={"description": "Only tell what was understood."})
    overwrite = fields.Boolean(load_default=False, metadata={"description": "Also what was changed here since."})
    uri = fields.String(
        validate=validate.Regexp(r"^[^\x00-\x20\x7f]{1,2000}$"),
        metadata={"description": "Of one text or Markdown file: the name under which it comes again."},
    )
    language = Word(metadata={"description": "Where the item tells none."})
    section = Word(metadata={"description": "Where the item tells none."})


class LeftOutSchema(Schema):
    """A piece of what came that has no place in the article, and why."""

    text = fields.String()
    why = fields.String()


class OutcomeSchema(Schema):
    """What became of an item."""

    uri = fields.String()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    article = fields.String(allow_none=True)
    revision = fields.Integer(allow_none=True)
    state = fields.String(allow_none=True)
    pubStatus = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    media = fields.String(allow_none=True, metadata={"description": "Of a picture item: the picture."})
    notes = fields.List(fields.String(), metadata={"description": "What was filled in or passed over."})
    leftOut = fields.List(fields.Nested(LeftOutSchema))
    understood = fields.Dict(allow_none=True, metadata={"description": "In a dry run: the article as it would be."})
    problem = fields.Dict(allow_none=True, metadata={"description": "Of a refused one, as in RFC 9457."})


class IngestOut(Schema):
    """What became of each item, in the order in which they came."""

    items = fields.List(fields.Nested(OutcomeSchema))


@blueprint.route("/v1/ingest")
class IngestView(MethodView):
    """What comes in."""

    @require("ingest")
    @idempotent
    @blueprint.arguments(IngestQuery, location="query", unknown=RAISE)
    @blueprint.response(200, IngestOut)
    @blueprint.doc(requestBody=BODY, parameters=[HEADER])
    def post(self, query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Take items in, each once by its uri and version; one alone that is refused is answered with its problem."""
        request.max_content_length = MOST_BYTES
        media_type, data, pictures = _sent()
        given = Given(query.get("uri"), query.get("language"), query.get("section"), pictures)
        readings = read_items(media_type, data, given)
        outcomes = take_all(the_house(), readings, Taking(hand(), query["dry_run"], query["overwrite"]))
        if len(outcomes) == 1 and outcomes[0].problem is not None:
            raise outcomes[0].problem
        return {"items": [outcome_form(each) for each in outcomes]}, 200, {"Cache-Control": "private, no-store"}


def _sent() -> tuple[str, bytes, tuple[bytes, ...]]:
    """What was sent: its media type, itself, and the pictures beside it, which a form may have."""
    if request.mimetype != "multipart/form-data":
        return request.mimetype, request.get_data(), ()
    file = request.files.get("text")
    text = file.read() if file is not None else request.form.get("text", "").encode()
    media_type = file.mimetype if file is not None and file.mimetype in READERS else "text/plain"
    return media_type, text, tuple(each.read() for each in request.files.getlist("pictures"))


def outcome_form(outcome: Outcome) -> dict[str, Any]:
    """Write what became of an item."""
    made = outcome.revision
    url = the_house().settings.public_url + made.article.path_in(made.article.language) if made else None
    return {
        "uri": outcome.uri,
        "outcome": outcome.outcome,
        "article": made.article_id if made else None,
        "revision": made.number if made else None,
        "state": made.state if made else None,
        "pubStatus": pub_status(made.state) if made else None,
        "url": url,
        "media": outcome.media,
        "notes": list(outcome.notes),
        "leftOut": [each._asdict() for each in outcome.left_out],
        "understood": outcome.data,
        "problem": _problem(outcome.problem) if outcome.problem else None,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    status, title = current_app.extensions["problems"][problem.kind]
    told = {"type": f"/problems/{problem.kind}", "title": title, "status": status, "detail": problem.detail}
    return told | ({"errors": [each._asdict() for each in problem.fields]} if problem.fields else {})
