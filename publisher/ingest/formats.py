"""Which reader a format has, by the media type that it is sent under or the name of its file."""

from collections.abc import Callable
from typing import NamedTuple

from chassis import strict_json
from chassis.errors import Malformed, MediaType
from publisher.ingest.copied_text import read_copied
from publisher.ingest.ninjs import read_ninjs
from publisher.ingest.placing import with_pictures
from publisher.ingest.received import Reading


class Given(NamedTuple):
    """What a sender says beside the items, for formats that do not say it themselves.

    ``pictures`` are those of one text, in its order.
    """

    uri: str | None = None
    language: str | None = None
    section: str | None = None
    pictures: tuple[bytes, ...] = ()


Reader = Callable[[bytes, Given], list[Reading]]


def _ninjs(data: bytes, given: Given) -> list[Reading]:
    return read_ninjs(strict_json.loads(data))


def _copied(data: bytes, given: Given) -> list[Reading]:
    item = read_copied(utf8(data), given.uri, given.language, given.section)
    return [with_pictures(item, given.pictures)]


def utf8(data: bytes) -> str:
    """Read a text; raise Malformed when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"expected UTF-8, got other bytes at offset {error.start}") from None


READERS: dict[str, Reader] = {
    "application/json": _ninjs,
    "application/ninjs+json": _ninjs,
    "text/plain": _copied,
}
SUFFIXES = {".json": "application/ninjs+json", ".txt": "text/plain"}


def read_items(media_type: str, data: bytes, given: Given) -> list[Reading]:
    """Read what was sent.

    Raises:
        MediaType: nobody reads it.
        Malformed, Invalid: it cannot be read as what it says it is.
    """
    reader = READERS.get(media_type)
    if reader is None:
        raise MediaType(f"expected one of {', '.join(READERS)}, got {media_type or 'no content type'}")
    return reader(data, given)
