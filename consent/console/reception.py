"""How readers have taken each notice, ever since it was first shown, beside the one that it took the place of."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from consent.api.services import services
from consent.console import comparing
from consent.statistics import OUTCOMES, Counts, Question
from consent.store.notices import Publication


class Taken(NamedTuple):
    """A publication with all choices under its notice: how many those are, and by how many points shares have changed.

    `made` is 0 and `counts` empty where nobody has chosen; a change is None where either notice has too few choices.
    """

    notice: str
    published_ms: int
    counts: Counts
    made: int
    agreed: float | None
    refused: float | None


def counts(site: str | None) -> dict[str, Counts]:
    """Count all choices by notice, of a site or of all."""
    ever = Question(site, date.min, date.max, ("notice",))
    return {row["notice"]: row for row in services().statistics.answer(ever)[0]}


def taken(publications: Sequence[Publication], counted: Mapping[str, Counts]) -> list[Taken]:
    """Put publications, the newest first, beside what was chosen under each."""
    told = []
    for at, (notice, published_ms) in enumerate(publications):
        before = counted.get(publications[at + 1].notice) if at + 1 < len(publications) else None
        told.append(one(notice, published_ms, counted.get(notice), before))
    return told


def one(notice: str, published_ms: int, now: Counts | None, before: Counts | None) -> Taken:
    """Put one notice beside another."""
    if now is None:
        return Taken(notice, published_ms, {}, 0, None, None)
    agreed, refused = (comparing.points(now, before, each, OUTCOMES) for each in ("agreed", "refused"))
    return Taken(notice, published_ms, now, sum(now[each] for each in OUTCOMES), agreed, refused)
