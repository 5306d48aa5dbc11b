"""Salted commitments to the erasable parts of a record.

A part is committed as plaintext with a salt of its own; once part and salt are destroyed nobody can guess it back, and
the leaf that holds the commitment stays as it is.
"""

import hashlib
import hmac
import secrets
from typing import NamedTuple

DOMAIN = b"imprimatur/commit/v1"
SALT_SIZE = 32
PARTS = ("choice", "person", "context")


class Opening(NamedTuple):
    """What opens a commitment: the salt and the very bytes that were committed."""

    salt: bytes
    body: bytes

    @classmethod
    def fresh(cls, body: bytes) -> "Opening":
        """Return `body` with a new random salt."""
        return cls(secrets.token_bytes(SALT_SIZE), body)

    def opens(self, part: str, commitment: str) -> bool:
        """Tell whether this opens `commitment` (hex) to the part."""
        return hmac.compare_digest(commit(part, self.salt, self.body), commitment)


def commit(part: str, salt: bytes, body: bytes) -> str:
    """Return the commitment to a part, in hex."""
    return hashlib.sha256(b"\0".join((DOMAIN, part.encode(), salt + body))).hexdigest()
