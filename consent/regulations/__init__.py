"""Regulation packs: which rules a reader's region sets, as data with dates and sources (`packs/*.yaml`).

One pack applies to one reader, and its id stands in the record: the region's own or, where it is not stricter than
that, the one the notice was written for. Where nothing is known of the region, the strictest applies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

Mode = Literal["opt-in", "opt-out"]

STRICTEST = "eu"
#: What purposes are for, as far as laws tell them apart; `statistics` are the site's own, `analytics` anybody's.
KINDS = ("functional", "statistics", "analytics", "marketing", "media", "other")
PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Pack:
    """The rules of one region in one period.

    Attributes:
        id: its name in notices and records.
        regions: ISO 3166 codes, as FR or US-CA.
        since, until: the first and the last day in force; None: no end is known.
        mode, modes: whether a purpose waits for an agreement (opt-in) or for an objection; `modes` by kind.
        validity_days: how long an agreement holds at most.
        reask_days: how long a refusal is not asked about again, at least.
        shows: what a banner must show.
        signals: the browser signals that count as a refusal by law.
        sources: where it stands.
    """

    id: str
    name: str
    regions: tuple[str, ...]
    since: date
    mode: Mode
    validity_days: int
    reask_days: int
    shows: tuple[str, ...]
    signals: tuple[str, ...]
    sources: tuple[str, ...]
    until: date | None = None
    modes: dict[str, Mode] = field(default_factory=dict)

    def mode_of(self, kind: str) -> Mode:
        """Tell how purposes of a kind are asked."""
        return self.modes.get(kind, self.mode)

    def modes_of(self, kinds: Mapping[str, str]) -> dict[str, Mode]:
        """Map each purpose, given with its kind, to how it is asked."""
        return {purpose: self.mode_of(kind) for purpose, kind in kinds.items()}

    def in_force(self, on: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)

    @property
    def strictness(self) -> tuple[int, int, int]:
        """Rank it: more kinds that wait for an agreement, then shorter validity, then longer peace after a refusal."""
        return (sum(self.mode_of(kind) == "opt-in" for kind in KINDS), -self.validity_days, self.reask_days)


@lru_cache(maxsize=1)
def packs() -> dict[str, Pack]:
    """Return every pack by its id, in alphabetical order."""
    return {path.stem: _read(path) for path in sorted(PACKS.glob("*.yaml"))}


def applying(region: str | None, on: date, floor: str | None = None) -> Pack:
    """Return the pack that applies to a reader.

    Args:
        region: an ISO 3166 code; None, or one without a pack in force: the strictest applies.
        on: the day, in UTC.
        floor: the pack that a notice was written for: nobody gets less. An id that is not known is the strictest.
    """
    known = packs()
    found = (pack for pack in known.values() if region in pack.regions and pack.in_force(on))
    local = next(found, known[STRICTEST])
    least = local if floor is None else known.get(floor, known[STRICTEST])
    return max(local, least, key=lambda pack: pack.strictness)


def kind(purpose: str, stated: str | None = None) -> str:
    """Return a purpose's kind: as the notice states it, else by its id where that is a kind's name."""
    return stated or (purpose if purpose in KINDS else "other")


def _read(path: Path) -> Pack:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists = {name: tuple(data[name]) for name in ("regions", "shows", "signals", "sources")}
    return Pack(id=path.stem, **(data | lists))
