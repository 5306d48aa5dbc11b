"""Turn a stored picture into the files that pages ask for: up to three widths, each in AVIF, WebP and JPEG."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from chassis.errors import NotFound
from chassis.sql import read
from publisher.editing.refreshing import keep_renditions
from publisher.house import House
from publisher.imaging import ENCODERS, encoded, upright
from publisher.pictures import CONTENT_TYPES, extension_of, relative_path, write_file
from publisher.store import media
from publisher.store.media import Media, Rendition

WIDTHS = (480, 960, 1600)


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
    image = upright(directory / relative_path(picture.sha256, f"original.{extension_of(picture)}"))
    for width in widths_for(image.width):
        scaled = image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)
        for extension in ENCODERS:
            data = encoded(scaled, extension)
            name = f"{width}.{extension}"
            path = relative_path(picture.sha256, name)
            write_file(directory / path, data)
            yield Rendition(picture.sha256, name, *scaled.size, CONTENT_TYPES[extension], path, len(data))


def widths_for(source_px: int) -> tuple[int, ...]:
    """Choose the widths to make: never wider than the source, and always at least one."""
    smaller = tuple(width for width in WIDTHS if width < source_px)
    return smaller if source_px > WIDTHS[-1] else (*smaller, source_px)
