"""A person's rights, as an officer serves them: all that is held on a subject, and its erasure."""

import json
from typing import Any

from flask import Response, g, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields

from chassis.authorisation import require
from chassis.errors import Forbidden
from consent import audit, instants
from consent.api import access, acts
from consent.api.callers import HOLDS_READ, caller, own_site, references, sees_held, site_of
from consent.api.services import services
from consent.audit import Filter, Row
from consent.erasures import Demand
from consent.fields import Flag, Text, Uuid, site_id, small_id
from consent.recording.rectification import Correction

blueprint = Blueprint("subjects", __name__, url_prefix="/v1/subjects", description="A person's rights")

MOST_ACCESSES = 1000
#: Members of a choice that the audit's lines leave out.
WHOLE = (
    "events", "modes", "defaults", "regulation", "region", "region_source", "script", "style", "shown_at", "skew_ms",
    "supersedes", "consent_mode",
)  # fmt: skip


class SubjectSchema(Schema):
    """Of which site, where one is meant."""

    site = site_id(metadata={"description": "the one site that is meant; without it each that the token may see"})


class DemandSchema(Schema):
    """Why something is done to a person's records."""

    site = site_id()
    rule = Text(200, required=True, metadata={"description": "as `GDPR Art. 17(1)(b)`"})
    reason = Text(500, load_default=None, metadata={"description": "in words that name nobody: it stays in the log"})


class CorrectionSchema(Schema):
    """What is right, instead of what a record says."""

    event_id = Uuid(required=True, metadata={"description": "made once; sent again with each retry"})
    supersedes = Uuid(required=True, metadata={"description": "the record that is wrong"})
    purposes = fields.Dict(
        keys=small_id(), values=Flag(), required=True, metadata={"description": "every optional one"}
    )
    reason = Text(200, required=True, metadata={"description": "in words that name nobody: it stays in the log"})


class RectifiedSchema(Schema):
    """A record that supersedes another."""

    record = fields.UUID()
    receipt = fields.Url()


class AcceptedSchema(Schema):
    """An erasure that was taken."""

    erasure = fields.UUID()
    status = fields.String(metadata={"enum": ["accepted", "awaiting-approval"]})


@blueprint.route("/<uuid:subject>")
@require("subjects:read")
@blueprint.arguments(SubjectSchema, location="query", unknown=RAISE)
@blueprint.response(200, description="Everything that is held, newest first")
def held(query: dict[str, str], subject: Any) -> Response:
    """Return all that is held on a subject: every choice in full, and who has looked at them."""
    site = own_site() or query.get("site")
    refs = references(str(subject), site)
    rule = None if sees_held() else services().holds.rule(refs)
    if rule is not None:
        raise Forbidden(f"the records are under a legal hold and need the scope {HOLDS_READ!r}")
    document = everything(str(subject), refs)
    access.note("subject", len(document["records"]), {"subject": True}, refs, site)
    response = jsonify(document)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.route("/<uuid:subject>", methods=["DELETE"])
@require("subjects:erase")
@blueprint.arguments(DemandSchema)
@blueprint.response(202, AcceptedSchema, description="On disk; done as soon as the ledger has it")
def erase(data: dict[str, Any], subject: Any) -> tuple[dict[str, str], int, dict[str, str]]:
    """Erase a person: what names them and where their choices came from. Choices and proofs stay, and are nobody's."""
    site = site_of(data)
    demand = Demand(references(str(subject), site), site, data["rule"], data["reason"], caller())
    erasure, waits = services().erasures.ask(demand)
    status = "awaiting-approval" if waits else "accepted"
    return {"erasure": erasure, "status": status}, 202, {"Location": services().at(f"/v1/erasures/{erasure}")}


@blueprint.route("/<uuid:subject>/records", methods=["POST"])
@require("records:write")
@blueprint.arguments(CorrectionSchema)
@blueprint.response(201, RectifiedSchema, description="On disk; the same event again gets the same answer")
def rectify(data: dict[str, Any], subject: Any) -> tuple[dict[str, str], int, dict[str, str]]:
    """Rectify a record: by one that supersedes it, never by a change."""
    correction = Correction(str(subject), **data)
    taken = services().rectification.rectify(correction, g.token.site, services().now_ms())
    receipt = services().at(f"/v1/receipts/{taken.record}")
    return {"record": taken.record, "receipt": receipt}, 201, {"Location": receipt}


def everything(subject: str, refs: tuple[str, ...]) -> dict[str, Any]:
    """Tell all that is held on a subject.

    Args:
        subject: the subject id.
        refs: its references on the sites that are meant.
    """
    wanted = Filter(subjects=refs, sees_held=True)
    return {
        "subject": subject,
        "records": [_whole(row) for row in services().audit.all(wanted)],
        "accesses": [acts.told(row) for row in services().act_log.about(refs, MOST_ACCESSES)],
        "hold": services().holds.rule(refs),
    }


def _whole(row: Row) -> dict[str, Any]:
    told = audit.tell(row, services().at(f"/v1/receipts/{row.record}"))
    choice = {} if row.choice is None else json.loads(row.choice)
    until = choice.get("valid_until")
    return {
        **told,
        **{name: choice.get(name) for name in WHOLE},
        "reason": choice.get("reason"),
        "invalidated": services().catalogue.is_invalid(row.notice),
        "valid_until": None if until is None else instants.text(until),
        "context": None if row.context is None else json.loads(row.context),
        "person": None if row.person is None else json.loads(row.person),
    }
