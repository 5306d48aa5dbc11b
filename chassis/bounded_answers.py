"""Asking servers that others run: no answer is longer, and none takes longer, than the caller can bear.

A time-out of the client's own is one of each read: whoever sends a byte now and then is never too late for it.
"""

import time
from typing import Any

import httpx


class TooMuch(httpx.HTTPError):
    """The answer is longer, or takes longer, than was allowed."""


def ask(
    client: httpx.Client, method: str, url: str, *, most_bytes: int, within_s: float, **request: Any
) -> httpx.Response:
    """Send a request and return the answer with its whole body.

    Args:
        client: sends it.
        method: as `POST`.
        url: where to.
        most_bytes: how long the body may be.
        within_s: how long each step may take, and how long the body may.
        request: what else `httpx` takes for a request.

    Raises:
        TooMuch: it is longer, or takes longer.
        httpx.HTTPError: there is no answer.
    """
    headers = {"Accept-Encoding": "identity", **(request.pop("headers", None) or {})}
    with client.stream(method, url, timeout=within_s, headers=headers, **request) as answer:
        body, until = bytearray(), time.monotonic() + within_s
        for part in answer.iter_raw():
            body += part
            if len(body) > most_bytes or time.monotonic() > until:
                raise TooMuch(f"{url}: expected at most {most_bytes} bytes within {within_s:g} s")
        return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=bytes(body))


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return the headers without those that would have the body decoded: none of it was asked to be encoded."""
    return [(name, text) for name, text in headers.multi_items() if name.lower() != "content-encoding"]
