import gzip
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest

from chassis.bounded_answers import TooMuch, ask
from tests.servers.web_server import WebServer


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer by the path; `/drip` a byte at a time, for as long as anybody listens."""
    path = environ["PATH_INFO"]
    start_response(
        "200 OK", [("Content-Type", "text/plain"), *([("Content-Encoding", "gzip")] if path == "/zip" else [])]
    )
    if path == "/drip":
        never = threading.Event()
        return (b"." for _ in iter(lambda: never.wait(0.01), True))
    return [gzip.compress(bytes(1000)) if path == "/zip" else bytes(int(path[1:]))]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with WebServer(answer) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_an_answer_that_fits_comes_whole_and_a_longer_one_not_at_all(address: str) -> None:
    with httpx.Client() as client:
        assert ask(client, "GET", f"{address}/500", most_bytes=500, within_s=5).content == bytes(500)
        with pytest.raises(TooMuch):
            ask(client, "GET", f"{address}/501", most_bytes=500, within_s=5)


def test_what_was_compressed_unasked_is_not_blown_up(address: str) -> None:
    with httpx.Client() as client:
        assert len(ask(client, "GET", f"{address}/zip", most_bytes=500, within_s=5).content) < 100


def test_who_never_ends_is_not_waited_for(address: str) -> None:
    with httpx.Client() as client, pytest.raises(TooMuch):
        ask(client, "GET", f"{address}/drip", most_bytes=1 << 20, within_s=0.1)
