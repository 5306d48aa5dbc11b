"""The least that each answer could cost: the same bytes from a bare WSGI app, and a Flask route that only parses."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, request


def page_app() -> Callable[..., Iterable[bytes]]:
    """Answer every request with the bytes in BENCH_PAGE."""
    body = Path(os.environ["BENCH_PAGE"]).read_bytes()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [body]

    return app


def parse_app() -> Flask:
    """Parse the choice's JSON and answer 201; nothing is checked, nothing is kept."""
    app = Flask("parse")

    @app.post("/v1/consents")
    def parse() -> tuple[dict[str, Any], int]:
        return {"record": request.get_json()["event_id"]}, 201

    return app
