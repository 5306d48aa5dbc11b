"""Making an entry: the leaf of one choice, its committed parts, and the fields under which it travels in the stream.

Leaf bytes are made here once and kept verbatim from then on; only `t`, the ledger's own time, is set by the append
(`append.lua`), because only there is the order known.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from consent.choice.event_ids import led
from consent.ledger.canonical import plain
from consent.ledger.commitments import Opening, commit
from consent.ledger.sealing import IngestKey, seal

LEAF_VERSION = 1
MAX_LEAF_SIZE = 16 * 1024


@dataclass(frozen=True)
class Secrets:
    """The keys which making an entry takes: for record ids, subject references and sealing."""

    record: bytes
    pepper: bytes
    ingest: IngestKey


class Entry(NamedTuple):
    """One choice, ready for the stream; `account_ref` is None for a reader of no account."""

    event_id: str
    record_id: str
    fingerprint: str
    received_at: int
    leaf: bytes
    choice: bytes
    sealed: bytes
    account_ref: str | None = None

    def fields(self) -> dict[str, bytes]:
        """Return the stream entry's fields."""
        return {
            "e": self.event_id.encode(),
            "i": self.record_id.encode(),
            "f": self.fingerprint.encode(),
            "l": self.leaf,
            "c": self.choice,
            "s": self.sealed,
        }


def record_id(record_key: bytes, site: str, event_id: str) -> str:
    """Return the record id (UUIDv8) of an event: the same event has the same id, however late it is repeated.

    It begins with the time of an event id that does (`consent.choice.event_ids`); 86 bits and more are beyond guessing.
    """
    digest = hmac.digest(record_key, f"{site}\0{event_id}".encode(), "sha256")[:16]
    own, event = UUID(bytes=digest), UUID(event_id)
    return str(led(event if event.version in (7, 8) else own, own.int))


def record_tag(own_id: str) -> str:
    """Return what a leaf tells of a record's id, in hex.

    The log is public and whoever knows a record's id may open its receipt, so the log must not tell the id.
    """
    return hashlib.sha256(b"imprimatur/record/v1\0" + own_id.encode()).hexdigest()


def subject_ref(pepper: bytes, site: str, subject: str) -> str:
    """Return the reference under which a subject's records are found, in hex; the subject cannot be read from it."""
    return hmac.digest(pepper, f"{site}\0{subject}".encode(), "sha256").hex()


def account_ref(pepper: bytes, site: str, account: str) -> str:
    """Return the reference under which an account's records are found, in hex; of another site it is another one."""
    return hmac.digest(pepper, f"account\0{site}\0{account}".encode(), "sha256").hex()


def fingerprint(site: str, event_id: str, choice: Mapping[str, Any]) -> str:
    """Return what makes two requests with one event id the same request, in hex."""
    decided = {key: choice[key] for key in ("action", "purposes", "vendors", "notice")}
    same = {"site": site, "event_id": event_id, **decided}
    return hashlib.sha256(plain(same)).hexdigest()


def kind(action: str, event: str) -> str:
    """Name a record's leaf by its event; what another tool was told is `imported` and nothing else."""
    return "imported" if action == "import" else event


def make(
    site: str,
    event_id: str,
    choice: Mapping[str, Any],
    person: Mapping[str, Any],
    context: Mapping[str, Any],
    secrets: Secrets,
) -> Entry:
    """Make the entry of one choice.

    Args:
        site: the site's id.
        event_id: the client's UUID, in its canonical spelling.
        choice: the part `choice` of the contract (docs/contracts/consents.md), complete.
        person: the part `person`; its `subject` and its `account` may be None.
        context: the part `context`.
        secrets: the keys of the day.
    """
    own_id = record_id(secrets.record, site, event_id)
    parts = {
        name: Opening.fresh(plain(body))
        for name, body in (("choice", choice), ("person", person), ("context", context))
    }
    leaf = {
        "v": LEAF_VERSION,
        "k": kind(choice["action"], choice["event"]),
        "id": record_tag(own_id),
        "site": site,
        "t": choice["received_at"],
        "notice": choice["notice"],
        **{name: commit(name, *part) for name, part in parts.items()},
    }
    references = _references(secrets.pepper, site, person)
    personal = {
        "person": _opening(parts["person"]) | references,
        "context": _opening(parts["context"]),
    }
    return Entry(
        event_id=event_id,
        record_id=own_id,
        fingerprint=fingerprint(site, event_id, choice),
        received_at=choice["received_at"],
        leaf=plain(leaf),
        choice=plain(_opening(parts["choice"])),
        sealed=seal(secrets.ingest, plain(personal), own_id),
        account_ref=references["account_ref"],
    )


def _references(pepper: bytes, site: str, person: Mapping[str, Any]) -> dict[str, str | None]:
    subject, account = person.get("subject"), person.get("account")
    return {
        "subject_ref": None if subject is None else subject_ref(pepper, site, subject),
        "account_ref": None if account is None else account_ref(pepper, site, account),
    }


def _opening(part: Opening) -> dict[str, Any]:
    return {"salt": b64encode(part.salt).decode(), "body": part.body.decode()}
