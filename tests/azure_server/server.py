"""The server in a thread of its own, on a free port of this machine."""

import threading
from types import TracebackType

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.azure_server.app import State, create_app


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: what was received is in the state."""


class AzureServer:
    """``with AzureServer() as azure: azure.url, azure.state``."""

    def __init__(self, port: int = 0, state: State | None = None) -> None:
        self.state = state or State()
        self._server = make_server("127.0.0.1", port, create_app(self.state), threaded=True, request_handler=_Silent)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "AzureServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
