"""Request ids, access log and Prometheus metrics, the same for every service."""

import logging
import re
import secrets
import time
from functools import lru_cache

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from chassis.logs import ACCESS

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Where a layer before Flask says when the request began (`time.perf_counter()`), if it passes one on late.
BEGAN = "chassis.began"

_log = logging.getLogger(ACCESS)


class Requests:
    """The id, the log line and the metrics of each request, whether Flask answers it or a layer before.

    Args:
        service: what logs call it.
        registry: where the metrics go.
    """

    def __init__(self, service: str, registry: CollectorRegistry) -> None:
        self._service = service
        seconds = Histogram(
            "http_request_duration_seconds", "Time to answer.", ["endpoint", "method"], registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
        )  # fmt: skip
        answered = Counter(
            "http_requests_total", "Requests answered.", ["endpoint", "method", "status"], registry=registry
        )
        self._seconds = lru_cache(seconds.labels)
        self._answered = lru_cache(answered.labels)

    def begin(self, given: str | None) -> str:
        """Return the request's id: the caller's, if that is a plain one."""
        request_id = given if given and REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
        structlog.contextvars.bind_contextvars(service=self._service, request_id=request_id)
        return request_id

    def end(self, request_id: str, endpoint: str, method: str, path: str, status: int, took_s: float) -> None:
        """Count and log the answer; `path` is without its query, which may hold a subject id."""
        self._seconds(endpoint, method).observe(took_s)
        self._answered(endpoint, method, status).inc()
        if _log.isEnabledFor(logging.INFO):
            told = {"status": status, "ms": round(took_s * 1000, 2), "request_id": request_id}
            _log.info("%s %s", method, path[:500], extra=told)


def observe(app: Flask, service: str) -> None:
    """Give each request an id, a log line and its metrics; serve `/metrics`."""
    registry = CollectorRegistry()
    requests = Requests(service, registry)
    app.extensions["metrics"] = registry
    app.extensions["requests"] = requests

    @app.before_request
    def begin() -> None:
        g.began = request.environ.get(BEGAN) or time.perf_counter()
        g.request_id = requests.begin(request.headers.get("X-Request-Id"))

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        took_s = time.perf_counter() - g.began
        requests.end(
            g.request_id, request.endpoint or "none", request.method, request.path, response.status_code, took_s
        )
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
