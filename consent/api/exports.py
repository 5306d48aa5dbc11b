"""Exports that can be fetched again where a download was cut, with a manifest (scope `audit:read`)."""

import re
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from flask import Response, g, jsonify, request, stream_with_context
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from chassis.authorisation import authorise, require
from chassis.documentation import needs
from chassis.errors import Forbidden, Gone, NotFound, Unavailable
from chassis.limits import partitions
from chassis.limits.answers import charge
from consent import instants
from consent.api.audit import note_search, to_filter_of
from consent.api.callers import own_site, sees_held
from consent.api.services import services
from consent.audit_query import FilterSchema
from consent.exports import bundle
from consent.exports.bundle import Bundle
from consent.exports.forms import FORMS
from consent.exports.making import Changed, Making, Segment, Whole
from consent.exports.shown import ShownNotices
from consent.ledger.acts import ACCESS
from consent.store.exports import Export
from consent.store.record_walk import RecordWalk

blueprint = Blueprint("exports", __name__, url_prefix="/v1/audit/exports", description="Exports of the records")

BUNDLE = "bundle"
LIFE_MS = 24 * 3600 * 1000
LINK_LIFE_MS = 15 * 60 * 1000
PATIENCE_S = 2.0
RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


class AskedSchema(FilterSchema):
    """An export: the filters, and the form."""

    format = fields.String(required=True, validate=validate.OneOf((*FORMS, BUNDLE)))


class SegmentSchema(Schema):
    """The records of one block of the log."""

    first_byte = fields.Integer()
    size_bytes = fields.Integer()
    records = fields.Integer()
    sha256 = fields.String()


class ManifestSchema(Schema):
    """What an export is."""

    export = fields.UUID()
    format = fields.String()
    filter = fields.Dict(metadata={"description": "as it was asked for"})
    tree_size = fields.Integer(metadata={"description": "the records below it are in the export, later ones are not"})
    checkpoint = fields.String(metadata={"description": "the signed checkpoint of that size"})
    created_at = fields.String()
    expires_at = fields.String()
    complete = fields.Boolean(metadata={"description": "whether its end is known; ask again where it is not"})
    records = fields.Integer(allow_none=True)
    size_bytes = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True, metadata={"description": "of the whole, where it was made in one go"})
    segments = fields.List(fields.Nested(SegmentSchema))
    file = fields.String(metadata={"description": "where the bytes are"})
    link = fields.String(metadata={"description": "the same, open once without a token; in the first answer only"})
    link_expires_at = fields.String()


@blueprint.route("", methods=["POST"])
@require("audit:read")
@blueprint.doc(security=needs("audit:read"))
@blueprint.arguments(AskedSchema, unknown=RAISE)
@blueprint.response(201, ManifestSchema, description="What will be exported, and where it is to be had")
def ask(query: dict[str, Any]) -> Response:
    """Ask for an export of the records that match, as the log is now."""
    charge(services().limits.exports, partitions=partitions.of_token(g.token.id))
    head = services().ledger.published()
    if head is None:
        raise Unavailable("no checkpoint is signed yet: there is nothing to export", retry_after_s=2)
    now_ms = services().now_ms()
    asked = {name: value for name, value in request.get_json().items() if name != "format"}
    query.pop("format")
    export = Export(
        id=str(uuid4()),
        token_id=g.token.id,
        site=own_site_of(query),
        sees_held=sees_held(),
        format=request.get_json()["format"],
        filter=asked,
        tree_size=head.size,
        checkpoint=head.note,
        key=head.vkey,
        witnesses=head.witnesses,
        epoch=-1,
        created_ms=now_ms,
        expires_ms=now_ms + LIFE_MS,
        etag=secrets.token_hex(16),
    )
    export = Export(**vars(export) | {"epoch": _walk(export).epoch()})
    wanted = to_filter_of(query, export.site, export.sees_held)
    note_search(query, wanted, None, "export", format=export.format, export=export.id)
    services().exports.add(export, now_ms)
    secret = secrets.token_urlsafe(32)
    services().exports.set_link(export.id, secret, now_ms + LINK_LIFE_MS)
    _measure(export)
    told = _manifest(_found(export.id))
    told["link"] = f"{told['file']}?link={secret}"
    told["link_expires_at"] = instants.text(now_ms + LINK_LIFE_MS)
    response = jsonify(told)
    response.status_code = 201
    response.headers["Location"] = services().at(f"/v1/audit/exports/{export.id}")
    response.headers["Cache-Control"] = "no-store"
    return response


def own_site_of(query: Mapping[str, Any]) -> str | None:
    """Return the one site that the caller may see.

    Raises:
        Forbidden: the body asks for another.
    """
    own = own_site()
    if own is not None and query.get("site") not in (None, own):
        raise Forbidden(f"the token is for the site {own!r}")
    return own


@blueprint.route("/<uuid:export>")
@require("audit:read")
@blueprint.doc(security=needs("audit:read"))
@blueprint.response(200, ManifestSchema, description="The manifest, complete as soon as the end is known")
def manifest(export: Any) -> Response:
    """Return an export's manifest; each call measures some more of one that has not been read to its end."""
    found = _own(str(export))
    _measure(found)
    told = _manifest(_found(found.id))
    response = jsonify(told)
    response.headers["Cache-Control"] = "no-store"
    if not told["complete"]:
        response.headers["Retry-After"] = "1"
    return response


@blueprint.route("/<uuid:export>/file")
@blueprint.doc(security=needs("audit:read"))
@blueprint.response(200, description="The export; a part of it (206) where a range is asked for")
def file(export: Any) -> Response:
    """Return an export's bytes; a cut download goes on with `Range` and `If-Range`."""
    found = _opened(str(export))
    span = RANGE.fullmatch(request.headers.get("Range", ""))
    whole = found.format == BUNDLE and found.size_bytes is None  # what is not known before it was made
    if span is None or whole or request.headers.get("If-Range", found.quoted) != found.quoted:
        return _answer(found, 0, None)
    if found.size_bytes is None:
        _measure(found)
        found = _found(found.id)
    if found.size_bytes is None:
        raise Unavailable("the export's length is not known yet; ask again", retry_after_s=1)
    first, last = int(span[1]), min(int(span[2] or found.size_bytes - 1), found.size_bytes - 1)
    if first > last:
        response = Response(status=416)
        response.headers["Content-Range"] = f"bytes */{found.size_bytes}"
        return response
    response = _answer(found, first, last + 1)
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {first}-{last}/{found.size_bytes}"
    return response


def _answer(export: Export, first: int, end: int | None) -> Response:
    body: Any = b""
    if request.method != "HEAD":
        pieces = _making(export).bytes_from(first)
        by = {"token": export.token_id, "link": "link" in request.args}
        told = {"by": by, "what": "export-file", "export": export.id, "rows": export.records, "first_byte": first}
        services().acting.act(ACCESS, told, site=export.site)
        # One that is asked for to its end is read to its end, where its hash is told.
        body = stream_with_context(pieces if end in (None, export.size_bytes) else _within(pieces, end - first))
    content_type = "application/zip" if export.format == BUNDLE else FORMS[export.format].content_type
    response = Response(body, content_type=content_type)
    end = export.size_bytes if end is None else end
    if end is not None:
        response.headers["Content-Length"] = str(end - first)
    response.headers["Content-Disposition"] = f'attachment; filename="records-{export.tree_size}.{_ending(export)}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = export.quoted
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _within(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:size]
        size -= len(piece)
        if size <= 0:
            return


def _opened(export_id: str) -> Export:
    """Return the export that the caller may read: by its one-use link, else by the token that asked for it."""
    secret = request.args.get("link")
    if secret is None:
        authorise("audit:read")
        return _own(export_id)
    found = services().exports.find(export_id, services().now_ms())
    going_on = found is not None and request.headers.get("If-Range") == found.quoted and "Range" in request.headers
    if found is None or request.method == "HEAD":
        raise Forbidden("the link opens nothing, or no more")
    if not services().exports.open_link(export_id, secret, services().now_ms(), going_on):
        raise Forbidden("the link opens nothing, or no more")
    return _unchanged(found)


def _own(export_id: str) -> Export:
    found = _found(export_id)
    if found.token_id != g.token.id:  # not told from none at all
        raise NotFound(f"no export {export_id}")
    return _unchanged(found)


def _found(export_id: str) -> Export:
    found = services().exports.find(export_id, services().now_ms())
    if found is None:
        raise NotFound(f"no export {export_id}")
    return found


def _unchanged(export: Export) -> Export:
    if _walk(export).epoch() != export.epoch:
        raise Gone("records were erased or held since this export was asked for: ask for another")
    return export


def _measure(export: Export) -> None:
    if export.size_bytes is not None:
        return
    end = time.monotonic() + PATIENCE_S
    try:
        _making(export).measure(lambda: time.monotonic() > end)
    except Changed:
        raise Gone("records were erased or held since this export was asked for: ask for another") from None


def _making(export: Export) -> Making | Bundle:
    exports, own = services().exports, export.id
    about = {**_about(export), "epoch": export.epoch}

    def finish(whole: Whole) -> None:
        exports.finish(own, whole)

    if export.format == BUNDLE:
        head = bundle.Head(services().ledger.origin, export.checkpoint, export.key, export.witnesses)
        shown = ShownNotices(services().catalogue.notice)
        walk = _walk(export, openings=True)
        return Bundle(walk, lambda: services().ledger.tree(export.tree_size), shown, head, about, finish)
    known = exports.segments(own)
    form = FORMS[export.format](services().at("/v1/receipts/"))
    return Making(form, _walk(export), about, known, lambda number, each: exports.keep(own, number, each), finish)


def _ending(export: Export) -> str:
    return "zip" if export.format == BUNDLE else export.format


def _walk(export: Export, openings: bool = False) -> RecordWalk:
    query = FilterSchema().load(export.filter)
    return services().audit.walk(to_filter_of(query, export.site, export.sees_held), export.tree_size, openings)


def _about(export: Export) -> dict[str, Any]:
    return {
        "export": export.id,
        "format": export.format,
        "filter": export.filter,
        "tree_size": export.tree_size,
        "checkpoint": export.checkpoint,
        "created_at": instants.text(export.created_ms),
        "expires_at": instants.text(export.expires_ms),
    }


def _manifest(export: Export) -> dict[str, Any]:
    return {
        **_about(export),
        "complete": export.size_bytes is not None,
        "records": export.records,
        "size_bytes": export.size_bytes,
        "sha256": export.sha256,
        "segments": [_told(each) for each in services().exports.segments(export.id) if each.size_bytes],
        "file": services().at(f"/v1/audit/exports/{export.id}/file"),
    }


def _told(segment: Segment) -> dict[str, Any]:
    told = segment._asdict()
    del told["block"]
    return told
