"""Pictures: checked by decoding them, freed of metadata, kept by hash, and described for pages.

Layout of MEDIA_DIR: ``<sha256>/original.<ext>``, and the worker's renditions ``<width>.<ext>`` and crops beside it.
"""

import contextlib
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from chassis.errors import Invalid, MediaType, TooLarge
from publisher import crops
from publisher.store.media import Media, Rendition
from publisher.views import Picture, Source

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
READ_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
NAME = re.compile(rf"(?:original|[1-9][0-9]{{1,4}})\.(?:jpe?g|png|webp|avif)|{crops.NAME}")
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
}
SRC_WIDTH = 1000
"""The rendition that ``src`` names is the widest up to this; who can, chooses from ``srcset``."""
SOURCE_TYPES = ("image/avif", "image/webp")
_KEPT_INFO = ("icc_profile", "transparency")
_SAVING: dict[str, dict[str, Any]] = {
    "jpg": {"format": "JPEG", "quality": 92, "optimize": True, "progressive": True},
    "png": {"format": "PNG", "optimize": True},
    "webp": {"format": "WEBP", "quality": 92, "method": 4},
    "avif": {"format": "AVIF", "quality": 85, "speed": 8},
}


class Checked(NamedTuple):
    """A picture fit to be kept: its bytes without metadata and what they are."""

    media: Media
    extension: str
    data: bytes


def check(data: bytes) -> Checked:
    """Decode a picture wholly, drop its metadata and turn it upright.

    Raises:
        TooLarge: more bytes or pixels than are taken.
        MediaType: not a picture of a known format.
        Invalid: it says it is one, and cannot be decoded.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"file: expected at most {MOST_BYTES // 1024**2} MB, got {len(data) // 1024**2} MB")
    try:
        with Image.open(io.BytesIO(data), formats=READ_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(f"file: expected at most {MOST_PIXELS // 10**6} megapixels, got {image.size}")
            image.load()
            extension, clean = _cleaned(image)
            width, height = _upright_size(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooLarge(f"file: expected at most {MOST_PIXELS // 10**6} megapixels, got more") from None
    except UnidentifiedImageError:
        raise MediaType("file: expected a JPEG, PNG, WebP, AVIF or GIF picture, got something else") from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Invalid(f"file: expected a whole picture, got one that cannot be decoded ({error})") from None
    media = Media(hashlib.sha256(clean).hexdigest(), CONTENT_TYPES[extension], width, height, len(clean))
    return Checked(media, extension, clean)


def keep(directory: Path, checked: Checked) -> None:
    """Put a picture in its place; atomic, and harmless when it is there already."""
    write_file(_place(directory, checked), checked.data)


def is_kept(directory: Path, checked: Checked) -> bool:
    """Whether a picture is in its place."""
    return _place(directory, checked).is_file()


def take_away(directory: Path, sha256: str) -> None:
    """Delete a picture with all that was made of it."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(directory / sha256)


def _place(directory: Path, checked: Checked) -> Path:
    return directory / relative_path(checked.media.sha256, f"original.{checked.extension}")


def relative_path(sha256: str, name: str) -> str:
    """Place of a picture's file below MEDIA_DIR."""
    return f"{sha256}/{name}"


def picture_view(media: Media, renditions: Collection[Rendition]) -> Picture:
    """Describe a picture for a page: what there is of renditions, else the picture as it was sent."""
    plain = [each for each in renditions if each.content_type not in SOURCE_TYPES]
    if not plain:
        return Picture(f"/media/{media.sha256}/original.{extension_of(media)}", media.width, media.height)
    chosen = max((each for each in plain if each.width <= SRC_WIDTH), key=lambda each: each.width, default=plain[0])
    return Picture(
        src=address(chosen),
        width=chosen.width,
        height=chosen.height,
        srcset=_srcset(plain),
        sources=tuple(
            Source(kind, _srcset(of_kind))
            for kind in SOURCE_TYPES
            if (of_kind := [each for each in renditions if each.content_type == kind])
        ),
    )


def extension_of(media: Media) -> str:
    """File name extension of a stored picture."""
    return next(extension for extension, kind in CONTENT_TYPES.items() if kind == media.content_type)


def write_file(path: Path, data: bytes) -> None:
    """Write a file that is either whole or not there, and durable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.chmod(file.name, 0o644)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _cleaned(image: Image.Image) -> tuple[str, bytes]:
    """Encode the picture again without EXIF, XMP and comments; a JPEG keeps its quantisation, so its quality."""
    upright = ImageOps.exif_transpose(image)
    turned = upright is not image and _orientation(image) != 1
    buffer = io.BytesIO()
    if image.format == "JPEG" and not turned and image.mode in ("L", "RGB"):
        image.info = {name: value for name, value in image.info.items() if name in _KEPT_INFO}
        image.save(buffer, "JPEG", quality="keep", optimize=True, progressive=True)
        return "jpg", buffer.getvalue()
    upright.info = {name: value for name, value in upright.info.items() if name in _KEPT_INFO}
    extension = {"JPEG": "jpg", "WEBP": "webp", "AVIF": "avif"}.get(image.format or "", "png")
    if extension == "jpg" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    upright.save(buffer, **_SAVING[extension])
    return extension, buffer.getvalue()


def _orientation(image: Image.Image) -> int:
    return int(image.getexif().get(0x0112, 1))


def _upright_size(image: Image.Image) -> tuple[int, int]:
    return (image.height, image.width) if _orientation(image) in (5, 6, 7, 8) else image.size


def address(rendition: Rendition) -> str:
    """Address of a picture's file, from the site's root."""
    return f"/media/{rendition.media}/{rendition.name}"


def _srcset(renditions: list[Rendition]) -> str:
    return ", ".join(f"{address(each)} {each.width}w" for each in renditions)
