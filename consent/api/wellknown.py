"""What stands at addresses that others have fixed."""

from flask import Response, jsonify
from flask_smorest import Blueprint

from consent.choice.gpc import SUPPORT

blueprint = Blueprint("wellknown", __name__, description="Addresses fixed by standards")


@blueprint.route("/.well-known/gpc.json")
@blueprint.response(200, description="How Global Privacy Control is honoured (w3c/gpc §4.3)")
def global_privacy_control() -> Response:
    """Say that `Sec-GPC` is honoured."""
    response = jsonify(SUPPORT)
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
