"""What tells one caller from another: a token by its id, somebody of an OpenID provider by `iss` and `sub`."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple


def id_of(identity: Mapping[str, Any]) -> str:
    """Return the id of a `token`, or a digest of `iss` and `sub` in 32 characters; other members do not matter."""
    if "token" in identity:
        return str(identity["token"])
    return hashlib.sha256(json.dumps([identity.get("iss"), identity.get("sub")]).encode()).hexdigest()[:32]


class SignedIn(NamedTuple):
    """Who is signed in; `site` None may see every site.

    `identity` tells what they proved to be: `{"token": id}`, or `{"iss": …, "sub": …}` of an OpenID provider.
    """

    label: str
    site: str | None
    identity: Mapping[str, str]
    scopes: frozenset[str]

    @property
    def id(self) -> str:
        """Return what tells them from others."""
        return id_of(self.identity)
