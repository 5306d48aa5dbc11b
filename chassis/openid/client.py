"""What an operator says of a provider and of us as its client, and what is told of a sign-in that fails."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chassis.errors import Forbidden, Unavailable
from chassis.openid.roles import Rule

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Refused(Forbidden):
    """What came from the provider, or by way of the browser, opens nothing; `detail` says why."""


class Away(Unavailable):
    """The provider does not answer, or not in the form that it should."""


@dataclass(frozen=True)
class Client:
    """A client as it is registered with a provider.

    Attributes:
        issuer: the provider, by the address that its tokens name as `iss`.
        client_id: our name there.
        client_secret: "" where PKCE alone protects the code.
        scopes: what is asked for; `openid` among them.
        label: what people call the provider.
        claim: the claim that roles follow from; dots lead into objects.
        rules: which values of it are which roles.
    """

    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    label: str
    claim: str
    rules: tuple[Rule, ...]


def is_safe(address: Any) -> bool:
    """Tell whether nobody on the way can read what goes to an address: https, or this very machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        own = parts.scheme == "http" and parts.hostname in LOOPBACK
        return bool(parts.hostname) and (parts.scheme == "https" or own)
    except ValueError:
        return False
