"""Where a message of ours may go: a name is looked up once, and the address that was found good is the one called."""

import socket
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from publisher.webhooks import is_public_address


class Forbidden(Exception):
    """The name leads to an address that nothing of ours is sent to."""


class Unknown(Exception):
    """The name leads nowhere."""


class Target(NamedTuple):
    """An address to call, with the name that its certificate has to bear and that stands in the Host header."""

    url: str
    name: str
    host: str


def target_of(url: str, private: bool) -> Target:
    """Look up where a URL leads.

    Raises:
        Forbidden: to an address that is not of the internet, and ``private`` does not allow it.
        Unknown: nowhere.
    """
    parts = urlsplit(url)
    name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise Unknown(f"{name}: {error.strerror or 'unknown'}") from None
    if not private and not all(is_public_address(address) for address in found):
        raise Forbidden(f"{name} leads to a private address")
    address = f"[{found[0]}]" if ":" in found[0] else found[0]
    return Target(urlunsplit(parts._replace(netloc=f"{address}:{port}")), name, parts.netloc)
