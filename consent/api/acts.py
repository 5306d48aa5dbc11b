"""What was done to records and with them: accesses, erasures, holds; each a leaf of the log (scope `audit:read`)."""

import base64
import json
from typing import Any

from flask import jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from werkzeug.wrappers import Response

from chassis.authorisation import require
from chassis.errors import NotFound
from consent import instants, receipts
from consent.api.callers import own_site
from consent.api.services import services
from consent.audit_query import MOST
from consent.fields import Instant, Matching, site_id
from consent.ledger.acts import KINDS
from consent.ledger.merkle import leaf_hash
from consent.store.act_log import ActRow

blueprint = Blueprint("acts", __name__, url_prefix="/v1/audit", description="What was done to records, and by whom")


class ActsSchema(Schema):
    """Which acts, a page at a time."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    site = site_id()
    from_ = Instant(data_key="from", metadata={"description": "the first moment, RFC 3339"})
    to = Instant(metadata={"description": "the moment after the last, RFC 3339"})
    cursor = Matching(r"[0-9]{1,18}", "the `next` of the page before", load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


class ActsPageSchema(Schema):
    """One page of acts."""

    acts = fields.List(fields.Dict())
    next = fields.String(allow_none=True, metadata={"description": "the cursor of the next page; null at the end"})


@blueprint.route("/acts")
@require("audit:read")
@blueprint.arguments(ActsSchema, location="query", unknown=RAISE)
@blueprint.response(200, ActsPageSchema, description="Newest first")
def acts(query: dict[str, Any]) -> dict[str, Any]:
    """List what was done, a page at a time."""
    before = None if query["cursor"] is None else int(query["cursor"])
    site = own_site() or query.get("site")
    rows = services().act_log.page(
        query["limit"] + 1, before, query.get("kind"), site, query.get("from_"), query.get("to")
    )
    shown = rows[: query["limit"]]
    return {"acts": [told(row) for row in shown], "next": str(shown[-1].index) if len(rows) > len(shown) else None}


@blueprint.route("/acts/<uuid:act>")
@require("audit:read")
@blueprint.response(200, description="The act, and what proves it")
@blueprint.alt_response(202, description="On disk, and not in the ledger yet")
def act(act: Any) -> Response:
    """Return one act with its proof."""
    row = services().act_log.one(str(act))
    if row is None and services().stream.is_pending(str(act)):
        response = jsonify(id=str(act), status="pending")
        response.status_code = 202
        response.headers["Retry-After"] = "1"
        return response
    if row is None or own_site() not in (None, row.site):
        raise NotFound(f"no act {act}")
    return jsonify({**told(row), "proof": proof(row)})


def proof(row: ActRow) -> dict[str, Any]:
    """Return what proves an act; `inclusion` is null until a checkpoint covers it."""
    evidence = services().ledger.prove(row.id, row.index, row.leaf)
    return {
        "leaf": base64.b64encode(row.leaf).decode(),
        "act": {"salt": base64.b64encode(row.salt).decode(), "body": row.body.decode()},
        "inclusion": None if evidence is None else receipts.inclusion_text(evidence),
        "key": services().ledger.vkey if evidence is None else evidence.vkey,
        "witnesses": [] if evidence is None else list(evidence.witnesses),
    }


def told(row: ActRow) -> dict[str, Any]:
    """Tell an act."""
    return {
        "index": row.index,
        "id": row.id,
        "kind": row.kind,
        "site": row.site,
        "at": instants.text(row.received_ms),
        **{"told": json.loads(row.body)},
        "leaf_hash": leaf_hash(row.leaf).hex(),
    }
