"""``/v1/media`` takes pictures; ``/media`` serves them and their renditions, immutable by hash."""

from typing import Any

from flask import Response, abort, current_app, request, send_from_directory
from flask.views import MethodView
from flask_smorest import Blueprint

from chassis.authorisation import require
from chassis.errors import MediaType
from chassis.sql import read
from publisher.api.schemas import MediaOut
from publisher.editing.receiving import receive
from publisher.house import House
from publisher.pictures import CONTENT_TYPES, MOST_BYTES, NAME, extension_of, relative_path
from publisher.store import media
from publisher.tags import media_tag

MULTIPART_ROOM_BYTES = 64 * 1024
BINARY = {"type": "string", "format": "binary"}
FORM = {"type": "object", "properties": {"file": BINARY}, "required": ["file"]}
BODY = {
    "required": True,
    "content": {"multipart/form-data": {"schema": FORM}, "image/*": {"schema": BINARY}},
}

blueprint = Blueprint("media", __name__, description="Pictures")


@blueprint.route("/v1/media")
class MediaView(MethodView):
    """The pictures."""

    @require("media:write")
    @blueprint.response(201, MediaOut)
    @blueprint.doc(requestBody=BODY)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Store a picture: multipart field `file`, or the picture itself as the body."""
        request.max_content_length = MOST_BYTES + MULTIPART_ROOM_BYTES
        house = _house()
        taken = receive(house.engine, house.media_dir, _sent_bytes())
        house.relay()
        body = {
            "media": taken.sha256,
            "width": taken.width,
            "height": taken.height,
            "contentType": taken.content_type,
        }
        return body, 201, {"Location": f"/media/{taken.sha256}/original.{extension_of(taken)}"}


@blueprint.route("/media/<sha256>/<name>")
@blueprint.doc(summary="A picture or one of its renditions.", security=[])
def serve(sha256: str, name: str) -> Response:
    """Send a picture's file; 410 once it was taken away with a killed article."""
    if len(sha256) != 64 or not sha256.isalnum() or not NAME.fullmatch(name):
        abort(404)
    house = _house()
    path = relative_path(sha256, name)
    if not (house.media_dir / path).is_file():
        with read(house.engine) as connection:
            abort(410 if media.was_removed(connection, sha256) else 404)
    kind = CONTENT_TYPES[name.rpartition(".")[2]]
    response = send_from_directory(house.media_dir.resolve(), path, mimetype=kind)
    response.headers["Cache-Groups"] = f'"{media_tag(sha256)}"'
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def _house() -> House:
    house: House = current_app.extensions["house"]
    return house


def _sent_bytes() -> bytes:
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise MediaType("file: expected a multipart field of this name with a picture, got none")
        return bytes(file.read())
    if not request.mimetype.startswith("image/"):
        raise MediaType(f"expected multipart/form-data or an image, got {request.mimetype or 'no content type'}")
    return request.get_data()
