"""Pictures between the file and the page: decoded as their viewer sees them, encoded as browsers take them."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

# Where a news photograph at screen size shows no blocks; AVIF's speed 8 costs a few per cent of size and saves seconds.
ENCODERS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 55, "speed": 8},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}


def upright(original: Path) -> Image.Image:
    """Read a picture as its viewer sees it: first frame, turned as its EXIF says, in sRGB, nothing else kept."""
    with Image.open(original) as opened:
        picture = ImageOps.exif_transpose(opened)
        profile = picture.info.get("icc_profile")
        picture = _in_srgb(picture, profile) if profile else picture
        flat = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        flat.info.clear()  # Pillow would write the comment, the profile and the XMP that it finds here
        return flat


def encoded(picture: Image.Image, extension: str) -> bytes:
    """Write a picture in one of the formats of ``ENCODERS``."""
    options = ENCODERS[extension]
    if options["format"] == "JPEG" and picture.mode == "RGBA":  # JPEG has no alpha; a page's ground is white
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    out = io.BytesIO()
    picture.save(out, **options)
    return out.getvalue()


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, io.BytesIO(profile), srgb, outputMode=mode) or picture
    except ImageCms.PyCMSError:  # a broken or unsuitable profile: the numbers as they are serve the reader better
        return picture
