"""Which reader a format has, by the media type that it is sent under or the name of its file."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from chassis import strict_json
from chassis.errors import Malformed, MediaType
from publisher.ingest.copied_text import read_copied
from publisher.ingest.feeds import read_feed, read_json_feed
from publisher.ingest.html_page import read_page
from publisher.ingest.markdown import read_markdown
from publisher.ingest.newsml import NAR, read_newsml
from publisher.ingest.ninjs import read_ninjs
from publisher.ingest.placing import with_pictures
from publisher.ingest.received import Reading, Received
from publisher.ingest.xml_reading import namespace, read_xml


class Given(NamedTuple):
    """What a sender says beside the items, for formats that do not say it themselves.

    ``pictures`` are those of one text, in its order; ``beside`` has those that a Markdown file names.
    """

    uri: str | None = None
    language: str | None = None
    section: str | None = None
    pictures: tuple[bytes, ...] = ()
    beside: Callable[[str], bytes | None] = lambda name: None


Reader = Callable[[bytes, Given], list[Reading]]


def _json(data: bytes, given: Given) -> list[Reading]:
    value = strict_json.loads(data)
    if isinstance(value, dict) and str(value.get("version", "")).startswith("https://jsonfeed.org/version/1"):
        return _given(read_json_feed(value), given)
    return read_ninjs(value)


def _xml(data: bytes, given: Given) -> list[Reading]:
    root = read_xml(data)
    if namespace(root) == NAR:
        return read_newsml(root)
    return _given(read_feed(root), given)


def _given(readings: list[Reading], given: Given) -> list[Reading]:
    """Say of the entries of a feed what it does not say itself."""
    return [
        replace(each, language=each.language or given.language, section=each.section or given.section)
        if isinstance(each, Received)
        else each
        for each in readings
    ]


def _markdown(data: bytes, given: Given) -> list[Reading]:
    item = read_markdown(utf8(data), given.uri, given.language, given.section, given.beside)
    return [with_pictures(item, given.pictures)]


def _copied(data: bytes, given: Given) -> list[Reading]:
    item = read_copied(utf8(data), given.uri, given.language, given.section)
    return [with_pictures(item, given.pictures)]


def _html(data: bytes, given: Given) -> list[Reading]:
    item = read_page(utf8(data), given.uri, given.language, given.section)
    return [with_pictures(item, given.pictures)]


def utf8(data: bytes) -> str:
    """Read a text; raise Malformed when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"expected UTF-8, got other bytes at offset {error.start}") from None


READERS: dict[str, Reader] = {
    "application/json": _json,
    "application/ninjs+json": _json,
    "application/feed+json": _json,
    "application/vnd.iptc.g2.newsmessage+xml": _xml,
    "application/vnd.iptc.g2.newsitem+xml": _xml,
    "application/vnd.iptc.g2.packageitem+xml": _xml,
    "application/rss+xml": _xml,
    "application/atom+xml": _xml,
    "application/xml": _xml,
    "text/xml": _xml,
    "text/markdown": _markdown,
    "text/html": _html,
    "text/plain": _copied,
}
SUFFIXES = {
    ".json": "application/ninjs+json",
    ".xml": "application/xml",
    ".rss": "application/xml",
    ".atom": "application/xml",
    ".md": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain",
}


def media_type_of(text: str) -> str:
    """Tell what a text is by how it begins; what has no sign of its own is text copied from a page."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")) and start.rstrip().endswith(("}", "]")):
        return "application/ninjs+json"
    if _PAGE.match(start):
        return "text/html"
    if start.startswith("<"):
        return "application/xml"
    return "text/markdown" if _MANUSCRIPT.match(start) else "text/plain"


_PAGE = re.compile(
    r"<(?:!doctype html|(?:html|head|body|meta|main|article|section|div|span|p|h[1-6]|ul|ol|figure|blockquote|table|b|"
    r"strong|em|i|a|img|br)[\s>/]|!--StartFragment)",
    re.IGNORECASE,
)
_MANUSCRIPT = re.compile(r"---[ \t]*\n|# \S")


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
