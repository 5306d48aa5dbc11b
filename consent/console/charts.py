"""Geometry of the console's charts, drawn as SVG by `templates/console/charts.html`. Pure.

Charts stretch to whatever width there is; hence all text stands beside the drawing, and lengths are parts of a hundred.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

MOST_DAYS, MOST_WEEKS = 100, 104
# Each can be halved without a fraction.
_ROUND = (2, 4, 6, 8, 10)

Counts = Mapping[str, int]


class Segment(NamedTuple):
    """A part of a bar: what it is of, where it starts and how long it is, in hundredths of the whole."""

    name: str
    start: float
    length: float


class Column(NamedTuple):
    """A bar upright: a day, a week or a month."""

    label: str
    counts: Counts
    segments: list[Segment]


@dataclass(frozen=True)
class Columns:
    """Bars side by side under one scale, of which `ticks` are top, half and foot.

    `marks` are days that stand out, each by the bar that it is in, the first being 0.
    """

    columns: list[Column]
    ticks: tuple[int, int, int]
    unit: str
    marks: list[int]

    @property
    def ends(self) -> tuple[str, ...]:
        """Return what stands below the first bar, the middle one and the last."""
        labels = [column.label for column in self.columns]
        return tuple(labels[at] for at in sorted({0, len(labels) // 2, len(labels) - 1}))


def columns(
    first: date, last: date, by_day: Mapping[date, Counts], names: Sequence[str], marked: Iterable[date] = ()
) -> Columns:
    """Draw the counts `names` of each day, stacked from the foot; of many days, those of each week or month.

    Args:
        first: the first day.
        last: the last day, included.
        by_day: the counts of the days that have any.
        names: what is stacked, the lowest first; other counts are only told.
        marked: days within that stand out.
    """
    unit = _unit((last - first).days + 1)
    bins: dict[date, dict[str, int]] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        counts = bins.setdefault(_start(day, unit), {})
        for name, count in by_day.get(day, {}).items():
            counts[name] = counts.get(name, 0) + count
    top = ceiling(max(sum(counts.get(name, 0) for name in names) for counts in bins.values()))
    made = [Column(_label(start, unit), counts, _stack(counts, names, top)) for start, counts in bins.items()]
    starts = list(bins)
    marks = sorted({starts.index(_start(day, unit)) for day in marked})
    return Columns(made, (top, top // 2, 0), unit, marks)


def shares(counts: Counts, names: Iterable[str]) -> list[Segment]:
    """Divide a whole bar among the counts `names`; empty where all are 0."""
    names = tuple(names)
    return _stack(counts, names, sum(counts[name] for name in names))


def ceiling(highest: int) -> int:
    """Return the round number that a scale up to `highest` ends at.

    >>> [ceiling(each) for each in (0, 3, 10, 11, 385)]
    [2, 4, 10, 20, 400]
    """
    size = 1
    while highest > _ROUND[-1] * size:
        size *= 10
    return next(each * size for each in _ROUND if each * size >= highest)


def _stack(counts: Counts, names: Sequence[str], whole: int) -> list[Segment]:
    segments, start = [], 0.0
    for name in names:
        length = 100 * counts.get(name, 0) / whole if whole else 0.0
        if length:
            segments.append(Segment(name, round(start, 3), round(length, 3)))
        start += length
    return segments


def _unit(days: int) -> str:
    return "day" if days <= MOST_DAYS else "week" if days <= MOST_WEEKS * 7 else "month"


def _start(day: date, unit: str) -> date:
    return day if unit == "day" else day - timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1)


def _label(start: date, unit: str) -> str:
    return start.isoformat()[:7] if unit == "month" else start.isoformat()
