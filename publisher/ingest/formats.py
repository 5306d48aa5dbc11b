"""Which reader a format has, by the media type that it is sent under or the name of its file."""

from collections.abc import Callable
from typing import NamedTuple

from chassis import strict_json
from chassis.errors import MediaType
from publisher.ingest.ninjs import read_ninjs
from publisher.ingest.received import Reading


class Given(NamedTuple):
    """What a sender says beside the items, for formats that do not say it themselves."""

    uri: str | None = None
    language: str | None = None
    section: str | None = None
    base: str = ""


Reader = Callable[[bytes, Given], list[Reading]]


def _ninjs(data: bytes, given: Given) -> list[Reading]:
    return read_ninjs(strict_json.loads(data))


READERS: dict[str, Reader] = {
    "application/json": _ninjs,
    "application/ninjs+json": _ninjs,
}
SUFFIXES = {".json": "application/ninjs+json"}


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
