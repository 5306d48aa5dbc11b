"""Receipts made without any server: a log held in memory, signed by a key of the test."""

import json
from hashlib import sha256
from typing import Any

from consent.ledger.canonical import canonical
from consent.ledger.commitments import Opening, commit
from consent.ledger.entries import record_tag
from consent.ledger.merkle import inclusion_proof, leaf_hash, root
from consent.ledger.notes import Checkpoint
from consent.ledger.signing import Signer
from consent.receipts import Evidence, build, serialise
from tests.consent.ledger.conftest import NOTICE, choice

SIGNER = Signer("consent.example/log", bytes(range(32)))
RECORD = "721ed0b1-1f5b-8ff6-8667-80e6be42ad1c"


def evidence(size: int = 11, index: int = 6, notice: bytes = NOTICE, **changes: Any) -> Evidence:
    """What proves one record as entry `index` of a log of `size`."""
    terms = choice(notice=sha256(notice).hexdigest(), received_at=1_795_458_528_849, **changes)
    opening = Opening(bytes(range(32)), canonical(terms))
    leaf = canonical(
        {
            "v": 1,
            "k": terms["event"],
            "id": record_tag(RECORD),
            "site": "newsroom",
            "t": 1_795_458_528_850,
            "notice": terms["notice"],
            "choice": commit("choice", *opening),
            "person": "0" * 64,
            "context": "1" * 64,
        }
    )
    hashes = [leaf_hash(b"entry %d" % at) for at in range(size)]
    hashes[index] = leaf_hash(leaf)
    note = SIGNER.sign(Checkpoint(SIGNER.name, size, root(hashes)).text())
    proof = tuple(inclusion_proof(index, hashes))
    return Evidence(RECORD, index, leaf, opening, proof, note, SIGNER.verifier.vkey)


def receipt(notice: bytes = NOTICE, **changes: Any) -> bytes:
    """The bytes of a valid receipt."""
    return serialise(build(evidence(notice=notice, **changes), notice))


def parsed() -> dict[str, Any]:
    """A valid receipt as values, to be changed and written again."""
    return dict(json.loads(receipt()))
