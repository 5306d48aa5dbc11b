"""Signed notes and checkpoints: c2sp.org/signed-note and c2sp.org/tlog-checkpoint. Their keys: `signing.py`."""

from base64 import b64encode
from collections.abc import Iterable
from typing import NamedTuple

from consent.ledger.signing import NoteError, Signer, Verifier, check_name, decode

MAX_SIGNATURES = 16


class Checkpoint(NamedTuple):
    """A tree head: what a log promises at one size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Signature(NamedTuple):
    """A signature line: by whom, the signature without the key id, and the line itself with its newline."""

    name: str
    key_id: bytes
    data: bytes
    line: str


def sign(text: str, signers: Iterable[Signer]) -> str:
    """Return the note that all of the signers have signed, in their order."""
    return f"{text}\n{''.join(signer.line(text) for signer in signers)}"


def take_apart(note: str) -> tuple[str, list[Signature]]:
    """Return a note's text and signatures; none of them is checked.

    Raises:
        NoteError: it is no note.
    """
    if any(letter < " " and letter != "\n" for letter in note):
        raise NoteError("note: a control character")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteError("note: expected text, a blank line and signature lines")
    signatures = [_signature(line) for line in lines.removesuffix("\n").split("\n")]
    if len(signatures) > MAX_SIGNATURES:
        raise NoteError(f"note: more than {MAX_SIGNATURES} signatures")
    return f"{text}\n", signatures


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    data = decode(encoded, "signature")
    if dash != "—" or len(data) < 5:
        raise NoteError(f"note: expected a signature line, got {line[:80]!r}")
    check_name(name)
    return Signature(name, data[:4], data[4:], f"{line}\n")


def signatures_by(note: str, verifiers: Iterable[Verifier]) -> dict[Verifier, str]:
    """Return the signature lines by those of `verifiers` that have signed the note; others are ignored.

    Raises:
        NoteError: it is no note, or one of their signatures does not hold.
    """
    text, signatures = take_apart(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    found: dict[Verifier, str] = {}
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is not None:
            verifier.check(text, signature.data)
            found[verifier] = signature.line
    return found


def open_note(note: str, *verifiers: Verifier) -> str:
    """Return the text of a note that one of `verifiers` has signed.

    Raises:
        NoteError: it is no note, none of the keys has signed it, or a signature by one of them does not hold.
    """
    if not signatures_by(note, verifiers):
        raise NoteError(f"note: no signature by {' or '.join(verifier.vkey for verifier in verifiers)}")
    return take_apart(note)[0]


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; extension lines are ignored.

    Raises:
        NoteError: it is none.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise NoteError("checkpoint: expected origin, size and root, a line each")
    root = decode(lines[2], "checkpoint root")
    if len(root) != 32:
        raise NoteError("checkpoint root: expected 32 bytes")
    return Checkpoint(lines[0], parse_size(lines[1], "checkpoint size"), root)


def parse_size(text: str, what: str) -> int:
    """Read a tree size, which is a decimal number without leading zeroes; `what` it is is told where it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or str(int(text)) != text:
        raise NoteError(f"{what}: expected a decimal number, got {text[:20]!r}")
    return int(text)


def open_checkpoint(note: str, *verifiers: Verifier) -> Checkpoint:
    """Return the checkpoint that one of `verifiers`, the log's keys, has signed under its own name as origin.

    Raises:
        NoteError: the note is no such checkpoint.
    """
    checkpoint = parse_checkpoint(open_note(note, *verifiers))
    if all(checkpoint.origin != verifier.name for verifier in verifiers):
        raise NoteError(f"checkpoint origin: expected {verifiers[0].name}, got {checkpoint.origin}")
    return checkpoint
