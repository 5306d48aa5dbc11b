"""The bytes of an export over HTTP: whole, or the part that a cut download still lacks (RFC 9110 section 14)."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Response, request, stream_with_context
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from chassis.errors import Forbidden, Unavailable
from consent.api import exporting
from consent.api.callers import caller
from consent.api.exporting import BUNDLE
from consent.api.services import services
from consent.exports.forms import FORMS
from consent.ledger.acts import ACCESS
from consent.store.exports import Export

RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def linked(export_id: str, secret: str) -> Export:
    """Return the export that a link opens, and use the link up.

    Raises:
        Forbidden: it opens nothing, or no more.
        Gone: records were erased or held since it was asked for.
    """
    found = services().exports.find(export_id, services().now_ms())
    going_on = found is not None and request.headers.get("If-Range") == found.quoted and "Range" in request.headers
    if found is None or request.method == "HEAD":
        raise Forbidden("the link opens nothing, or no more")
    if not services().exports.open_link(export_id, secret, services().now_ms(), going_on):
        raise Forbidden("the link opens nothing, or no more")
    return exporting.unchanged(found)


def answer(export: Export) -> Response:
    """Answer with an export's bytes, or with the part of them that the request asks for.

    Raises:
        Unavailable: a part is asked for, and the length is not known yet.
    """
    span = RANGE.fullmatch(request.headers.get("Range", ""))
    whole = export.format == BUNDLE and export.size_bytes is None  # what is not known before it was made
    if span is None or whole or request.headers.get("If-Range", export.quoted) != export.quoted:
        return _answer(export, 0, None)
    export = exporting.measured(export)
    if export.size_bytes is None:
        raise Unavailable("the export's length is not known yet; ask again", retry_after_s=1)
    first, last = int(span[1]), min(int(span[2] or export.size_bytes - 1), export.size_bytes - 1)
    if first > last:
        raise RequestedRangeNotSatisfiable(export.size_bytes)
    response = _answer(export, first, last + 1)
    response.status_code = 206
    response.headers["Content-Range"] = f"bytes {first}-{last}/{export.size_bytes}"
    return response


def file_name(export: Export) -> str:
    """Return the name that an export is saved under."""
    return f"records-{export.tree_size}.{'zip' if export.format == BUNDLE else export.format}"


def _answer(export: Export, first: int, end: int | None) -> Response:
    body: Any = b""
    if request.method != "HEAD":
        pieces = exporting.making(export).bytes_from(first)
        by = {"token": export.token_id, "link": True} if "link" in request.args else caller()
        told = {"by": by, "what": "export-file", "export": export.id, "rows": export.records, "first_byte": first}
        services().acting.act(ACCESS, told, site=export.site)
        # One that is asked for to its end is read to its end, where its hash is told.
        body = stream_with_context(pieces if end in (None, export.size_bytes) else _within(pieces, end - first))
    content_type = "application/zip" if export.format == BUNDLE else FORMS[export.format].content_type
    response = Response(body, content_type=content_type)
    end = export.size_bytes if end is None else end
    if end is not None:
        response.headers["Content-Length"] = str(end - first)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(export)}"'
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
