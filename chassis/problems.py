"""Errors over HTTP: RFC 9457 problem+json, one table of kinds and statuses for both services."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from flask_smorest import Api
from marshmallow import ValidationError
from webargs.flaskparser import parser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.exceptions import HTTPException

from chassis import problem_page, strict_json
from chassis.errors import Blame, FieldError, Invalid, MediaType, NotFound, Problem

log = logging.getLogger(__name__)

TABLE: dict[str, tuple[int, str]] = {
    "malformed": (400, "The body cannot be read"),
    "unauthorised": (401, "A valid token is needed"),
    "forbidden": (403, "Not allowed"),
    "not-found": (404, "Not found"),
    "method": (405, "The method is not offered here"),
    "not-acceptable": (406, "No acceptable form"),
    "conflict": (409, "In conflict with what is there"),
    "gone": (410, "Gone"),
    "precondition-failed": (412, "Another revision is current"),
    "too-large": (413, "Too large"),
    "media-type": (415, "The content type is not taken"),
    "range": (416, "There is no such part"),
    "invalid": (422, "The request does not have the expected form"),
    "precondition-required": (428, "If-Match is needed"),
    "rate-limited": (429, "Too many requests"),
    "internal": (500, "Something went wrong on our side"),
    "unavailable": (503, "Not available just now"),
}
# marshmallow tells what is wrong; a client wants to know what would be right
EXPECTATIONS = {
    "Missing data for required field.": "a value",
    "Field may not be null.": "a value",
    "Unknown field.": "no field of this name",
    "Not a valid string.": "a text",
    "Not a valid integer.": "a whole number",
    "Not a valid boolean.": "true or false",
    "Not a valid list.": "a list",
    "Not a valid mapping type.": "an object",
    "Invalid input type.": "an object",
    "Not a valid UUID.": "a UUID",
    "Not a valid datetime.": "a time as in 2026-11-23T18:00:00Z",
}
KINDS = {status: kind for kind, (status, _) in TABLE.items()}


def init(app: Flask, api: Api, extra: Mapping[str, tuple[int, str]] | None = None) -> None:
    """Answer every error of `app` with problem+json.

    Args:
        app: the service.
        api: its flask-smorest API, whose own error payload is replaced.
        extra: the service's own kinds of problem: name to status and title.
    """
    table = TABLE | dict(extra or {})
    app.extensions["problems"] = table
    # flask-smorest would claim HTTPException for its own payload
    api.handle_http_exception = lambda error: _http(error, table)
    app.register_error_handler(Problem, lambda problem: _answer(problem, table))
    app.register_error_handler(ValidationError, lambda error: _answer(against_schema(error.messages), table))
    app.register_error_handler(HTTPException, lambda error: _http(error, table))
    app.register_error_handler(Exception, lambda error: _unforeseen(error, table))
    app.add_url_rule("/problems/<kind>", "problem", lambda kind: _page(kind, table))


def _page(kind: str, table: Mapping[str, tuple[int, str]]) -> str:
    if kind not in table:
        raise NotFound(f"no kind of problem {kind[:40]!r}")
    return problem_page.render(kind, *table[kind])


@parser.location_loader("json")
def _load_json(req: Any, schema: Any) -> Any:
    # webargs' own loader takes a missing body for an empty object and duplicate names for one
    if getattr(schema, "may_be_absent", False) and not req.mimetype and not req.get_data():
        return {}
    if req.mimetype != "application/json":
        raise MediaType(f"expected application/json, got {req.mimetype or 'no content type'}")
    return strict_json.loads(req.get_data())


@parser.location_loader("query")
def _load_query(req: Any, schema: Any) -> Any:
    # webargs takes the first of several, and who sent the others would believe that they count
    known = {field.data_key or name for name, field in schema.fields.items()}
    query = MultiDictProxy(req.args, schema)
    twice = [
        FieldError(name, "one value", f"Given {len(values)} times.")
        for name, values in req.args.lists()
        if len(values) > 1 and name in known - query.multiple_keys
    ]
    if twice:
        raise Invalid("; ".join(f"{each.field}: expected one value" for each in twice), *twice)
    return query


def _answer(problem: Problem, table: Mapping[str, tuple[int, str]]) -> Response:
    response = problem_response(problem.kind, table, problem.detail, problem.fields, problem.members)
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status_code >= 500 and response.status_code != 501:  # what is not offered is no fault of ours
        log.error("problem", extra={"kind": problem.kind, "detail": problem.detail}, exc_info=problem.__cause__)
    return response


def problem_response(
    kind: str,
    table: Mapping[str, tuple[int, str]],
    detail: str,
    fields: tuple[Blame, ...] = (),
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Form the answer for one kind of problem."""
    status, title = table[kind]
    body: dict[str, Any] = {
        "type": f"/problems/{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "request_id": g.get("request_id"),
        **(members or {}),
    }
    if fields:
        body["errors"] = [error._asdict() for error in fields]
    response = Response(json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _http(error: HTTPException, table: Mapping[str, tuple[int, str]]) -> Response:
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages")
    if messages:
        return _answer(against_schema(messages), table)
    if error.response is not None and error.code is None:
        return error.response  # type: ignore[return-value]  # a redirect raised as an exception
    if 300 <= status < 400:
        return error.get_response()  # type: ignore[return-value]
    kind = KINDS.get(status, "internal" if status >= 500 else "malformed")
    response = problem_response(kind, table, error.description or "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value  # Allow of a 405, Retry-After of a 503
    return response


def _unforeseen(error: Exception, table: Mapping[str, tuple[int, str]]) -> Response:
    log.exception("unforeseen", exc_info=error)
    return problem_response("internal", table, "The fault is logged under this request id.")


def against_schema(messages: Any) -> Invalid:
    """Turn marshmallow's messages into the problem that names the fields."""
    fields = tuple(_fields(messages))
    return Invalid("; ".join(f"{each.field}: {each.detail}" for each in fields), *fields)


def _fields(messages: Any, path: str = "") -> list[FieldError]:
    """Flatten marshmallow's nested messages to dotted paths; webargs' location (`json`, `query`) is left out."""
    if isinstance(messages, dict):
        found = []
        for name, inner in messages.items():
            at_location = not path and name in ("json", "query", "form", "json_or_form", "files", "headers", "path")
            # marshmallow tells a Dict's wrong items apart as key and value; the path has named the item already
            of_item = name in ("key", "value") and messages.keys() <= {"key", "value"} and isinstance(inner, list)
            step = path if at_location or of_item or name == "_schema" else f"{path}.{name}" if path else str(name)
            found += _fields(inner, step)
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [FieldError(path or "body", _expected(str(text)), str(text)) for text in texts]


def _expected(message: str) -> str:
    """Say what was expected, from a message that may say it, or what was wrong."""
    said = re.match(r"expected (.+), got ", message, re.DOTALL)
    return said[1] if said else EXPECTATIONS.get(message, message.rstrip("."))
