"""A service that says whom it takes the caller for; Granian runs it in a test."""

import os
from typing import Any

from flask import Flask, request

from chassis.service import make_service
from chassis.settings import ServiceSettings, read


def create_app() -> Flask:
    """Make it."""
    app, _ = make_service("tests.chassis", read(ServiceSettings, os.environ), "Who")

    @app.get("/who")
    def who() -> dict[str, Any]:
        return {"address": request.remote_addr, "root": request.url_root}

    return app
