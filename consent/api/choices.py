"""Choices: `POST /v1/consents`, from the banner's script as JSON and from the page without scripts as a form."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.wrappers import Response as AnyResponse

from chassis import strict_json
from chassis.errors import MediaType
from chassis.limits.answers import RateLimited, charge
from consent import cookies, gpc, instants, traces
from consent.api import origins, pages, reader, regions
from consent.api.choice_schema import ChoiceSchema, FormSchema, from_form
from consent.api.services import services
from consent.display import ShownTooLongAgo
from consent.iab.signals import Sent
from consent.intake import Sender, Taken
from consent.records import Choice
from consent.sites import Site

MAX_BYTES = 16 * 1024
CHOICE = ChoiceSchema()  # made once: a schema copies all of its fields

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
    request.max_content_length = MAX_BYTES
    if request.mimetype == "application/json":
        return _from_script(CHOICE.load(strict_json.loads(request.get_data())))
    if request.mimetype == "application/x-www-form-urlencoded":
        return _from_form(from_form(request.form))
    raise MediaType(f"expected application/json or a form, got {request.mimetype[:80] or 'no content type'}")


def _from_script(data: dict[str, Any]) -> AnyResponse:
    choice = Choice(
        site=data["site"],
        event_id=data["event_id"],
        action=data["action"],
        purposes=data.get("purposes"),
        client_at=data["at"],
        page=data["page"],
        stands=data.get("stands", data["action"] != "import"),
        vendors=data.get("vendors"),
        asked=tuple(data["asked"]) if "asked" in data else None,
        strings=Sent(data.get("tc_string"), data.get("gpp_string")),
    )
    site = services().catalogue.site(choice.site)
    own_page = origins.check(site, own=_demo())
    _charge(choice)
    sender = _sender(site, "script", own_page)
    taken = services().intake.take(choice, data.get("display"), sender)
    receipt = services().at(f"/v1/receipts/{taken.record}")
    body = {
        "record": taken.record,
        "receipt": receipt,
        "notice": taken.notice.sha256,
        "purposes": taken.purposes,
        "vendors": taken.vendors,
        "event": taken.event,
        "given_at": instants.text(taken.given_ms),
        "valid_until": instants.text(taken.valid_until_ms),
    }
    response = Response(json.dumps(body), 201, {"Location": receipt}, content_type="application/json")
    return _with_cookies(response, taken, reader.embedded())


def _demo() -> str | None:
    """Return the origin of our own demo, where there is one."""
    return services().own_origin if services().settings.demo else None


def _from_form(data: dict[str, Any]) -> AnyResponse:
    site = services().catalogue.site(data["site"])
    ticked = dict.fromkeys(data["purpose"], True)
    choice = Choice(site.id, data["event_id"], data["action"], ticked, data["at"], data["page"])
    own_page = origins.check(site, own=services().own_origin)
    sender = _sender(site, "form", own_page, data.get("lang"), frozenset(data["refused"]))
    embedded = {"embedded": "true"} if data["embedded"] else {}
    try:
        _charge(choice)
        taken = services().intake.take(choice, data.get("display"), sender)
    except RateLimited as limited:
        return pages.busy(site, data.get("lang"), data["embedded"], limited)
    except ShownTooLongAgo:
        # A reader cannot fetch the notice again as a script does: they get the form again.
        return _to_form(site.id, again="true", **embedded, **{"lang": data["lang"]} if "lang" in data else {})
    to_form = _to_form(site.id, lang=taken.language, saved=taken.record, **embedded)
    return _with_cookies(to_form, taken, data["embedded"])


def _charge(choice: Choice) -> None:
    # A withdrawal does not even ask: no state of the limiter can stand in its way.
    if choice.action != "withdraw":
        charge(services().limits.choices, choice.site)


def _to_form(site: str, **query: str) -> AnyResponse:
    return redirect(services().at(f"/v1/sites/{site}/banner?{urlencode(query)}"), 303)


def _sender(
    site: Site, layer: str, own_page: bool, language: str | None = None, refused: frozenset[str] = frozenset()
) -> Sender:
    return Sender(
        layer,
        own_page,
        gpc.signalled(request.headers.get("Sec-GPC")),
        reader.subject(site.id),
        reader.held(site.id),
        regions.of_reader(site),
        language,
        refused,
        traces.of_request(site.traces, request.remote_addr, request.headers.get("User-Agent")),
    )


def _with_cookies(response: AnyResponse, taken: Taken, embedded: bool) -> AnyResponse:
    site, max_age_s = taken.site, taken.validity_ms // 1000
    jar = reader.jar(site, embedded)
    if taken.stands:  # else the reader is still to be asked
        state = cookies.state(taken.notice, taken.given_ms, taken.purposes, taken.vendors, taken.gpc, taken.record)
        state_cookie = jar.header(cookies.state_name(site.id), state.text(), max_age_s, hidden=False)
        response.headers.add("Set-Cookie", state_cookie)
    subject_cookie = jar.header(cookies.subject_name(site.id), taken.subject, max_age_s, hidden=True)
    response.headers.add("Set-Cookie", subject_cookie)
    response.headers["Cache-Control"] = "no-store"
    return response
