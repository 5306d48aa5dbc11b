"""The end of a consent whose time is over: a record of its own, which supersedes the one that stood."""

from collections.abc import Mapping
from typing import Any

from consent.choice import records
from consent.choice.event_ids import derived
from consent.notices import Notice

KEPT = ("modes", "defaults", "notice", "language", "regulation", "region", "region_source", "valid_until")


def event_id(record: str) -> str:
    """Return the event id of a record's expiry: always the same, so that it expires once."""
    return str(derived(record, "expired"))


def body(stood: Mapping[str, Any], record: str, notice: Notice, now_ms: int) -> dict[str, Any]:
    """Write the `choice` part of an expiry: from now on holds what held before any choice.

    Args:
        stood: the `choice` part of the consent that stood.
        record: its record.
        notice: the notice that it answered.
        now_ms: the time, unix ms.
    """
    # records of before grounds were told have none of their own
    purposes = dict(stood.get("defaults") or notice.purposes)
    was = stood["purposes"]
    return {
        **{name: stood[name] for name in KEPT if name in stood},
        "event": "expired",
        "action": "expire",
        "purposes": purposes,
        "events": {purpose: "expired" if was.get(purpose) else "refused" for purpose in notice.optional},
        "vendors": records.implied(purposes, notice),
        "modes": stood.get("modes") or {purpose: "required" if on else "opt-in" for purpose, on in purposes.items()},
        "defaults": purposes,
        "asked": None,
        "layer": "api",
        "script": None,
        "style": None,
        "shown_at": None,
        "gpc": False,
        "received_at": now_ms,
        "client_at": None,
        "skew_ms": None,
        "writer": "server",
        "supersedes": record,
    }
