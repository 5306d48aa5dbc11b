"""What tells one caller from another: a token by its id, somebody of an OpenID provider by `iss` and `sub`."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def id_of(identity: Mapping[str, Any]) -> str:
    """Return the id of a `token`, or a digest of `iss` and `sub` in 32 characters; other members do not matter."""
    if "token" in identity:
        return str(identity["token"])
    return hashlib.sha256(json.dumps([identity.get("iss"), identity.get("sub")]).encode()).hexdigest()[:32]
