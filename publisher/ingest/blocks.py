"""Pieces of blocks in JSON form that every format makes."""

from typing import Any

from publisher.body.credits import Credit

CATEGORY = "media"
"""The purpose that a player taken in waits for."""


def credit_json(credit: Credit | None) -> dict[str, Any] | None:
    """Write a credit in the JSON form of a block."""
    return {"creators": list(credit.creators), "agency": credit.agency} if credit else None
