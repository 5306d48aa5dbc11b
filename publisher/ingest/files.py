"""A file as received items: its format is told by its name's ending, and its pictures lie beside it.

A text's pictures have its name, as ``bridge.txt`` has ``bridge.jpg``, ``bridge-2.jpg``; a Markdown file names its own.
"""

import re
from pathlib import Path
from urllib.parse import unquote

from chassis.errors import Invalid, TooLarge
from publisher import pictures
from publisher.ingest.formats import SUFFIXES, Given, read_items
from publisher.ingest.received import Reading

MOST_BYTES = 16 * 1024 * 1024
TEXTS = (".txt", ".md")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")


def read_file(path: Path) -> list[Reading]:
    """Read a file's items.

    Raises:
        Invalid: nobody reads files of this name, or it cannot be read.
        Malformed: it is not what its name says.
        TooLarge: it has more than 16 MB.
    """
    media_type = SUFFIXES.get(path.suffix.lower())
    if media_type is None:
        raise Invalid(f"expected a name that ends in one of {', '.join(SUFFIXES)}, got {path.name!r}")
    of_text = tuple(_bytes(each, pictures.MOST_BYTES) for each in pictures_of(path))
    given = Given(uri=f"file:{path.name}", pictures=of_text, beside=lambda name: _beside(path, name))
    return read_items(media_type, _bytes(path, MOST_BYTES), given)


def pictures_of(path: Path) -> list[Path]:
    """The pictures that have a text's name, in the order of their numbers."""
    if path.suffix.lower() not in TEXTS:
        return []
    named = re.compile(re.escape(path.stem) + r"(?:-(\d+))?")
    found = [
        (int(match[1] or 0), each)
        for each in path.parent.iterdir()
        if each.suffix.lower() in PICTURES
        and (match := named.fullmatch(each.stem))
        # bridge-2.jpg is bridge-2.txt's where there is one
        and not (match[1] and any(each.with_suffix(suffix).exists() for suffix in TEXTS))
    ]
    return [each for _, each in sorted(found)]


def _beside(path: Path, name: str) -> bytes | None:
    """A picture that a file names, if it lies in the same directory or below."""
    picture = path.parent / unquote(name)
    inside = picture.resolve().is_relative_to(path.parent.resolve())
    return _bytes(picture, pictures.MOST_BYTES) if inside and picture.is_file() else None


def _bytes(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise TooLarge(f"{path.name}: expected at most {most // 1024**2} MB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no file name"
        raise Invalid(f"expected a file that can be read, got: {reason}") from None
