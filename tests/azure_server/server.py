"""The server in a thread of its own, on a free port of this machine."""

from types import TracebackType

from tests.azure_server.app import State, create_app
from tests.servers.web_server import Quiet, WebServer


class AzureServer:
    """``with AzureServer() as azure: azure.url, azure.state``."""

    def __init__(self, port: int = 0, state: State | None = None) -> None:
        self.state = state or State()
        self._server = WebServer(create_app(self.state), port, handler=Quiet)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> "AzureServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
