"""Turn one uploaded picture into the files that pages ask for: three widths in AVIF, WebP and JPEG.

For the `worker.renditions` task. Reads and writes files only; the rows are written by `publisher.store.media`.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageCms, ImageOps

WIDTHS = (480, 960, 1600)
# Where a news photograph at screen size shows no blocks; AVIF's speed 8 costs a few per cent of size and saves seconds.
ENCODERS: dict[str, tuple[str, dict[str, int | bool]]] = {
    "avif": ("image/avif", {"quality": 55, "speed": 8}),
    "webp": ("image/webp", {"quality": 78, "method": 4}),
    "jpeg": ("image/jpeg", {"quality": 80, "optimize": True, "progressive": True}),
}


class Rendition(NamedTuple):
    """One file made from a picture; `path` is relative to the media directory."""

    path: str
    format: str
    content_type: str
    width: int
    height: int
    size_bytes: int


def widths_for(source_px: int) -> tuple[int, ...]:
    """Choose the widths to make: never wider than the source, and always at least one."""
    smaller = tuple(width for width in WIDTHS if width < source_px)
    return smaller if source_px > WIDTHS[-1] else (*smaller, source_px)


def upright(original: Path) -> Image.Image:
    """Read a picture as its viewer would see it: first frame, turned as its EXIF says, in sRGB, nothing else kept."""
    with Image.open(original) as opened:
        picture = ImageOps.exif_transpose(opened)
        profile = picture.info.get("icc_profile")
        picture = _in_srgb(picture, profile) if profile else picture
        flat = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        flat.info.clear()  # Pillow would write the comment, the profile and the XMP that it finds here
        return flat


def make(original: Path, name: str, media_dir: Path) -> Iterator[Rendition]:
    """Write every rendition of `original` below `media_dir`, each file complete or absent.

    Args:
        original: the uploaded file.
        name: what the renditions' paths begin with, e.g. the picture's SHA-256.
        media_dir: where the paths start.
    """
    picture = upright(original)
    for width in widths_for(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
        for extension, (content_type, options) in ENCODERS.items():
            data = _encoded(scaled, extension, options)
            path = f"{name}/{width}.{extension}"
            _write_whole(media_dir / path, data)
            yield Rendition(path, extension, content_type, width, height, len(data))


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, io.BytesIO(profile), srgb, outputMode=mode) or picture
    except ImageCms.PyCMSError:  # a broken or unsuitable profile: the numbers as they are serve the reader better
        return picture


def _encoded(picture: Image.Image, extension: str, options: dict[str, int | bool]) -> bytes:
    if extension == "jpeg" and picture.mode == "RGBA":  # JPEG has no alpha; a page's ground is white
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    out = io.BytesIO()
    picture.save(out, extension, **options)
    return out.getvalue()


def _write_whole(target: Path, data: bytes) -> None:
    # A reader must never fetch half a picture: a finished file takes the name, on the same file system.
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp's 0600 would hide it from another user's web server
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
