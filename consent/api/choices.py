"""Choices: `POST /v1/consents`, from the banner's script as JSON and from the page without scripts as a form."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, redirect, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.wrappers import Response as AnyResponse

from chassis import strict_json
from chassis.errors import MediaType
from chassis.limits.answers import RateLimited, charge
from chassis.limits.limiter import Limit
from consent.api import choice_schema, choosing, origins, pages, reader
from consent.api.choice_door import FAULT, MAX_BYTES, Fault
from consent.api.choice_schema import ChoiceSchema, FormSchema, from_form
from consent.api.services import services
from consent.choice import asked
from consent.choice.asked import Asked
from consent.choice.display import ShownTooLongAgo
from consent.choice.records import Choice

blueprint = Blueprint("choices", __name__, description="A reader's choices")
origins.govern(blueprint)


class TakenSchema(Schema):
    """A choice that is on disk."""

    record = fields.UUID()
    receipt = fields.Url()
    notice = fields.String()
    purposes = fields.Dict(keys=fields.String(), values=fields.Boolean())
    vendors = fields.Dict(
        keys=fields.String(), values=fields.Boolean(), metadata={"description": "decided against what purposes imply"}
    )
    event = fields.String(metadata={"enum": ["given", "renewed", "refused", "withdrawn"]})
    given_at = fields.String(metadata={"format": "date-time"})
    valid_until = fields.String(metadata={"format": "date-time"})


BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": ChoiceSchema},
        "application/x-www-form-urlencoded": {"schema": FormSchema},
    },
}


@blueprint.route("/v1/consents", methods=["POST"])
@blueprint.doc(requestBody=BODY)
@blueprint.response(201, TakenSchema, description="On disk; the same event again gets the same answer")
@blueprint.alt_response(429, description="More than a limit allows; never for a withdrawal")
@blueprint.alt_response(303, description="To a form: on disk, or (`again`) its token was too old")
def choose() -> AnyResponse:
    """Take one choice: answered only once it is on disk."""
    fault: Fault | None = request.environ.get(FAULT)
    if fault is not None:  # the door took the choice, as far as that went
        g.limited = fault.counted
        raise fault.error
    request.max_content_length = MAX_BYTES
    said = asked.of(request.environ, services().settings.region_header)
    if request.mimetype == "application/json":
        answer = choosing.from_script(
            services(), choice_schema.read(strict_json.loads(request.get_data())), said, _charge
        )
        return Response(answer.body, 201, answer.headers, content_type="application/json")
    if request.mimetype == "application/x-www-form-urlencoded":
        return _from_form(from_form(request.form), said)
    raise MediaType(f"expected application/json or a form, got {request.mimetype[:80] or 'no content type'}")


def _charge(limit: Limit, within: str) -> Callable[[], None]:
    charge(limit, within)  # at once: what is counted here belongs to this thread's request
    return lambda: None


def _from_form(data: dict[str, Any], said: Asked) -> AnyResponse:
    site = services().catalogue.site(data["site"])
    ticked = dict.fromkeys(data["purpose"], True)
    choice = Choice(site.id, data["event_id"], data["action"], ticked, data["at"], data["page"])
    own_page = origins.admits(site, said, own=services().own_origin)
    sender = choosing.sender(site, said, "form", own_page, data.get("lang"), frozenset(data["refused"]))
    embedded = {"embedded": "true"} if data["embedded"] else {}
    try:
        choosing.charge_for(services(), choice, _charge)
        taken = services().intake.take(choice, data.get("display"), sender)
    except RateLimited as limited:
        return pages.busy(site, data.get("lang"), data["embedded"], limited)
    except ShownTooLongAgo:
        # A reader cannot fetch the notice again as a script does: they get the form again.
        return _to_form(site.id, again="true", **embedded, **{"lang": data["lang"]} if "lang" in data else {})
    answer = _to_form(site.id, lang=taken.language, saved=taken.record, **embedded)
    answer.headers.extend(choosing.to_keep(taken, reader.jar(site, data["embedded"])))
    return answer


def _to_form(site: str, **query: str) -> AnyResponse:
    return redirect(services().at(f"/v1/sites/{site}/banner?{urlencode(query)}"), 303)
