"""Receipts: the document a reader gets of a choice, with its proof inside.

What a receipt says is derived by the verifier's own `describe`, so that the two can never disagree.
"""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from consent.ledger.commitments import Opening
from consent.ledger.merkle import leaf_hash
from consent.verify import describe


@dataclass(frozen=True)
class Evidence:
    """What the ledger has to say for a record; `choice` is None where that part was erased."""

    record_id: str
    index: int
    leaf: bytes
    choice: Opening | None
    hashes: tuple[bytes, ...]
    checkpoint: str
    vkey: str
    witnesses: tuple[str, ...] = ()


def inclusion_text(evidence: Evidence, extra: bytes | None = None) -> str:
    """Return the proof of inclusion as text (c2sp.org/tlog-proof).

    Args:
        evidence: from `Ledger.evidence`.
        extra: what is put in beside it; nothing in the proof vouches for it.
    """
    beside = [] if extra is None else [f"extra {b64encode(extra).decode()}"]
    hashes = [b64encode(each).decode() for each in evidence.hashes]
    head = ["c2sp.org/tlog-proof@v1", *beside, f"index {evidence.index}", *hashes]
    return "\n".join([*head, "", evidence.checkpoint])


def proof_file(evidence: Evidence, *, own: bool) -> str:
    """Return a `.tlog-proof` file of a record.

    Args:
        evidence: from `Ledger.evidence`.
        own: whether it is the reader's own copy, which holds leaf and choice too (as JSON, in `extra`).
    """
    if not own or evidence.choice is None:
        return inclusion_text(evidence)
    salt, body = evidence.choice
    held = {
        "leaf": b64encode(evidence.leaf).decode(),
        "choice": {"salt": b64encode(salt).decode(), "body": body.decode()},
    }
    return inclusion_text(evidence, json.dumps(held, separators=(",", ":")).encode())


def build(evidence: Evidence, notice: bytes) -> dict[str, Any]:
    """Build the receipt of a record.

    Args:
        evidence: from `Ledger.evidence`.
        notice: the canonical bytes of the notice that the leaf names.

    Raises:
        ValueError: the choice was erased: what is left proves that there was one, not which.
    """
    if evidence.choice is None:
        raise ValueError("the choice was erased")
    choice = evidence.choice
    proof = {
        "record": evidence.record_id,
        "leaf": b64encode(evidence.leaf).decode(),
        "leaf_hash": leaf_hash(evidence.leaf).hex(),
        "choice": {"salt": b64encode(choice.salt).decode(), "body": choice.body.decode()},
        "notice": notice.decode(),
        "inclusion": inclusion_text(evidence),
        "key": evidence.vkey,
        **({"witnesses": list(evidence.witnesses)} if evidence.witnesses else {}),
    }
    return describe(json.loads(evidence.leaf), json.loads(choice.body), json.loads(notice), proof)


def serialise(receipt: dict[str, Any]) -> bytes:
    """Return the receipt's bytes, in the one form that the verifier accepts."""
    return (json.dumps(receipt, indent=2, ensure_ascii=False) + "\n").encode()
