"""What the worker leaves in the durable Redis beside the drain's health: what was signed last, what witnesses say."""

import json
from typing import Any

from redis import Redis
from redis.client import Pipeline

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
    """Let Redis know a checkpoint, unless it knows a newer one; a drain that stood still in here takes nothing back."""

    def keep(step: Pipeline) -> None:
        known = step.get(CHECKPOINT)
        step.multi()
        if not isinstance(known, bytes) or parse_checkpoint(known.decode()).size <= parse_checkpoint(note).size:
            step.set(CHECKPOINT, note)

    redis.transaction(keep, CHECKPOINT)
