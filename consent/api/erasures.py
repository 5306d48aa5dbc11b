"""Erasures on their way: how far one has come, and the second approver's word (scope `subjects:erase`)."""

import json
from typing import Any

from flask import jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from chassis.authorisation import require
from consent import instants
from consent.api.acts import told
from consent.api.callers import caller, own_site
from consent.api.services import services
from consent.store.erasures import Asked

blueprint = Blueprint("erasures", __name__, url_prefix="/v1/erasures", description="Erasures on their way")


class WaitingSchema(Schema):
    """The erasures that wait for approval."""

    erasures = fields.List(fields.Dict())


@blueprint.route("")
@require("subjects:erase")
@blueprint.response(200, WaitingSchema, description="Oldest first")
def waiting() -> dict[str, Any]:
    """List the erasures that wait for a second approver."""
    return {"erasures": [_told(each) for each in services().erasures.all_waiting(own_site())]}


@blueprint.route("/<uuid:erasure>")
@require("subjects:erase")
@blueprint.response(200, description="`awaiting-approval`, `accepted`, or done: then `act` tells what came of it")
def state(erasure: Any) -> Response:
    """Tell how far an erasure has come."""
    row, own = services().act_log.one(str(erasure)), own_site()
    if row is not None and row.kind == "erased" and own in (None, row.site):
        return jsonify(erasure=str(erasure), status=json.loads(row.body)["outcome"], act=told(row))
    if services().stream.is_pending(str(erasure)):
        return jsonify(erasure=str(erasure), status="accepted")
    return jsonify(_told(services().erasures.waiting(str(erasure), own)))


@blueprint.route("/<uuid:erasure>/approval", methods=["POST"])
@require("subjects:erase")
@blueprint.response(202, description="On disk; done as soon as the ledger has it")
def approve(erasure: Any) -> Response:
    """Approve an erasure that another token asked for."""
    services().erasures.approve(str(erasure), caller(), own_site())
    response = jsonify(erasure=str(erasure), status="accepted")
    response.status_code = 202
    return response


@blueprint.route("/<uuid:erasure>", methods=["DELETE"])
@require("subjects:erase")
@blueprint.response(204, description="It is forgotten; nothing was erased")
def deny(erasure: Any) -> None:
    """Deny an erasure that waits for approval."""
    services().erasures.deny(str(erasure), own_site())


def _told(asked: Asked) -> dict[str, Any]:
    body = json.loads(asked.body)
    names = ("rule", "reason", "by")
    shown = {"erasure": asked.id, "status": "awaiting-approval", "site": asked.site}
    return {**shown, **{name: body[name] for name in names}, "asked_at": instants.text(asked.asked_ms)}
