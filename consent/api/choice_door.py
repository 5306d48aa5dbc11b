"""The door of choices: a WSGI layer that answers the banner's script before Flask is entered.

It takes what nearly every choice is, JSON of a stated length, on the very path that the endpoint goes. What it does not
take, Flask answers; what goes wrong, Flask tells, as it tells every fault. Flask alone costs more than the choice.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from chassis import strict_json
from chassis.limits import answers as limits
from chassis.limits.answers import Gate
from chassis.limits.limiter import Limit, Outcome
from chassis.limits.partitions import of_address
from chassis.telemetry import BEGAN, Requests
from consent.api import choice_schema, choosing, origins
from consent.api.services import Services
from consent.choice import asked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/v1/consents"
ENDPOINT = "choices.choose"
MAX_BYTES = 16 * 1024
#: Where the door tells the endpoint what went wrong.
FAULT = "consent.choice.fault"


class Fault(NamedTuple):
    """What went wrong, and how the request was counted before."""

    error: Exception
    counted: Outcome | None


class ChoiceDoor:
    """Answers choices, and lets everything else through.

    Args:
        app: the service, behind it.
        parts: what the endpoint calls.
        gate: counts them.
        requests: gives them ids and logs them.
        headers: what every answer of the service carries.
    """

    def __init__(
        self, app: "WSGIApplication", parts: Services, gate: Gate, requests: Requests, headers: Mapping[str, str]
    ) -> None:
        self._app = app
        self._parts = parts
        self._gate = gate
        self._requests = requests
        self._headers = [("Content-Type", "application/json"), *headers.items()]
        self._region_header = parts.settings.region_header

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._app(environ, start_response)
        body = _body(environ)
        if body is None:
            return self._app(environ, start_response)
        began = time.perf_counter()
        request_id = self._requests.begin(environ.get("HTTP_X_REQUEST_ID"))
        counted: Outcome | None = None

        def charge(limit: Limit, within: str) -> Callable[[], None]:
            counting = self._gate.begin(limit, of_address(said.address or ""), within)

            def end() -> None:
                nonlocal counted
                counted = counted or counting()
                self._gate.check(limit, counted)

            return end

        try:
            said = asked.of(environ, self._region_header)
            answer = choosing.from_script(self._parts, choice_schema.read(strict_json.loads(body)), said, charge)
            headers = [
                *self._headers,
                ("Content-Length", str(len(answer.body))),
                *answer.headers,
                ("Vary", "Origin"),
                *origins.sharing(self._parts.catalogue, said.origin).items(),
                *(() if counted is None else limits.headers(counted).items()),
                ("X-Request-Id", request_id),
            ]
        except Exception as error:
            environ |= {FAULT: Fault(error, counted), BEGAN: began, "HTTP_X_REQUEST_ID": request_id}
            return self._app(environ, start_response)
        start_response("201 CREATED", headers)
        self._requests.end(request_id, ENDPOINT, "POST", PATH, 201, time.perf_counter() - began)
        return [answer.body]


def _body(environ: "WSGIEnvironment") -> bytes | None:
    """Read the body of a choice; None where it is not of the kind or the size that one has."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        return None
    length = environ.get("CONTENT_LENGTH", "")
    if not (length.isdecimal() and len(length) < 6 and int(length) <= MAX_BYTES):
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(length) else None
