"""Send the sample searches through the publisher's own search, so that a new machine has trends to show."""

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

SETTLED = {"original", "machine", "failed"}


class Search(NamedTuple):
    """One search of one invented reader."""

    reader: str
    language: str
    words: str


def read(path: Path) -> list[Search]:
    """Read lines of reader, language and words; `#` starts a comment line."""
    lines = (line.split(maxsplit=2) for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return [Search(*line) for line in lines]


def send(searches: list[Search], port: int) -> int:
    """Send each search once, each reader from an address of its own; returns how many were answered.

    The whole of 127.0.0.0/8 is this machine, so that the publisher sees distinct readers without being told to trust
    anybody's word for it. Where the system has 127.0.0.1 only, all readers are one and no trend shows.
    """
    answered = 0
    for host, search in _from_addresses(searches):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=(host, 0))
        try:
            connection.request("GET", f"/{search.language}/search?q={quote(search.words)}")
            answered += connection.getresponse().status == 200
        except OSError:
            continue
        finally:
            connection.close()
    return answered


def wait_for_translations(articles: list[str], port: int, timeout_s: float) -> None:
    """Wait until no article is being translated any more, or time is up."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and not all(_settled(article, port) for article in articles):
        time.sleep(1)


def _settled(article: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", f"/v1/articles/{article}/variants")
        variants = json.load(connection.getresponse())["variants"]
        return all(variant["state"] in SETTLED for variant in variants)
    except (OSError, ValueError, KeyError):
        return False
    finally:
        connection.close()


def _from_addresses(searches: list[Search]) -> Iterator[tuple[str, Search]]:
    readers = sorted({search.reader for search in searches})
    for search in searches:
        yield f"127.0.1.{1 + readers.index(search.reader)}", search
