"""Sealing of the personal parts while they lie in the stream: AES-256-GCM under a key that lives a day.

The append-only file outlives an erasure; once the day's key is deleted, what it holds of a person is noise.
"""

import secrets
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_SIZE = 12


class IngestKey(NamedTuple):
    """The key of one day; `kid` is its date."""

    kid: str
    key: bytes


class SealError(ValueError):
    """Sealed bytes which the key does not open, or which are none."""


@lru_cache(maxsize=1)  # one key is in use for a whole day; an older one must not stay in memory
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def seal(ingest: IngestKey, plaintext: bytes, record_id: str) -> bytes:
    """Seal bytes for one record: key id, NUL, nonce, ciphertext."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    sealed = _cipher(ingest.key).encrypt(nonce, plaintext, record_id.encode())
    return ingest.kid.encode() + b"\0" + nonce + sealed


def key_id(sealed: bytes) -> str:
    """Return which key sealed the bytes."""
    kid, nul, _ = sealed.partition(b"\0")
    if not nul or not kid.isascii():
        raise SealError("sealed bytes: expected a key id and NUL at their start")
    return kid.decode("ascii")


def unseal(ingest: IngestKey, sealed: bytes, record_id: str) -> bytes:
    """Open what was sealed for this record.

    Raises:
        SealError: another key, another record, or changed bytes.
    """
    body = sealed.partition(b"\0")[2]
    try:
        return _cipher(ingest.key).decrypt(body[:NONCE_SIZE], body[NONCE_SIZE:], record_id.encode())
    except (InvalidTag, ValueError):
        raise SealError(f"sealed bytes: key {ingest.kid} does not open them") from None
