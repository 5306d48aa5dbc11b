"""An HTTP client for engines that live in forked workers."""

import os

import httpx

from chassis.authorities import trusted

_CONNECT_S = 5.0


class Connection:
    """Gives each process a client of its own: one that came through a fork would share its parent's sockets."""

    def __init__(self, read_timeout_s: float) -> None:
        self._timeout = httpx.Timeout(read_timeout_s, connect=_CONNECT_S)
        self._client: httpx.Client | None = None
        self._owner = 0

    @property
    def client(self) -> httpx.Client:
        """The client of this process, opened at first use."""
        if not self._client or self._owner != os.getpid():
            self._client, self._owner = httpx.Client(timeout=self._timeout, verify=trusted()), os.getpid()
        return self._client

    def close(self) -> None:
        """Close the connections of this process; the next use opens them again."""
        client, self._client = self._client, None
        if client and self._owner == os.getpid():
            client.close()
