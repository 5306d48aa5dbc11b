"""Legal holds: a person's records are kept from erasure, and from readers without the scope `holds:read`."""

import json
from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from chassis.authorisation import require
from chassis.errors import NotFound
from consent import instants
from consent.api.callers import caller, own_site, references, site_of
from consent.api.services import services
from consent.api.subjects import DemandSchema
from consent.fields import Uuid
from consent.ledger.acts import HELD, RELEASED
from consent.store.holds import Hold

blueprint = Blueprint("holds", __name__, url_prefix="/v1/holds", description="Legal holds")


class HoldSchema(DemandSchema):
    """Whose records are to be held, and why."""

    subject = Uuid(required=True)


class LaidSchema(Schema):
    """A hold that was laid or ended."""

    hold = fields.UUID()
    status = fields.String()


class HoldsSchema(Schema):
    """The holds there are."""

    holds = fields.List(fields.Dict())


@blueprint.route("")
@require("holds:read")
@blueprint.response(200, HoldsSchema, description="Oldest first; none names a subject")
def holds() -> dict[str, Any]:
    """List the holds."""
    own = own_site()
    return {"holds": [told(each) for each in services().holds.all() if own in (None, each.site)]}


@blueprint.route("", methods=["POST"])
@require("holds:write")
@blueprint.arguments(HoldSchema)
@blueprint.response(202, LaidSchema, description="On disk; holds as soon as the ledger has it")
def lay(data: dict[str, Any]) -> dict[str, str]:
    """Hold a person's records: nothing of them is erased but their context, at once, and few may read them."""
    site = site_of(data)
    hold = lay_hold(references(data["subject"], site), site, data["rule"], data["reason"])
    return {"hold": hold, "status": "accepted"}


def lay_hold(refs: Sequence[str], site: str | None, rule: str, reason: str | None) -> str:
    """Hold the records of a person's references, and return the hold's id."""
    return services().acting.act(HELD, {"rule": rule, "reason": reason, "by": caller()}, refs, site)


@blueprint.route("/<uuid:hold>", methods=["DELETE"])
@require("holds:write")
@blueprint.response(202, LaidSchema, description="On disk; ends as soon as the ledger has it")
def release(hold: Any) -> dict[str, str]:
    """End a hold."""
    own = own_site()
    known = next((each for each in services().holds.all() if each.act_id == str(hold)), None)
    if known is None or own not in (None, known.site):
        raise NotFound(f"no hold {hold}")
    services().acting.act(RELEASED, {"hold": str(hold), "by": caller()}, site=known.site)
    return {"hold": str(hold), "status": "released"}


def told(hold: Hold) -> dict[str, Any]:
    """Tell a hold; whom it is about is not told."""
    body = json.loads(hold.body)
    why = {name: body[name] for name in ("rule", "reason", "by")}
    return {"hold": hold.act_id, "site": hold.site, "since": instants.text(hold.received_ms), **why}
