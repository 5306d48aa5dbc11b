"""Taking a checkpoint, or refusing it: c2sp.org/tlog-witness, `add-checkpoint`.

The witness says with its signature that it has seen this log grow from its latest checkpoint to this one, and nothing
that contradicts it. It knows nothing of what the entries are.
"""

from collections.abc import Callable
from typing import NamedTuple

from consent.ledger.merkle import EMPTY_ROOT, verify_consistency
from consent.ledger.notes import Checkpoint, parse_checkpoint, parse_size, signatures_by, take_apart
from consent.ledger.signing import NoteError, Verifier, decode
from consent.witness.state import State

MOST_HASHES = 63


class Refused(Exception):
    """A checkpoint that is not cosigned. `kind`: malformed, unknown, unsigned, conflict or inconsistent.

    `size` is that of the latest cosigned checkpoint, in a conflict.
    """

    def __init__(self, kind: str, reason: str, size: int | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.size = size


class Asked(NamedTuple):
    """A request: the size that the witness is taken to know, the proof from there, and the new checkpoint."""

    old: int
    hashes: list[bytes]
    note: str


def read_request(body: bytes) -> Asked:
    """Read the body of a request.

    Raises:
        Refused: it is none (malformed).
    """
    try:
        head, blank, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        if not blank or not first.startswith("old ") or len(lines) > MOST_HASHES:
            raise NoteError(f"expected `old <size>`, at most {MOST_HASHES} hashes, a blank line and a checkpoint")
        hashes = [decode(line, "hash") for line in lines]
        if any(len(each) != 32 for each in hashes):
            raise NoteError("expected hashes of 32 bytes")
        return Asked(parse_size(first.removeprefix("old "), "old size"), hashes, note)
    except ValueError as error:  # a NoteError is one, and so is what is not UTF-8
        raise Refused("malformed", str(error)) from None


class Cosigner:
    """A witness at work on its state."""

    def __init__(self, state: State, now_s: Callable[[], int]) -> None:
        self._state = state
        self._now_s = now_s

    def add_checkpoint(self, body: bytes) -> str:
        """Cosign the checkpoint in a request, and return the signature line.

        Raises:
            Refused: it is not cosigned, and nothing was changed.
        """
        asked = read_request(body)
        try:
            checkpoint = parse_checkpoint(take_apart(asked.note)[0])
        except NoteError as error:
            raise Refused("malformed", str(error)) from None
        signed = self._signed(asked.note, checkpoint.origin)
        if asked.old > checkpoint.size:
            raise Refused("malformed", f"old size: expected at most {checkpoint.size}, got {asked.old}")
        with self._state.held(checkpoint.origin) as held:
            _follows(held.latest(), asked, checkpoint)
            text = take_apart(asked.note)[0]
            line = self._state.signer.line(text, self._now_s())
            held.put(f"{text}\n{''.join(signed.values())}{line}")
        return line

    def _signed(self, note: str, origin: str) -> dict[Verifier, str]:
        keys = self._state.keys(origin)
        if not keys:
            raise Refused("unknown", f"no log {origin} is known here")
        try:
            signed = signatures_by(note, keys)
        except NoteError as error:
            raise Refused("unsigned", str(error)) from None
        if not signed:
            raise Refused("unsigned", f"none of the keys of {origin} that are known here has signed it")
        return signed


def _follows(latest: Checkpoint | None, asked: Asked, new: Checkpoint) -> None:
    known = latest.size if latest else 0
    if asked.old != known:
        raise Refused("conflict", f"old size: expected {known}, got {asked.old}", known)
    if new.size == 0 and new.root != EMPTY_ROOT:
        raise Refused("inconsistent", "a tree of no entries has another root")
    if asked.old == 0:
        if asked.hashes:
            raise Refused("inconsistent", "expected no hashes: every tree begins with the empty one")
    elif latest and not verify_consistency(asked.old, new.size, asked.hashes, latest.root, new.root):
        raise Refused("inconsistent", f"the tree of {new.size} entries does not begin with the one of {asked.old}")
