"""``Idempotency-Key`` on writes (draft-ietf-httpapi-idempotency-key-header): what comes twice is done once."""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, make_response, request

from publisher import clock
from publisher.api.forms import the_house
from publisher.faults import Fault, refusal
from publisher.store import idempotency
from publisher.store.idempotency import Answer

HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 255},
    "description": "Of your own choosing, one for each request: sent again, it gets the answer of the first time.",
}
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Cache-Control")


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view be called again with the same key without doing anything again; it stands inside of ``require``."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if "Idempotency-Key" not in request.headers:
            return view(*args, **kwargs)
        engine, key = the_house().engine, _key(request.headers["Idempotency-Key"].strip())
        known = idempotency.begin(engine, key, _request(), clock.now_ms())
        if known is not None:
            return _again(known)
        try:
            response = make_response(view(*args, **kwargs))
        except BaseException:
            idempotency.give_up(engine, key)
            raise
        headers = [(name, response.headers[name]) for name in _KEPT_HEADERS if name in response.headers]
        idempotency.end(engine, key, Answer(response.status_code, headers, response.get_data(as_text=True)))
        return response

    return guarded


def _key(given: str) -> str:
    """A key is its token's own: nobody gets another's answers."""
    if not _KEY.fullmatch(given):
        raise refusal([Fault("Idempotency-Key", "1 to 255 visible ASCII characters", repr(given[:40]))])
    return hashlib.sha256(f"{g.token.id}\0{given}".encode()).hexdigest()


def _request() -> str:
    asked = (request.method, request.full_path, request.headers.get("If-Match", ""))
    return hashlib.sha256("\0".join(asked).encode() + b"\0" + request.get_data()).hexdigest()


def _again(answer: Answer) -> Response:
    response = Response(answer.body, answer.status)
    for name, value in answer.headers:
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response
