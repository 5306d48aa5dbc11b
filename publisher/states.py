"""The states of an article, the moves between them, and the times that decide what readers see.

An embargo and an expiry are no states: a published article is public from its embargo's end until it expires.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from chassis.errors import Conflict
from publisher.faults import Fault, refusal

DRAFT = "draft"
IN_REVIEW = "in_review"
SCHEDULED = "scheduled"
PUBLISHED = "published"
UPDATED = "updated"
CORRECTED = "corrected"
UNPUBLISHED = "unpublished"
KILLED = "killed"
STATES = (DRAFT, IN_REVIEW, SCHEDULED, PUBLISHED, UPDATED, CORRECTED, UNPUBLISHED, KILLED)
LIVE = (PUBLISHED, UPDATED, CORRECTED)
"""What readers may see, times permitting."""
PREPARED = (*LIVE, SCHEDULED)
"""What is translated: the public, and what will be."""


class Move(NamedTuple):
    """A move: the states that it starts from, and the one that it leads to."""

    before: tuple[str, ...]
    after: str


MOVES: Mapping[str, Move] = {
    "draft": Move((IN_REVIEW, SCHEDULED, UNPUBLISHED), DRAFT),
    "submit": Move((DRAFT, SCHEDULED, UNPUBLISHED), IN_REVIEW),
    "schedule": Move((DRAFT, IN_REVIEW, SCHEDULED, UNPUBLISHED), SCHEDULED),
    "publish": Move((DRAFT, IN_REVIEW, SCHEDULED, UNPUBLISHED), PUBLISHED),
    "unpublish": Move(LIVE, UNPUBLISHED),
    "kill": Move(tuple(state for state in STATES if state != KILLED), KILLED),
}


@dataclass(frozen=True, slots=True)
class Timing:
    """When an article becomes public and stops being so, in unix ms; None where no time is set."""

    publish_ms: int | None = None
    embargoed_until_ms: int | None = None
    expires_ms: int | None = None


def after(action: str, state: str) -> str:
    """Return the state after a move; the same where it has been made already.

    Raises:
        Conflict: the move does not start from this state.
    """
    move = MOVES[action]
    if state == move.after or (action == "publish" and state in LIVE):
        return state
    if state not in move.before:
        raise Conflict(f"{action}: expected an article that is {', '.join(move.before)}, got one that is {state}")
    return move.after


def revised(state: str, kind: str) -> str:
    """Return the state after a new revision; only what is public tells readers of it."""
    if state not in LIVE or kind == "minor":
        return state
    return UPDATED if kind == "update" else CORRECTED


def is_public(state: str, timing: Timing, now_ms: int) -> bool:
    """Whether readers may see the article now."""
    begun = timing.embargoed_until_ms is None or now_ms >= timing.embargoed_until_ms
    ended = timing.expires_ms is not None and now_ms >= timing.expires_ms
    return state in LIVE and begun and not ended


def pub_status(state: str) -> str:
    """Return the state as ninjs has it: ``usable``, ``withheld`` or ``canceled``."""
    return "usable" if state in LIVE else "canceled" if state == KILLED else "withheld"


def settled(state: str, timing: Timing) -> Timing:
    """Drop the times that mean nothing in a state: only what is scheduled waits for its publication."""
    if state == KILLED:
        return Timing()
    return timing if state == SCHEDULED else replace(timing, publish_ms=None)


def check_timing(state: str, timing: Timing, now_ms: int) -> None:
    """Refuse (Invalid) times that would hide an article for good, or publish it in the past."""
    faults = []
    if state == SCHEDULED and (timing.publish_ms is None or timing.publish_ms <= now_ms):
        faults.append(Fault("publishAt", "a time to come", "one that has passed" if timing.publish_ms else "none"))
    if state in PREPARED and timing.expires_ms is not None:
        begin_ms = max(now_ms, timing.publish_ms or 0, timing.embargoed_until_ms or 0)
        if timing.expires_ms <= begin_ms:
            faults.append(Fault("expires", "a time after the article became public", "an earlier one"))
    if faults:
        raise refusal(faults)


def due(state: str, timing: Timing, now_ms: int) -> dict[str, int]:
    """Return what the clock has to do for an article, and when: ``publish``, ``lift`` (the embargo), ``expire``."""
    moments: dict[str, int] = {}
    if state == SCHEDULED and timing.publish_ms is not None:
        moments["publish"] = timing.publish_ms
    if state in LIVE and timing.embargoed_until_ms is not None and timing.embargoed_until_ms > now_ms:
        moments["lift"] = timing.embargoed_until_ms
    if state in LIVE and timing.expires_ms is not None:
        moments["expire"] = timing.expires_ms
    return moments
