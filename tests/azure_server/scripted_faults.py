"""Faults that a test lines up, one per request: ``NAME`` or ``NAME:ARGUMENT``."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request

from tests.azure_server.answers import Refused

_TAG = re.compile(r"</?b\b[^>]*>")


def refusal(fault: str) -> None:
    """Raise what the fault asks for, if it is one of refusing."""
    name, _, argument = fault.partition(":")
    if name.isdecimal() and len(name) == 6:
        raise Refused(int(name), **({"Retry-After": argument} if argument else {}))


def gateway(fault: str) -> Response | None:
    """Answer as something in front of the service does: an HTML page, or an error with a string for a code."""
    name, _, argument = fault.partition(":")
    if name == "html":
        page = "<html><body><h1>Bad gateway</h1></body></html>"
        return Response(page, int(argument or 502), content_type="text/html")
    if name == "not-found":
        return Response('{"error":{"code":"404","message":"Resource not found"}}', 404, content_type="application/json")
    if name == "cut":
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response("")
    return None


def on_texts(fault: str, texts: list[list[str]]) -> list[list[str]]:
    """Spoil the translations before they are written."""
    changes: dict[str, Callable[[str], str]] = {
        "empty": lambda text: "",
        "drop-tags": lambda text: _TAG.sub("", text),
        "duplicate-tags": lambda text: re.sub(
            r'<b id="(\d+)">(.*?)</b>', r'<b id="\1">\2</b> de <b id="\1">\2</b>', text
        ),
        "space-tags": lambda text: re.sub(r"(<b\b[^>]*>)(.*?)(</b>)", r"\1 \2 \3", text),
        "glue-tags": lambda text: re.sub(r" ?(</?b\b[^>]*>) ?", r"\1", text),
        "drop-numbers": lambda text: re.sub(r"\d{2,}(?![^<]*>)", "", text),
        "source": lambda text: text,
    }
    change = changes.get(fault)
    return [[change(text) for text in made] for made in texts] if change else texts


def on_items(fault: str, items: list[Any]) -> list[Any]:
    """Spoil the array of answers."""
    match fault:
        case "short":
            return items[:-1]
        case "long":
            return [*items, *items[-1:]]
        case "reordered":
            return items[1:] + items[:1]
    return items


def on_bytes(fault: str, body: bytes) -> bytes | Iterator[bytes]:
    """Spoil the body: a byte order mark, or one that drips."""
    name, _, argument = fault.partition(":")
    if name == "bom":
        return b"\xef\xbb\xbf" + body
    if name == "slow":
        return _dripping(body, float(argument or 5))
    return body


def _dripping(body: bytes, seconds: float) -> Iterator[bytes]:
    yield body[:1]
    time.sleep(seconds)
    yield body[1:]
