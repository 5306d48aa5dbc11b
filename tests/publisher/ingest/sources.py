"""What other newsrooms send, and a web server that has their pictures."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BODY = (
    "<p>The <b>last</b> bolt went in on Monday, <a href='https://harbour.example/plan'>as planned</a>.</p>"
    "<script>count()</script><h2>How to cross</h2><ul><li>On foot</li><li>By ferry</li></ul>"
)


def ninjs(version: int = 1, **changes: Any) -> dict[str, Any]:
    """A ninjs 3.1 item of an agency; a change to None takes a property away."""
    item: dict[str, Any] = {
        "uri": "urn:example:northlight:bridge",
        "type": "text",
        "standard": {"name": "ninjs", "version": "3.1"},
        "version": str(version),
        "versionCreated": f"2026-11-2{version}T08:00:00Z",
        "pubStatus": "usable",
        "language": "en-GB",
        "headlines": [{"role": "main", "value": "A bridge opens"}],
        "descriptions": [{"role": "summary", "value": "After forty years."}],
        "bodies": [{"role": "main", "contentType": "text/html", "value": BODY}],
        "by": "By Ana Ruiz",
        "infoSources": [{"name": "Northlight", "role": "source"}],
        "subjects": [{"name": "City", "rel": "section"}, {"name": "bridge"}],
    }
    return {name: value for name, value in (item | changes).items() if value is not None}


def picture_item(href: str, **changes: Any) -> dict[str, Any]:
    """A picture as an association."""
    return {
        "name": "main",
        "uri": "urn:example:northlight:bridge-picture",
        "type": "picture",
        "by": "Elena Marsh/Northlight",
        "descriptions": [{"role": "caption", "value": "The bridge at dusk."}],
        "renditions": [{"name": "full", "href": href, "contentType": "image/jpeg", "width": 60, "height": 40}],
    } | changes


class Source:
    """A web server: what it has by path, and the headers of every request that came."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = ""

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Have a file; return its address."""
        self.files[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        return self.url + path


@contextmanager
def running_source() -> Iterator[Source]:
    """A source on loopback."""
    source = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append((self.path, dict(self.headers)))
            status, headers, body = source.files.get(self.path, (404, {}, b""))
            if status == 200 and headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    source.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()
