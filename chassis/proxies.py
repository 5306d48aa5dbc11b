"""Who calls, behind proxies: X-Forwarded-* is believed from our own proxies' networks, and from nobody else.

Every proxy appends to X-Forwarded-For whom it was called by, so the chain is read from its end: the first address that
is none of ours is the client, and whatever stands before it is the client's own claim.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address

UNIX = "unix"
EXPECTED = "networks or addresses as in 10.0.0.0/8, 127.0.0.1, or the word unix"
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")

_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d{1,5})?|([^:]+):\d{1,5}")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


@dataclass(frozen=True)
class Proxies:
    """Our own proxies: their networks, and whether who comes by a Unix socket is one of them."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    unix: bool = False

    def include(self, peer: Address | None) -> bool:
        """Tell whether `peer` is one of them; None is who comes without an address."""
        return self.unix if peer is None else any(peer in network for network in self.networks)

    def client(self, peer: str, forwarded: str) -> str:
        """Return the address of who called, from the address of who is connected and its X-Forwarded-For.

        An entry that is no address ends the chain, because nobody vouches for what stands before it: then the client
        is whoever wrote it.
        """
        client = address(peer)
        before = forwarded
        while before and self.include(client):
            before, _, last = before.rpartition(",")
            found = address(last)
            if found is None:
                break
            client = found
        return peer if client is None else str(client)


def parse(text: str) -> Proxies:
    """Read a comma-separated list of networks and addresses; `unix` stands for Unix sockets.

    Raises:
        ValueError: something else stands there; the message says what was expected.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    try:
        networks = tuple(ip_network(word) for word in words if word != UNIX)
    except ValueError:
        raise ValueError(EXPECTED) from None
    if any(network.prefixlen == 0 for network in networks):
        raise ValueError("networks that leave somebody out")
    return Proxies(networks, UNIX in words)


@lru_cache(maxsize=1024)  # a request's is read several times
def address(text: str) -> Address | None:
    """Read an address, with or without its port; None where it is none. An IPv4 address in IPv6's dress is IPv4."""
    text = text.strip()
    with_port = _WITH_PORT.fullmatch(text)
    if with_port:
        text = with_port[1] or with_port[2]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found


class BehindProxies:
    """The WSGI layer that puts the client's address, scheme and host in place of the nearest proxy's."""

    def __init__(self, app: "WSGIApplication", trusted: Proxies) -> None:
        self._app = app
        self._trusted = trusted

    def put_behind(self, layer: "Callable[[WSGIApplication], WSGIApplication]") -> None:
        """Put a layer between this one and the app: it is told the client as the app is."""
        self._app = layer(self._app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on; what was not believed does not go with it."""
        peer = environ.get("REMOTE_ADDR", "")
        if self._trusted.include(address(peer)):
            self._believe(environ)
        environ["REMOTE_ADDR"] = self._trusted.client(peer, environ.get("HTTP_X_FORWARDED_FOR", ""))
        for name in FORWARDED:
            environ.pop(name, None)
        return self._app(environ, start_response)

    def _believe(self, environ: "WSGIEnvironment") -> None:
        # the nearest proxy's word is the last one
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
        host = environ.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if _HOST.fullmatch(host):
            environ["HTTP_HOST"] = host
