"""The officer's questions: searching, reading and exporting records (scope `audit:read`)."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Response, g, jsonify, stream_with_context
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from chassis.authorisation import require
from chassis.errors import NotFound
from chassis.limits import partitions
from chassis.limits.answers import charge
from consent import audit, receipts
from consent.api import access
from consent.api import receipts as receipt_files
from consent.api.callers import own_site, sees_held
from consent.api.services import services
from consent.audit import Filter, Row
from consent.audit_query import FilterSchema, PageSchema, to_filter
from consent.exports.forms import FORMS
from consent.exports.lines import Form
from consent.store.record_walk import RecordWalk

blueprint = Blueprint("audit", __name__, url_prefix="/v1/audit", description="Searching and exporting the records")
EXPORTS = ("csv", "jsonl")


class ExportSchema(FilterSchema):
    """An export: the filters, and the form."""

    format = fields.String(required=True, validate=validate.OneOf(EXPORTS))


class CountSchema(Schema):
    """How many records match."""

    records = fields.Integer()
    exact = fields.Boolean(metadata={"description": "counted; otherwise estimated"})


class RecordsSchema(Schema):
    """One page of records."""

    records = fields.List(fields.Dict())
    count = fields.Nested(CountSchema, allow_none=True, metadata={"description": "of all that match; first page only"})
    next = fields.String(allow_none=True, metadata={"description": "the cursor of the next page; null at the end"})


@blueprint.route("/records")
@require("audit:read")
@blueprint.arguments(PageSchema, location="query", unknown=RAISE)
@blueprint.response(200, RecordsSchema, description="Newest first")
def records(query: dict[str, Any]) -> dict[str, Any]:
    """Search the records: full history, a page at a time."""
    wanted = to_filter_of(query, own_site(), sees_held())
    rows = services().audit.page(wanted, query["limit"] + 1, before(query))
    shown = rows[: query["limit"]]
    note_search(query, wanted, len(shown))
    return {
        "records": [told(row) for row in shown],
        "count": None if query["cursor"] else services().audit.count(wanted)._asdict(),
        "next": str(shown[-1].index) if len(rows) > len(shown) else None,
    }


@blueprint.route("/records/<uuid:record>")
@require("audit:read")
@blueprint.response(200, description="The record, and what proves it")
@blueprint.alt_response(202, description="On disk, and not in the ledger yet")
def record(record: Any) -> Response:
    """Return one record with its proof."""
    row = services().audit.one(str(record), sees_held())
    if row is None and services().stream.is_pending(str(record)):
        response = jsonify(record=str(record), status="pending")
        response.status_code = 202
        response.headers["Retry-After"] = "1"
        return response
    # Another site's record is not told from none at all.
    if row is None or own_site() not in (None, row.site):
        raise NotFound(f"no record {record}")
    access.note_row("record", row, told(row)["subject"])
    return jsonify({**told(row), "proof": proof(row)})


@blueprint.route("/records/<uuid:record>.tlog-proof")
@require("audit:read")
@blueprint.response(200, content_type=receipt_files.TLOG_PROOF, description="c2sp.org/tlog-proof")
def record_proof(record: Any) -> Response:
    """Return a record's proof of inclusion as a file, for any verifier of such files."""
    return proof_file(str(record), own_site())


def proof_file(record: str, own_site: str | None) -> Response:
    """Answer with a record's `.tlog-proof` file, for a caller who may see `own_site` only, or all where it is None."""
    row, evidence = services().audit.one(record), services().ledger.evidence(record)
    if row is None or evidence is None or own_site not in (None, row.site):
        raise NotFound(f"no proof of a record {record}, or not yet")
    access.note_row("proof", row, None)
    return receipt_files.proof_file(evidence, own=False)


@blueprint.route("/export")
@require("audit:read")
@blueprint.arguments(ExportSchema, location="query", unknown=RAISE)
@blueprint.alt_response(429, description="More than a limit allows")
@blueprint.response(200, description="Every matching record, newest first, as it is read")
def export(query: dict[str, Any]) -> Response:
    """Stream the matching records as CSV or JSON Lines."""
    charge(services().limits.exports, partitions=partitions.of_token(g.token.id))
    return stream(query.pop("format"), query, own_site(), sees_held())


def stream(form: str, query: Mapping[str, Any], own_site: str | None, sees_held: bool = False) -> Response:
    """Stream an export; memory does not grow with its length."""
    written, wanted = FORMS[form](services().at("/v1/receipts/")), to_filter_of(query, own_site, sees_held)
    begun = note_search(query, wanted, None, "export", format=form)
    walk = services().audit.walk(wanted, services().ledger.size)
    pieces = _pieces(written, walk, access.ending(begun))
    response = Response(stream_with_context(pieces), content_type=written.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="records.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _pieces(form: Form, walk: RecordWalk, tell: Callable[[int], None]) -> Iterator[bytes]:
    with access.counting(tell) as count:
        yield form.head()
        for _, lines in walk.lines():
            count(len(lines))
            yield form.write(lines, walk.terms)


def to_filter_of(query: Mapping[str, Any], own_site: str | None, sees_held: bool = False) -> Filter:
    """Turn a loaded query into a filter for a caller who may see `own_site` only, or all where it is None."""
    wanted = to_filter(query, own_site, services().catalogue.sites(), services().pepper)
    if sees_held:
        return replace(wanted, sees_held=True)
    readable = services().holds.readable
    subjects, accounts = (None if refs is None else readable(refs) for refs in (wanted.subjects, wanted.accounts))
    return replace(wanted, subjects=subjects, accounts=accounts)


def note_search(query: Mapping[str, Any], wanted: Filter, rows: int | None, what: str = "search", **more: Any) -> str:
    """Note that records were searched, or are about to be exported; returns the act's id."""
    asked = {name.rstrip("_"): value for name, value in query.items() if name != "limit"}
    persons = (*(wanted.subjects or ()), *(wanted.accounts or ()))
    return access.note(what, rows, asked, persons, wanted.site, **more)


def before(query: Mapping[str, Any]) -> int | None:
    """Return the index below which the wanted page begins; None for the newest."""
    return None if query["cursor"] is None else int(query["cursor"])


def told(row: Row) -> dict[str, Any]:
    """Tell a record as the contract has it."""
    return audit.tell(row, services().at(f"/v1/receipts/{row.record}"))


def proof(row: Row) -> dict[str, Any]:
    """Return what proves a record; `inclusion` is null until a checkpoint covers it."""
    evidence = services().ledger.evidence(row.record)
    return {
        "leaf": base64.b64encode(row.leaf).decode(),
        "inclusion": None if evidence is None else receipts.inclusion_text(evidence),
        "key": services().ledger.vkey if evidence is None else evidence.vkey,
        "witnesses": [] if evidence is None else list(evidence.witnesses),
    }
