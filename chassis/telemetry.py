"""Request ids, access log and Prometheus metrics, the same for every service."""

import logging
import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from chassis.logs import ACCESS

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def observe(app: Flask, service: str) -> None:
    """Give each request an id (the caller's, if it has a plain one), a log line and its metrics; serve `/metrics`."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "http_request_duration_seconds", "Time to answer.", ["endpoint", "method"], registry=registry,
        buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
    )  # fmt: skip
    requests = Counter("http_requests_total", "Requests answered.", ["endpoint", "method", "status"], registry=registry)
    log = logging.getLogger(ACCESS)
    app.extensions["metrics"] = registry

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        g.began = time.perf_counter()
        structlog.contextvars.bind_contextvars(service=service, request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        took = time.perf_counter() - g.began
        endpoint = request.endpoint or "none"
        seconds.labels(endpoint, request.method).observe(took)
        requests.labels(endpoint, request.method, response.status_code).inc()
        # The path without its query: a query may hold a subject id.
        log.info(
            "%s %s", request.method, request.path[:500],
            extra={"status": response.status_code, "ms": round(took * 1000, 2), "request_id": g.request_id},
        )  # fmt: skip
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
