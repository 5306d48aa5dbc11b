"""What stands for a part of a text that the rules would spoil: its place, and what readers get to see there."""

from collections.abc import Iterable
from typing import NamedTuple


class StandIn(NamedTuple):
    """The part from ``start`` to ``end``; ``lead`` is said before the stand-in, ``shown`` comes in its place."""

    start: int
    end: int
    shown: str
    lead: str = ""
    person: bool = False


def without_overlaps(found: Iterable[StandIn]) -> list[StandIn]:
    """Keep the first found of any that overlap, in the order of the text."""
    kept: list[StandIn] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)
