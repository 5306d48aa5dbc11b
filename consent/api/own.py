"""What a reader may see of themselves, by their cookie: the standing choice, and every choice before it.

While they are signed in to an account, that is what was chosen in it, on whatever device.
"""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from chassis.limits.answers import charge
from consent import instants
from consent.api import origins, reader
from consent.api.services import services
from consent.audit import Filter, Row, tell
from consent.fields import site_id
from consent.ledger.entries import subject_ref

blueprint = Blueprint("own", __name__, description="A reader's own records")
origins.govern(blueprint)

LONGEST = 1000
TOLD = ("record", "event", "action", "purposes", "notice", "language", "received_at", "page", "receipt")


class OwnSchema(Schema):
    """Which site's cookie counts."""

    site = site_id(required=True)


@blueprint.route("/v1/consents/me")
@blueprint.arguments(OwnSchema, location="query", unknown=RAISE)
@blueprint.response(200, description="Newest first, at most a thousand; `pending` has not reached the ledger yet")
def me(query: dict[str, str]) -> Response:
    """Return the reader's standing choice and history."""
    site = services().catalogue.site(query["site"])
    origins.check(site)
    charge(services().limits.own, site.id)
    subject = reader.subject(site.id)
    history = _history(site.id, subject) if subject else []
    pending = _pending(site.id, {each["record"] for each in history}) if subject else []
    answer = {"site": site.id, "subject": subject, "state": next(iter(pending + history), None)}
    response = jsonify(**answer, pending=pending, history=history)
    response.headers["Cache-Control"] = "private, no-store"
    return response


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
