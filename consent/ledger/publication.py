"""A checkpoint as proofs carry it: signed by one key of the log's and by witnesses, all of them named beside it.

What a log publishes may carry more: an older key's line during a rotation, a witness's that the log knows no more. Who
checks a proof is to find a key for every line.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consent.ledger.notes import parse_checkpoint, signatures_by, take_apart
from consent.ledger.signing import COSIGNATURE, NoteError, Verifier, read_vkey


class Published(NamedTuple):
    """The checkpoint, its size, and the keys of its signature lines: the log's, then the witnesses', in their order."""

    note: str
    size: int
    vkey: str
    witnesses: tuple[str, ...]


def arrange(note: str, keys: Sequence[Verifier], witnesses: Iterable[str]) -> Published:
    """Return the checkpoint with the line of the first of `keys` that has signed it, and those of the witnesses.

    Raises:
        NoteError: none of the keys has signed it, or some signature does not hold.
    """
    text, _ = take_apart(note)
    by_log = signatures_by(note, keys)
    by_witness = signatures_by(note, [read_vkey(vkey, COSIGNATURE) for vkey in witnesses])
    key = next((key for key in keys if key in by_log), None)
    if key is None:
        raise NoteError("checkpoint: none of the log's keys has signed it")
    lines = "".join((by_log[key], *by_witness.values()))
    seen_by = tuple(witness.vkey for witness in by_witness)
    return Published(f"{text}\n{lines}", parse_checkpoint(text).size, key.vkey, seen_by)
