"""What the worker leaves in the durable Redis beside the drain's health: what was signed last, what witnesses say."""

import json
from typing import Any

from redis import Redis

from consent.ledger.notes import parse_checkpoint

WITNESSES = "consent:witnesses"
CHECKPOINT = "consent:checkpoint"


def witnesses(redis: Redis) -> dict[str, dict[str, Any]]:
    """Return what is known of each witness by its name: `size`, `at_ms`, `fault`."""
    told = redis.get(WITNESSES)
    return dict(json.loads(told)) if isinstance(told, bytes) else {}


def checkpoint(redis: Redis) -> str | None:
    """Return the newest checkpoint that was signed, or None."""
    known = redis.get(CHECKPOINT)
    return known.decode() if isinstance(known, bytes) else None


def keep_checkpoint(redis: Redis, note: str) -> None:
    """Let Redis know a checkpoint, unless it knows a newer one."""
    known = checkpoint(redis)
    if known is None or parse_checkpoint(known).size <= parse_checkpoint(note).size:
        redis.set(CHECKPOINT, note)
