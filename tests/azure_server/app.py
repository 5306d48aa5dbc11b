"""The server's routes: Azure's own, and a few under ``/_`` by which tests steer it and see what came."""

import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

from tests.azure_server import scripted_faults
from tests.azure_server.answers import Refused
from tests.azure_server.dialects import DIALECTS, Input, check, languages
from tests.azure_server.pretence import translated

_ETAG = '"imprimatur-test-1"'


@dataclass
class State:
    """What the server knows and is told to do."""

    key: str = "test-key"
    region: str | None = None
    minute_units: int = 40_000_000 // 60
    month_units: int | None = None
    delay_s: float = 0.0
    holding: threading.Event = field(default_factory=threading.Event)
    """While set, answers wait."""
    clock: Callable[[], float] = time.monotonic
    faults: deque[str] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    charged: list[tuple[float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def units(self) -> int:
        """All that was charged."""
        return sum(units for _, units in self.charged)

    @property
    def texts(self) -> list[str]:
        """Every text received, in order."""
        return [text for one in self.requests for text in one["texts"]]

    def charge(self, units: int) -> None:
        """Book units; refuse those beyond the month's quota (403001) or the sliding minute's (429001)."""
        with self.lock:
            now = self.clock()
            if self.month_units is not None and self.units + units > self.month_units:
                raise Refused(403001)
            recent = sum(charged for at, charged in self.charged if now - at < 60)
            if recent + units > self.minute_units:
                raise Refused(429001)
            self.charged.append((now, units))

    def next_fault(self) -> str:
        """Take the next fault lined up, or ``""``."""
        with self.lock:
            return self.faults.popleft() if self.faults else ""


def create_app(state: State) -> Flask:
    app = Flask(__name__)

    @app.post("/translate")
    @app.post("/translator/text/v3.0/translate")
    @app.post("/translator/text/translate")
    @app.post("/translator/text/v2026-06-06/translate")
    def translate() -> Response:
        fault = state.next_fault()
        inputs: list[Input] = []
        try:
            version, body = _authorised(state), _json_body()
            read, write, metering = DIALECTS[version]
            inputs = read(request, body)
            _remember(state, version, inputs)
            scripted_faults.refusal(fault)
            if spoiled := scripted_faults.gateway(fault):
                return _signed(spoiled)
            check(inputs)
            units = sum(given.units * len(given.targets) for given in inputs)
            state.charge(units)
        except Refused as refused:
            answer = jsonify(refused.body())
            answer.status_code = refused.status
            answer.headers.update(refused.headers)
            return _signed(answer)
        time.sleep(state.delay_s)
        while state.holding.is_set():
            time.sleep(0.02)
        texts = [[translated(given.text, to, given.html) for to in given.targets] for given in inputs]
        if fault == "source":
            texts = [[given.text for _ in given.targets] for given in inputs]
        payload = write(inputs, scripted_faults.on_texts(fault, texts))
        if isinstance(payload, list):
            payload = scripted_faults.on_items(fault, payload)
        else:
            payload["value"] = scripted_faults.on_items(fault, payload["value"])
        data = scripted_faults.on_bytes(fault, json.dumps(payload, ensure_ascii=False).encode())
        answer = Response(data, content_type="application/json; charset=utf-8")
        answer.headers[metering] = str(units)
        answer.headers["X-MT-System"] = "Microsoft"
        return _signed(answer)

    @app.get("/languages")
    def known_languages() -> Response:
        if request.args.get("api-version") not in DIALECTS:
            refused = Refused(400021)
            answer = jsonify(refused.body())
            answer.status_code = refused.status
            return answer
        answer = Response(status=304) if _ETAG in request.headers.get("If-None-Match", "") else jsonify(languages())
        answer.headers["ETag"] = _ETAG
        return _signed(answer)

    @app.get("/_requests")
    def received() -> Response:
        return jsonify({"requests": state.requests, "units": state.units})

    @app.post("/_faults")
    def line_up() -> Response:
        state.faults.extend(request.get_json())
        return jsonify(list(state.faults))

    @app.post("/_settings")
    def settings() -> Response:
        for name in ("delay_s", "minute_units", "month_units", "key", "region"):
            if name in request.get_json():
                setattr(state, name, request.get_json()[name])
        return jsonify({"delay_s": state.delay_s})

    @app.delete("/_requests")
    def forget() -> Response:
        state.requests.clear()
        state.charged.clear()
        state.faults.clear()
        return jsonify({})

    return app


def _authorised(state: State) -> str:
    version = request.args.get("api-version", "")
    if version not in DIALECTS:
        raise Refused(400021)
    if request.headers.get("Ocp-Apim-Subscription-Key") != state.key:
        raise Refused(401000)
    if state.region and request.headers.get("Ocp-Apim-Subscription-Region") != state.region:
        raise Refused(401000)
    trace = request.headers.get("X-ClientTraceId")
    if trace is not None:
        try:
            uuid.UUID(trace)
        except ValueError:
            raise Refused(400043) from None
    return version


def _json_body() -> Any:
    if request.mimetype != "application/json":
        raise Refused(415000)
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise Refused(400074) from None


def _remember(state: State, version: str, inputs: list[Input]) -> None:
    state.requests.append(
        {
            "version": version,
            "path": request.path,
            "trace": request.headers.get("X-ClientTraceId"),
            "region": request.headers.get("Ocp-Apim-Subscription-Region"),
            "texts": [given.text for given in inputs],
            "source": inputs[0].source if inputs else None,
            "targets": list(inputs[0].targets) if inputs else [],
            "html": bool(inputs and inputs[0].html),
            "units": sum(given.units for given in inputs),
        }
    )


def _signed(answer: Response) -> Response:
    """Add the headers of every answer: the server's own id, and the client's trace back."""
    answer.headers["X-RequestId"] = f"{uuid.uuid4()}.TEST.0321T1714"
    if trace := request.headers.get("X-ClientTraceId"):
        answer.headers["X-ClientTraceId"] = trace
    return answer
