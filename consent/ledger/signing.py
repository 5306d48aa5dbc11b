"""Keys that sign notes, and their signature lines: c2sp.org/signed-note.

Ed25519 (type 0x01) is a log's, the timestamped cosignature (type 0x04, c2sp.org/tlog-cosignature) a witness's. A signer
is kept as the text that Go's `note` package calls a signer key, so its tools can read ours.
"""

import binascii
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
_PRIVATE = "PRIVATE+KEY+"
_TIME_SIZE = 8


class NoteError(ValueError):
    """A note, key or checkpoint that is not what its specification says, or whose signature does not hold."""


@dataclass(frozen=True)
class Verifier:
    """A name and a public key; `kind` is the type byte of its signatures."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        """The four bytes that lead each signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text: name, id and key joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.kind + self.public).decode()}"

    def check(self, text: str, signature: bytes) -> None:
        """Refuse a signature (without its key id) that this key has not made of `text`.

        Raises:
            NoteError: it does not hold.
        """
        signed = text
        if self.kind == COSIGNATURE:
            at, signature = int.from_bytes(signature[:_TIME_SIZE], "big"), signature[_TIME_SIZE:]
            signed = _cosigned(text, at)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed.encode())
        except InvalidSignature:
            raise NoteError(f"note: the signature by {self.name} does not hold") from None


@dataclass(frozen=True)
class Signer:
    """A name and a private key; `kind` is the type byte of its signatures."""

    name: str
    seed: bytes
    kind: bytes = ED25519

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._key().public_key().public_bytes_raw(), self.kind)

    @property
    def skey(self) -> str:
        """The key as text; secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64encode(self.kind + self.seed).decode()}"

    def line(self, text: str, at: int = 0) -> str:
        """Return the signature line for a note's text, with its newline.

        Args:
            text: what is signed.
            at: the time in unix seconds, for a cosignature; it says that this is the largest tree seen by then.
        """
        if not text.endswith("\n"):
            raise NoteError("note text: expected a newline at its end")
        signature = self.verifier.key_id
        if self.kind == COSIGNATURE:
            signature += at.to_bytes(_TIME_SIZE, "big") + self._key().sign(_cosigned(text, at).encode())
        else:
            signature += self._key().sign(text.encode())
        return f"— {self.name} {b64encode(signature).decode()}\n"

    def sign(self, text: str, at: int = 0) -> str:
        """Return the note: the text and one signature line."""
        return f"{text}\n{self.line(text, at)}"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _cosigned(text: str, at: int) -> str:
    return f"cosignature/v1\ntime {at}\n{text}"


def read_vkey(text: str, kind: bytes = ED25519) -> Verifier:
    """Read a verifier key.

    Raises:
        NoteError: it is none of that kind, or its id is not that of its name and key.
    """
    verifier, key_id = _read_key(text, kind)
    if verifier.key_id.hex() != key_id:
        raise NoteError("verifier key: its id is not the id of its name and key")
    return verifier


def read_skey(text: str, kind: bytes = ED25519) -> Signer:
    """Read a signer key.

    Raises:
        NoteError: it is none of that kind, or its id is not that of its name and key.
    """
    if not text.startswith(_PRIVATE):
        raise NoteError(f"signer key: expected {_PRIVATE}… at its start")
    half, key_id = _read_key(text.removeprefix(_PRIVATE), kind)
    signer = Signer(half.name, half.public, kind)
    if signer.verifier.key_id.hex() != key_id:
        raise NoteError("signer key: its id is not the id of its name and key")
    return signer


def _read_key(text: str, kind: bytes) -> tuple[Verifier, str]:
    name, key_id, data = [*text.split("+", 2), "", ""][:3]
    key = decode(data, "key")
    check_name(name)
    if len(key) != 33 or key[:1] != kind:
        raise NoteError(f"key: expected an Ed25519 key of 32 bytes after the type byte 0x{kind.hex()}")
    return Verifier(name, key[1:], kind), key_id


def check_name(name: str) -> None:
    """Refuse what no key may be called."""
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise NoteError(f"key name: expected text without spaces and plus signs, got {name!r}")


def decode(text: str, what: str) -> bytes:
    """Return the bytes of canonical base64; `what` they are is told where it is not."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(f"{what}: not base64") from None
    if b64encode(data).decode() != text:  # spare bits set: another spelling of the same bytes
        raise NoteError(f"{what}: not canonical base64")
    return data
