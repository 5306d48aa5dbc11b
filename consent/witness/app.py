"""The witness over HTTP: logs send it their checkpoints, monitors read the latest that it cosigned of each."""

import os
import time
from collections.abc import Callable

from flask import Flask, Response, current_app, jsonify, request
from flask_smorest import Blueprint

from chassis import settings
from chassis.errors import NotFound
from chassis.service import make_service
from consent.witness.cosigner import Cosigner, Refused
from consent.witness.settings import Settings
from consent.witness.state import State

TITLE = "Imprimatur witness"
TEXT = "text/plain; charset=utf-8"
STATUS = {"malformed": 400, "unknown": 404, "unsigned": 403, "conflict": 409, "inconsistent": 422}
MAX_BODY_BYTES = 64 * 1024

blueprint = Blueprint("witness", __name__, description="A witness of transparency logs (c2sp.org/tlog-witness)")


def create_app(configured: Settings | None = None, now_s: Callable[[], int] | None = None) -> Flask:
    """Make the service.

    Args:
        configured: its settings; None reads the environment.
        now_s: the clock in unix seconds; None for the system's.
    """
    configured = configured or settings.read(Settings, os.environ)
    app, api = make_service(__name__, configured, TITLE)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    state = State(configured.directory)
    app.extensions["state"] = state
    app.extensions["cosigner"] = Cosigner(state, now_s or (lambda: int(time.time())))
    _ = state.signer  # a witness without a key ends here, not at its first request
    api.register_blueprint(blueprint)
    return app


@blueprint.post("/add-checkpoint")
@blueprint.response(200, content_type=TEXT, description="The signature line")
@blueprint.alt_response(409, content_type="text/x.tlog.size", description="The size of the latest that was cosigned")
def add_checkpoint() -> Response:
    """Cosign a log's checkpoint; answers are those of c2sp.org/tlog-witness."""
    cosigner: Cosigner = current_app.extensions["cosigner"]
    try:
        return Response(cosigner.add_checkpoint(request.get_data()), content_type=TEXT)
    except Refused as refused:
        if refused.size is not None:
            return Response(f"{refused.size}\n", STATUS[refused.kind], content_type="text/x.tlog.size")
        return Response(f"{refused}\n", STATUS[refused.kind], content_type=TEXT)


@blueprint.get("/<origin_hash>/checkpoint")
@blueprint.response(200, content_type=TEXT)
def checkpoint(origin_hash: str) -> Response:
    """Return the latest checkpoint that was cosigned of a log, with the log's signature and the witness's."""
    state: State = current_app.extensions["state"]
    note = state.note(origin_hash)
    if note is None:
        raise NotFound("no checkpoint of a log of that hash was cosigned")
    return Response(note, content_type=TEXT, headers={"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"})


@blueprint.get("/")
@blueprint.response(200, content_type="application/json")
def description() -> Response:
    """Say whose witness this is, and which logs it follows."""
    state: State = current_app.extensions["state"]
    return jsonify(name=state.signer.name, vkey=state.signer.verifier.vkey, logs=state.origins())
