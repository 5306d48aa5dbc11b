"""What a reader may see of themselves, by their cookie: the standing choice, and every choice before it.

While they are signed in to an account, that is what was chosen in it, on whatever device.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, redirect, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from werkzeug.wrappers import Response as AnyResponse

from chassis import strict_json
from chassis.errors import Forbidden, MediaType
from chassis.limits.answers import charge
from consent import instants, notices
from consent.api import origins, reader
from consent.api.services import services
from consent.api.subjects import everything
from consent.audit import Filter, Row, tell
from consent.banner import assets, pages
from consent.choice import cookies
from consent.erasures import Demand
from consent.fields import site_id
from consent.ledger.entries import subject_ref
from consent.sites import Site

blueprint = Blueprint("own", __name__, description="A reader's own records")
origins.govern(blueprint)

LONGEST = 1000
MAX_BYTES = 4096
BODIES = ("application/json", "application/x-www-form-urlencoded")
TOLD = ("record", "event", "action", "purposes", "notice", "language", "received_at", "page", "receipt")


class OwnSchema(Schema):
    """Which site's cookie counts, and in which form everything is told."""

    site = site_id(required=True)
    lang = fields.String(validate=validate.Length(max=35), metadata={"description": "of the page: BCP 47"})
    whole = fields.Boolean(load_default=False, metadata={"description": "every record in full, as a file"})
    erased = fields.Boolean(load_default=False, metadata={"description": "an erasure was just asked for"})


class EraseSchema(Schema):
    """Whose erasure; `word` is the page's, and goes with a form."""

    site = site_id(required=True)
    word = fields.String(validate=validate.Length(max=100))


@blueprint.route("/v1/consents/me")
@blueprint.arguments(OwnSchema, location="query", unknown=RAISE)
@blueprint.alt_response(429, description="More than a limit allows")
@blueprint.response(200, description="Newest first, at most a thousand; `pending` has not reached the ledger yet")
def me(query: dict[str, str]) -> Response:
    """Return the reader's standing choice and history."""
    site = services().catalogue.site(query["site"])
    origins.check(site)
    charge(services().limits.own, site.id)
    subject = reader.subject(site.id)
    history = _history(site.id, subject) if subject else []
    pending = _pending(site.id, {each["record"] for each in history}) if subject else []
    if query["whole"]:
        return _file(site, subject)
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return _page(site, subject, query)
    answer = {"site": site.id, "subject": subject, "state": next(iter(pending + history), None)}
    response = jsonify(**answer, pending=pending, history=history)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/v1/consents/me/erasure", methods=["POST"])
@blueprint.doc(requestBody={"required": True, "content": {kind: {"schema": EraseSchema} for kind in BODIES}})
@blueprint.response(202, description="On disk: nothing that names the reader will be left; both cookies end")
@blueprint.alt_response(303, description="To a form: the same")
def erase() -> AnyResponse:
    """Erase the reader: asked for by who holds the subject cookie, from a page of the site or from our own."""
    request.max_content_length = MAX_BYTES
    form = request.mimetype == "application/x-www-form-urlencoded"
    if not form and request.mimetype != "application/json":
        raise MediaType(f"expected application/json or a form, got {request.mimetype[:80] or 'no content type'}")
    data = EraseSchema().load(request.form.to_dict() if form else strict_json.loads(request.get_data()))
    site = services().catalogue.site(data["site"])
    subject = reader.subject(site.id)
    named = origins.check(site, own=services().own_origin)
    if not named and request.headers.get("Sec-Fetch-Site") != "same-origin":
        raise Forbidden("expected a page of the site, or our own, in the header Origin")
    if subject is None:
        raise Forbidden("this browser is not known here: only its own cookie says whose records are meant")
    if form and not hmac.compare_digest(data.get("word", "").encode(), _word(site.id, subject).encode()):
        raise Forbidden("the form is not of this browser: load the page again and send it once more")
    charge(services().limits.own, site.id)
    demand = Demand(_references(site.id, subject), site.id, "GDPR Art. 17(1)(b)", None, {"reader": True})
    erasure, _ = services().erasures.ask(demand, own=True)
    response: AnyResponse = jsonify(erasure=erasure, status="accepted")
    response.status_code = 202
    if form:
        response = redirect(services().at(f"/v1/consents/me?{urlencode({'site': site.id, 'erased': 'true'})}"), 303)
    jar = reader.jar(site, apart=reader.embedded())
    for name, hidden in ((cookies.state_name(site.id), False), (cookies.subject_name(site.id), True)):
        response.headers.add("Set-Cookie", jar.header(name, "", 0, hidden))
    response.headers["Cache-Control"] = "no-store"
    return response


def _references(site: str, subject: str) -> tuple[str, ...]:
    """Return under what a reader is found: this browser, the account it is signed in to, and itself signed out."""
    link = services().accounts.linked(site, subject)
    own = {subject} | ({link.own_subject} if link and link.own_subject else set())
    accounts = () if link is None else (services().accounts.reference(site, link.account),)
    return (*(subject_ref(services().pepper, site, each) for each in sorted(own)), *accounts)


def _word(site: str, subject: str) -> str:
    """Return what proves that a form was on a page that this browser was shown."""
    return hmac.digest(services().pepper, f"own page\0{site}\0{subject}".encode(), "sha256").hex()[:32]


def _file(site: Site, subject: str | None) -> Response:
    document = everything(subject, _references(site.id, subject)) if subject else {"subject": None, "records": []}
    looks = [{name: each[name] for name in ("at", "id")} for each in document.get("accesses", [])]
    response = jsonify({**document, "accesses": looks})
    response.headers["Content-Disposition"] = f'attachment; filename="consents-{site.id}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(site: Site, subject: str | None, query: Mapping[str, Any]) -> Response:
    notice = services().catalogue.current(site.id)
    language = notice.closest(query.get("lang"))
    wanted = Filter(site=site.id, subjects=_references(site.id, subject) if subject else (), sees_held=True)
    here = services().at(f"/v1/consents/me?{urlencode({'site': site.id, 'whole': 'true'})}")
    page = pages.OwnPage(
        notice=notice.document,
        language=language,
        direction=notices.direction(language),
        choices=tuple(_choice(row) for row in services().audit.page(wanted, LONGEST) if row.choice is not None),
        known=subject is not None,
        erased=query["erased"],
        word=_word(site.id, subject) if subject else "",
        download_url=here,
        erase_url=services().at("/v1/consents/me/erasure"),
        style_url=services().at(f"/v1/sites/{site.id}/{assets.of('pages.css', notice).hashed_name}"),
    )
    response = Response(pages.own(page), content_type="text/html; charset=utf-8")
    own = services().own_origin
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {own}; form-action {own}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Cache-Control"] = "private, no-store"
    # Under no-referrer browsers send `Origin: null` with a form, which nobody may.
    response.headers["Referrer-Policy"] = "same-origin"
    response.vary.add("Accept")
    return response


def _choice(row: Row) -> pages.OwnChoice:
    choice, notice = json.loads(row.choice or b"{}"), services().catalogue.notice(row.notice)
    language = row.language if row.language in notice.languages else notice.default_language
    titles = notice.texts(language)["purposes"]
    context = {} if row.context is None else json.loads(row.context)
    kept = {"event": row.event, **context, **({} if row.person is None else json.loads(row.person))}
    return pages.OwnChoice(
        record=row.record,
        at=datetime.fromtimestamp(choice["received_at"] / 1000, UTC),
        language=language,
        direction=notices.direction(language),
        decisions=tuple(
            (titles[each]["title"], choice["purposes"][each], required) for each, required in notice.purposes.items()
        ),
        kept=tuple(pages.Kept(name, str(value)) for name, value in kept.items() if value is not None),
        receipt_url=services().at(f"/v1/receipts/{row.record}"),
    )


def _history(site: str, subject: str) -> list[dict[str, Any]]:
    link = services().accounts.linked(site, subject)
    if link is not None:
        wanted = Filter(site=site, accounts=(services().accounts.reference(site, link.account),))
    else:
        wanted = Filter(site=site, subjects=(subject_ref(services().pepper, site, subject),))
    return [told(row) for row in services().audit.page(wanted, LONGEST)]


def told(row: Row) -> dict[str, Any]:
    """Tell what a reader sees of a record of their own."""
    record = tell(row, services().at(f"/v1/receipts/{row.record}"))
    return {name: record[name] for name in TOLD}


def _pending(site: str, arrived: set[str]) -> list[dict[str, Any]]:
    """Return the choice in the state cookie, where it has not reached the ledger."""
    state = reader.held(site)
    if state is None or state.record in arrived or not services().stream.is_pending(state.record):
        return []
    return [
        {
            "record": state.record,
            "purposes": state.purposes,
            "received_at": instants.text(state.given_s * 1000),
            "receipt": services().at(f"/v1/receipts/{state.record}"),
        }
    ]
