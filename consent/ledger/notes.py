"""Signed notes and checkpoints: c2sp.org/signed-note and c2sp.org/tlog-checkpoint, Ed25519 (type 0x01).

A signer is kept as the text that Go's `note` package calls a signer key, so its tools can read ours.
"""

import binascii
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MAX_SIGNATURES = 16
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note, key or checkpoint that is not what its specification says, or whose signature does not hold."""


class Checkpoint(NamedTuple):
    """A tree head: what a log promises at one size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """A name and a public key."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that lead each signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as text: name, id and key joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.public).decode()}"


@dataclass(frozen=True)
class Signer:
    """A name and a private key."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._key().public_key().public_bytes_raw())

    @property
    def skey(self) -> str:
        """The key as text; secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64encode(ED25519 + self.seed).decode()}"

    def sign(self, text: str) -> str:
        """Return the note: the text and one signature line."""
        if not text.endswith("\n"):
            raise NoteError("note text: expected a newline at its end")
        signature = self.verifier.key_id + self._key().sign(text.encode())
        return f"{text}\n— {self.name} {b64encode(signature).decode()}\n"

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def read_vkey(text: str) -> Verifier:
    """Read a verifier key.

    Raises:
        NoteError: it is none, or its id is not that of its name and key.
    """
    verifier, key_id = _read_key(text)
    if verifier.key_id.hex() != key_id:
        raise NoteError("verifier key: its id is not the id of its name and key")
    return verifier


def read_skey(text: str) -> Signer:
    """Read a signer key.

    Raises:
        NoteError: it is none, or its id is not that of its name and key.
    """
    if not text.startswith(_PRIVATE):
        raise NoteError(f"signer key: expected {_PRIVATE}… at its start")
    half, key_id = _read_key(text.removeprefix(_PRIVATE))
    signer = Signer(half.name, half.public)
    if signer.verifier.key_id.hex() != key_id:
        raise NoteError("signer key: its id is not the id of its name and key")
    return signer


def _read_key(text: str) -> tuple[Verifier, str]:
    name, key_id, data = [*text.split("+", 2), "", ""][:3]
    key = _decode(data, "key")
    check_name(name)
    if len(key) != 33 or key[:1] != ED25519:
        raise NoteError("key: expected an Ed25519 key of 32 bytes after the type byte 0x01")
    return Verifier(name, key[1:]), key_id


def check_name(name: str) -> None:
    """Refuse what no key may be called."""
    if not name or "+" in name or any(letter.isspace() or letter < " " for letter in name):
        raise NoteError(f"key name: expected text without spaces and plus signs, got {name!r}")


def open_note(note: str, verifier: Verifier) -> str:
    """Return the text of a note that `verifier` has signed; signatures by other keys are ignored.

    Raises:
        NoteError: it is no note, or the key's signature is missing or does not hold.
    """
    if any(letter < " " and letter != "\n" for letter in note):
        raise NoteError("note: a control character")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("note: expected text, a blank line and signature lines")
    text += "\n"
    signatures = [_signature(line) for line in lines.removesuffix("\n").split("\n")]
    if len(signatures) > MAX_SIGNATURES:
        raise NoteError(f"note: more than {MAX_SIGNATURES} signatures")
    ours = [rest for name, key_id, rest in signatures if (name, key_id) == (verifier.name, verifier.key_id)]
    if not ours:
        raise NoteError(f"note: no signature by {verifier.vkey}")
    try:
        for signature in ours:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, text.encode())
    except InvalidSignature:
        raise NoteError(f"note: the signature by {verifier.name} does not hold") from None
    return text


def _signature(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    data = _decode(encoded, "signature")
    if dash != "—" or len(data) < 5:
        raise NoteError(f"note: expected a signature line, got {line[:80]!r}")
    check_name(name)
    return name, data[:4], data[4:]


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are ignored.

    Raises:
        NoteError: it is none.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise NoteError("checkpoint: expected origin, size and root, a line each")
    if not lines[1].isascii() or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise NoteError(f"checkpoint size: expected a decimal number, got {lines[1]!r}")
    root = _decode(lines[2], "checkpoint root")
    if len(root) != 32:
        raise NoteError("checkpoint root: expected 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), root)


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint that `verifier` has signed under its own name as origin.

    Raises:
        NoteError: the note is no such checkpoint.
    """
    checkpoint = parse_checkpoint(open_note(note, verifier))
    if checkpoint.origin != verifier.name:
        raise NoteError(f"checkpoint origin: expected {verifier.name}, got {checkpoint.origin}")
    return checkpoint


def _decode(text: str, what: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(f"{what}: not base64") from None
    if b64encode(data).decode() != text:  # spare bits set: another spelling of the same bytes
        raise NoteError(f"{what}: not canonical base64")
    return data
