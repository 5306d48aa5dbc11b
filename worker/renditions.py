"""Turn a stored picture into the files that pages ask for: up to three widths, each in AVIF, WebP and JPEG."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from chassis.errors import NotFound
from chassis.sql import read
from publisher.house import House
from publisher.pictures import CONTENT_TYPES, extension_of, relative_path, write_file
from publisher.refreshing import keep_renditions
from publisher.store import media
from publisher.store.media import Media, Rendition

WIDTHS = (480, 960, 1600)
# Where a news photograph at screen size shows no blocks; AVIF's speed 8 costs a few per cent of size and saves seconds.
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 8},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}


def make_and_keep(house: House, sha256: str) -> None:
    """Make a picture's renditions, note them, and let pages use them.

    Raises:
        NotFound: no such picture.
    """
    with read(house.engine) as connection:
        known = media.load(connection, sha256)
    if known is None:
        raise NotFound(f"no picture {sha256!r}")
    keep_renditions(house, sha256, list(make(house.media_dir, known)))


def make(directory: Path, picture: Media) -> Iterator[Rendition]:
    """Write every rendition of a picture beside it, each file whole or absent."""
    image = _upright(directory / relative_path(picture.sha256, f"original.{extension_of(picture)}"))
    for width in widths_for(image.width):
        scaled = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
        for extension, options in ENCODERS.items():
            data = _encoded(scaled, options)
            name = f"{width}.{extension}"
            path = relative_path(picture.sha256, name)
            write_file(directory / path, data)
            yield Rendition(picture.sha256, name, *scaled.size, CONTENT_TYPES[extension], path, len(data))


def widths_for(source_px: int) -> tuple[int, ...]:
    """Choose the widths to make: never wider than the source, and always at least one."""
    smaller = tuple(width for width in WIDTHS if width < source_px)
    return smaller if source_px > WIDTHS[-1] else (*smaller, source_px)


def _upright(original: Path) -> Image.Image:
    """Read a picture as its viewer sees it: first frame, turned as its EXIF says, in sRGB, nothing else kept."""
    with Image.open(original) as opened:
        picture = ImageOps.exif_transpose(opened)
        profile = picture.info.get("icc_profile")
        picture = _in_srgb(picture, profile) if profile else picture
        flat = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        flat.info.clear()  # Pillow would write the comment, the profile and the XMP that it finds here
        return flat


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, io.BytesIO(profile), srgb, outputMode=mode) or picture
    except ImageCms.PyCMSError:  # a broken or unsuitable profile: the numbers as they are serve the reader better
        return picture


def _encoded(picture: Image.Image, options: dict[str, Any]) -> bytes:
    if options["format"] == "JPEG" and picture.mode == "RGBA":  # JPEG has no alpha; a page's ground is white
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    out = io.BytesIO()
    picture.save(out, **options)
    return out.getvalue()
