"""``/v1/media`` and ``/media`` as clients and browsers meet them."""

import hashlib
import io
import zlib

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from publisher.house import House
from tests.publisher.newsroom import picture

Token = dict[str, str]


def post(client: FlaskClient, token: Token, data: bytes, kind: str = "image/jpeg") -> TestResponse:
    return client.post("/v1/media", data=data, content_type=kind, headers=token)


def fetch(client: FlaskClient, path: str) -> bytes:
    with client.get(path) as answer:
        return answer.data


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
        ("GIF", "image/png"),
    ],
)
def test_a_picture_is_kept_under_the_hash_of_its_bytes(
    client: FlaskClient, token: Token, kind: str, stored: str
) -> None:
    made = post(client, token, picture(kind=kind), f"image/{kind.lower()}")
    assert made.status_code == 201 and made.json is not None
    assert made.json == {"media": made.json["media"], "width": 60, "height": 40, "contentType": stored}
    with client.get(made.headers["Location"]) as served:
        data = served.data
    assert (served.status_code, served.content_type) == (200, stored)
    assert hashlib.sha256(data).hexdigest() == made.json["media"]
    assert served.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert served.headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_may_carry_the_picture(client: FlaskClient, token: Token) -> None:
    form = {"file": (io.BytesIO(picture()), "bridge.jpg")}
    assert client.post("/v1/media", data=form, headers=token).status_code == 201


def test_the_same_picture_twice_is_one_picture(client: FlaskClient, token: Token) -> None:
    assert post(client, token, picture()).json == post(client, token, picture()).json


def test_what_the_camera_wrote_is_dropped_and_its_orientation_applied(client: FlaskClient, token: Token) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Secret Camera"
    made = post(client, token, picture(60, 40, exif=exif, comment=b"Secret Comment"))
    assert made.json is not None and (made.json["width"], made.json["height"]) == (40, 60)
    stored = fetch(client, made.headers["Location"])
    assert b"Secret" not in stored
    assert Image.open(io.BytesIO(stored)).size == (40, 60)


@pytest.mark.parametrize("camera", [b"Exif", b"Secret"])
def test_an_upright_picture_loses_its_metadata_too(client: FlaskClient, token: Token, camera: bytes) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    made = post(client, token, picture(exif=exif, comment=b"Secret Comment"))
    assert camera not in fetch(client, made.headers["Location"])


def _huge_png() -> bytes:
    """A PNG of a few kilobytes that claims 40,000 by 40,000 pixels."""
    header = (40_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    data = zlib.compress(b"\0" * 100_000)
    chunks = b"".join(
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
        for kind, body in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"this is text", "image/jpeg", 415),
        (b"", "image/jpeg", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", 415),
        (b"GIF89a<script>alert(1)</script>", "image/gif", 415),
        (picture(400, 300)[:-600], "image/jpeg", 422),
        (picture(400, 300, "PNG")[:150], "image/png", 422),
        (_huge_png(), "image/png", 413),
        (b"\xff" * (20 * 1024 * 1024 + 1), "image/jpeg", 413),
        (picture(), "application/json", 415),
        (picture(), "text/plain", 415),
    ],
)  # fmt: skip
def test_pictures_that_are_none_are_refused(
    client: FlaskClient, token: Token, house: House, data: bytes, kind: str, status: int
) -> None:
    refused = post(client, token, data, kind)
    assert (refused.status_code, refused.content_type) == (status, "application/problem+json")
    assert not list(house.media_dir.rglob("*")) if house.media_dir.exists() else True


def test_a_form_without_the_file_is_refused(client: FlaskClient, token: Token) -> None:
    refused = client.post("/v1/media", data={"photo": (io.BytesIO(picture()), "a.jpg")}, headers=token)
    assert refused.status_code == 415 and refused.json is not None and "file" in refused.json["detail"]


def test_without_a_token_nothing_is_taken(client: FlaskClient) -> None:
    assert post(client, {}, picture()).status_code == 401


@pytest.mark.parametrize(
    "path",
    ["/media/x/original.jpg", f"/media/{'0' * 64}/original.jpg", f"/media/{'0' * 64}/../../p.db",
     f"/media/{'.' * 64}/original.jpg", f"/media/{'0' * 64}/original.html"],
)  # fmt: skip
def test_other_addresses_show_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
