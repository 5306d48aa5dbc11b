"""Receipts: a reader's own copy of a record, as a file that proves itself and as a page to read.

Who knows the id may read it: it is derived under a key of the service and stands in the reader's cookie only. A receipt
names nobody.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask_smorest import Blueprint

from chassis.errors import Gone, NotFound
from chassis.limits.answers import charge
from consent import notices, receipts
from consent.api.services import services
from consent.banner import assets, pages
from consent.receipts import Evidence

JSON_LD = "application/ld+json"
TLOG_PROOF = "text/plain; charset=utf-8"
RETRY_S = "1"

blueprint = Blueprint("receipts", __name__, description="The reader's own copy of a record, with its proof")


@blueprint.route("/v1/receipts/<uuid:record>")
@blueprint.response(200, content_type=JSON_LD, description="ISO/IEC TS 27560 in W3C DPV terms; a page by Accept")
@blueprint.alt_response(429, description="More than a limit allows")
@blueprint.alt_response(202, description="On disk, and not in the ledger yet; ask again in a second")
def receipt(record: Any) -> Response:
    """Return a receipt: JSON-LD that `consent verify` checks, or a page where the caller prefers HTML."""
    charge(services().limits.receipts)
    evidence = services().ledger.evidence(str(record))
    if evidence is None:
        return _pending(str(record))
    if evidence.choice is None:
        raise Gone("the choice of this record was erased when its time was over")
    leaf, choice = json.loads(evidence.leaf), json.loads(evidence.choice.body)
    notice = services().catalogue.notice(leaf["notice"])
    wants_page = request.accept_mimetypes.best_match([JSON_LD, "application/json", "text/html"]) == "text/html"
    if wants_page:
        response = Response(_page(leaf, choice, evidence), content_type="text/html; charset=utf-8")
        _seal(response)
    else:
        data = receipts.serialise(receipts.build(evidence, notice.canonical))
        response = Response(data, content_type=JSON_LD)
        response.headers["Content-Disposition"] = f'inline; filename="receipt-{record}.json"'
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.route("/v1/receipts/<uuid:record>.tlog-proof")
@blueprint.response(200, content_type=TLOG_PROOF, description="c2sp.org/tlog-proof; `extra`: leaf and choice, as JSON")
@blueprint.alt_response(202, description="On disk, and not in the ledger yet; ask again in a second")
def proof(record: Any) -> Response:
    """Return a record's proof of inclusion as a file, for any verifier of such files."""
    charge(services().limits.receipts)
    evidence = services().ledger.evidence(str(record))
    return _pending(str(record)) if evidence is None else proof_file(evidence, own=True)


def proof_file(evidence: Evidence, *, own: bool) -> Response:
    """Answer with a `.tlog-proof` file; `own`: for the reader, with what it is the proof of."""
    response = Response(receipts.proof_file(evidence, own=own), content_type=TLOG_PROOF)
    response.headers["Content-Disposition"] = f'attachment; filename="{evidence.record_id}.tlog-proof"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _pending(record: str) -> Response:
    if not services().stream.is_pending(record):
        raise NotFound(f"no record {record}")
    response = jsonify(record=record, status="pending")
    response.status_code = 202
    response.headers["Retry-After"] = RETRY_S
    response.headers["Cache-Control"] = "no-store"
    if request.accept_mimetypes.best_match([JSON_LD, "text/html"]) == "text/html":
        response.headers["Refresh"] = RETRY_S
    return response


def _page(leaf: Mapping[str, Any], choice: Mapping[str, Any], evidence: Evidence) -> str:
    notice, language = services().catalogue.notice(leaf["notice"]), choice["language"]
    at = services().at
    return pages.receipt(
        pages.ReceiptPage(
            record=evidence.record_id,
            event=choice["event"],
            purposes=choice["purposes"],
            chosen_at=_moment(choice["received_at"]),
            valid_until=_moment(choice["valid_until"]),
            notice=notice.document,
            notice_sha256=notice.sha256,
            language=language,
            direction=notices.direction(language),
            index=evidence.index,
            notice_url=at(f"/v1/notices/{notice.sha256}"),
            own_url=at(f"/v1/consents/me?{urlencode({'site': notice.site, 'lang': language})}"),
            download_url=at(f"/v1/receipts/{evidence.record_id}"),
            style_url=at(f"/v1/sites/{notice.site}/{assets.of('pages.css', notice).hashed_name}"),
        )
    )


def _moment(unix_ms: int) -> datetime:
    return datetime.fromtimestamp(unix_ms / 1000, UTC)


def _seal(response: Response) -> None:
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {services().own_origin}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
