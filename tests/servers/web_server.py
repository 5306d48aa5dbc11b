"""A WSGI app behind a socket, on a thread of this process."""

import ssl
import threading
from collections.abc import Iterable
from typing import IO, Any

from werkzeug.serving import WSGIRequestHandler, make_server

POLL_S = 0.01  # how long the server takes to notice that it is stopped; as installed, half a second


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def _read(file: IO[bytes], _size: int) -> list[bytes]:
    with file:
        return [file.read()]


class WebServer:
    """Serves from its making until `stop`, or as a context."""

    def __init__(
        self,
        app: Any,
        port: int = 0,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        handler: type[WSGIRequestHandler] | None = None,
    ) -> None:
        """Listen; port 0: on a free one."""

        def read_at_once(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            # werkzeug closes no file whose reader hangs up once it has it, as a browser does when a test ends
            environ["wsgi.file_wrapper"] = _read
            answer: Iterable[bytes] = app(environ, start_response)
            return answer

        self._server = make_server(host, port, read_at_once, threaded=True, ssl_context=tls, request_handler=handler)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_S,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "WebServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
