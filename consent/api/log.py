"""The log over HTTP, as c2sp.org/tlog-tiles lays it out: checkpoint, tiles, entry bundles. Public, no personal data."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Response, current_app, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from chassis.errors import FieldError, Invalid, NotFound, Unavailable
from consent.api.services import services
from consent.ledger.notes import parse_checkpoint
from consent.ledger.tiles import Tile, parse_level, parse_path
from consent.store.ledger import Ledger

IMMUTABLE = "public, max-age=31536000, immutable"
FRESH = "public, max-age=1"
MOST = (1 << 63) - 1  # what databases hold

blueprint = Blueprint("log", __name__, description="The transparency log (c2sp.org/tlog-tiles).")


@blueprint.get("/log/checkpoint")
@blueprint.response(200, content_type="text/plain; charset=utf-8")
def checkpoint() -> Response:
    """Return the newest signed checkpoint."""
    note = _ledger().checkpoint()
    if note is None:
        raise Unavailable("no checkpoint was signed yet", retry_after_s=2)
    return _answer(note.encode(), "text/plain; charset=utf-8", FRESH)


@blueprint.get("/log/tile/<level>/<path:path>")
@blueprint.response(200, content_type="application/octet-stream")
def tile(level: str, path: str) -> Response:
    """Return a tile's hashes."""
    with _addressed():
        where = Tile(parse_level(level), *parse_path(path))
    return _found(_ledger().tile(where))


@blueprint.get("/log/tile/entries/<path:path>")
@blueprint.response(200, content_type="application/octet-stream")
def entries(path: str) -> Response:
    """Return an entry bundle."""
    with _addressed():
        n, width = parse_path(path)
    return _found(_ledger().entries_tile(n, width))


class ConsistencySchema(Schema):
    """Two sizes of the log's tree: `from` one, which may be none of its checkpoints', `to` that of a checkpoint."""

    from_ = fields.Integer(required=True, data_key="from", strict=False, validate=validate.Range(0, MOST))
    to = fields.Integer(
        load_default=None, validate=validate.Range(0, MOST), metadata={"description": "the newest without"}
    )


@blueprint.route("/log/consistency")
@blueprint.arguments(ConsistencySchema, location="query", unknown=RAISE)
@blueprint.response(
    200, content_type="text/plain; charset=utf-8", description="As a witness takes it (c2sp.org/tlog-witness)"
)
def consistency(asked: dict[str, Any]) -> Response:
    """Return the proof that the tree of one size is a prefix of a checkpoint's, with that checkpoint."""
    ledger, old, new = _ledger(), asked["from_"], asked["to"]
    note = ledger.checkpoint() if new is None else ledger.checkpoint_of(new)
    if note is None:
        raise NotFound("no checkpoint was signed yet" if new is None else f"no checkpoint of {new} entries was signed")
    size = parse_checkpoint(note).size
    if old > size:
        raise Invalid(f"from: {old} is more than {size}", FieldError("from", f"at most {size}", f"{old}"))
    hashes = ledger.tree(size).consistency_proof(old) if old else []
    body = "\n".join([f"old {old}", *(b64encode(each).decode() for each in hashes), "", note])
    return _answer(body.encode(), "text/plain; charset=utf-8", FRESH if new is None else IMMUTABLE)


@blueprint.get("/.well-known/consent-log.json")
@blueprint.response(200, content_type="application/json")
def description() -> Response:
    """Return the log's name, all its public keys, newest first, and the keys of its witnesses."""
    ledger = _ledger()
    keys = [key.vkey for key in ledger.keys]
    if not keys:
        raise Unavailable("the log has no key yet", retry_after_s=2)
    witnesses = [each.key.vkey for each in services().settings.witnesses.witnesses.values()]
    response = jsonify(origin=ledger.origin, vkey=keys[0], keys=keys, witnesses=witnesses)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _ledger() -> Ledger:
    return cast(Ledger, current_app.extensions["ledger"])


@contextmanager
def _addressed() -> Iterator[None]:
    """Turn an address that no tile can have into one that is not there."""
    try:
        yield
    except ValueError as error:
        raise NotFound(str(error)) from None


def _found(data: bytes | None) -> Response:
    if data is None:
        raise NotFound("the log has not come that far")
    return _answer(data, "application/octet-stream", IMMUTABLE)


def _answer(data: bytes, content_type: str, caching: str) -> Response:
    response = Response(data, content_type=content_type)
    response.headers["Cache-Control"] = caching
    response.headers["Access-Control-Allow-Origin"] = "*"  # anybody's page may check the log
    return response
