"""Event ids that begin with their time: UUIDs of version 7 (RFC 9562 §5.7), or of version 8 where they are derived.

A record's id takes its beginning from them (`consent.ledger.entries.record_id`), so that ids which come together lie
together in the index that every arrival is looked up in.
"""

import secrets
import time
from uuid import UUID, uuid5

TIME_BITS = 36  # of the 48 bits of milliseconds: what comes within four seconds begins alike


def fresh(now_ms: int | None = None) -> UUID:
    """Make an event id of now, or of that time in unix ms."""
    ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    return _stamped(ms << 80 | secrets.randbits(80), 7)


def derived(own: str, name: str) -> UUID:
    """Derive the one event id of that name from another id; it begins like it."""
    source = UUID(own)
    return led(source, uuid5(source, name).int)


def led(first: UUID, rest: int) -> UUID:
    """Return the UUID of version 8 that begins like `first` and goes on with the bits of `rest`."""
    below = 128 - TIME_BITS
    return _stamped(first.int >> below << below | rest & ((1 << below) - 1), 8)


def _stamped(number: int, version: int) -> UUID:
    number = number & ~(0xF << 76) | version << 76
    return UUID(int=number & ~(0x3 << 62) | 2 << 62)
