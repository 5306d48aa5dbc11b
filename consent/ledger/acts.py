"""Acts: what is done to records, or with them, and is no choice itself. Each is a leaf, in the order of the stream.

An act travels as a choice does, so that it is on disk before it is answered and comes after everything that was
answered before it. What it came to (which records an erasure met) is known only to the drain: the leaf is finished
there, from the draft, the salt and the body that are fixed here, so that the same stream gives the same leaves.
"""

import hashlib
import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent.ledger.canonical import canonical
from consent.ledger.commitments import PARTS, SALT_SIZE, commit
from consent.ledger.entries import LEAF_VERSION, Entry, Secrets, record_id, record_tag
from consent.ledger.sealing import IngestKey, seal, unseal

ACCESS, CONFIG, ERASED, HELD, RELEASED, INVALIDATED = "access", "config", "erased", "held", "released", "invalidated"
KINDS = (ACCESS, CONFIG, ERASED, HELD, RELEASED, INVALIDATED)
#: Acts that change what the ledger holds of records, and so depend on every entry before them.
DEEDS = (ERASED, HELD, RELEASED, INVALIDATED)
REFERENCE_SIZE = 64
LARGEST_BODY = 16 * 1024


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


def _is_retention(body: Mapping[str, Any]) -> bool:
    numbers = (body["before_ms"], body.get("most"))
    return all(type(each) is int and 0 <= each < 1 << 53 for each in numbers)


def _are_parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(part in PARTS for part in value)


#: What the body of a deed must have, so that carrying it out never fails.
NEEDED: dict[str, dict[str, Callable[[Any], bool]]] = {
    ERASED: {"parts": _are_parts, "rule": _is_word},
    HELD: {"rule": _is_word},
    RELEASED: {"hold": _is_word},
    INVALIDATED: {"notice": lambda value: _is_word(value) and len(value) == 64},
}


@dataclass(frozen=True)
class Act:
    """An act as the ledger takes it.

    Attributes:
        id: under which it is found; known to who did it.
        kind: one of `KINDS`.
        site: the site that it is about, None for several or none.
        body: what is told of it; it names no reader.
        references: the subject references that it is about; None where their day's key is gone.
        draft: the leaf without its commitment.
    """

    id: str
    fingerprint: str
    kind: str
    site: str | None
    received_ms: int
    body: Mapping[str, Any]
    salt: bytes
    references: tuple[str, ...] | None
    draft: Mapping[str, Any]

    def leaf(self, told: bytes) -> bytes:
        """Return the leaf that commits to what came of the act, in canonical JSON."""
        return canonical({**self.draft, "act": commit("act", self.salt, told)})


def make(
    event_id: str,
    kind: str,
    site: str | None,
    body: Mapping[str, Any],
    references: Sequence[str],
    received_ms: int,
    keys: Secrets,
) -> Entry:
    """Make the entry of an act; see `Act`. The same event id is the same act, however often it is sent."""
    own_id = record_id(keys.record, f"act/{kind}", event_id)
    told = canonical(body)
    leaf = {"v": LEAF_VERSION, "k": kind, "id": record_tag(own_id), "site": site, "t": received_ms}
    salt = b64encode(secrets.token_bytes(SALT_SIZE)).decode()
    return Entry(
        event_id=event_id,
        record_id=own_id,
        fingerprint=hashlib.sha256(told).hexdigest(),
        received_at=received_ms,
        leaf=canonical(leaf),
        choice=canonical({"salt": salt, "body": told.decode()}),
        sealed=seal(keys.ingest, json.dumps(list(references)).encode(), own_id),
    )


def read(fields: Mapping[bytes, bytes], leaf: Mapping[str, Any], key: IngestKey | None) -> Act:
    """Read an act off its stream entry, whose parsed leaf names a kind of act.

    Raises:
        ValueError, KeyError, TypeError: it is not of the form that `make` gives.
    """
    own_id, opening = fields[b"i"].decode("ascii"), json.loads(fields[b"c"].decode())
    salt, body = b64decode(opening["salt"], validate=True), json.loads(opening["body"])
    references = None if key is None else json.loads(unseal(key, fields[b"s"], own_id))
    if len(salt) != SALT_SIZE or not isinstance(body, dict) or len(opening["body"]) > LARGEST_BODY:
        raise ValueError("no opening of an act")
    if not all(isinstance(each, str) and len(each) == REFERENCE_SIZE for each in references or []):
        raise ValueError("no list of references")
    if any(not fits(body.get(name)) for name, fits in NEEDED.get(leaf["k"], {}).items()):
        raise ValueError("an act that lacks what it is about")
    if leaf["k"] == ERASED and "before_ms" in body and not _is_retention(body):
        raise ValueError("a retention without its bounds")
    if set(leaf) != {"v", "k", "id", "site", "t"}:
        raise ValueError("no draft of an act's leaf")
    return Act(
        id=own_id,
        fingerprint=fields[b"f"].decode("ascii"),
        kind=leaf["k"],
        site=leaf["site"],
        received_ms=leaf["t"],
        body=body,
        salt=salt,
        references=None if references is None else tuple(references),
        draft=leaf,
    )
