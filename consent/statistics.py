"""Statistics without personal data: what is counted of a choice and of a display, and how a question for counts reads.

Pure. A count has a day, a site, a notice, a language and a region of at least a US state's size, and no reader: it
outlives the erasure of everybody in it. Told are only groups of a size that points at nobody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from consent.choice.display import Shown
from consent.choice.events import CONSENTING
from consent.choice.records import OWN_ACTIONS
from consent.notices import DAY_MS
from consent.regulations.region import CODE

# The states and provinces that have rules of their own: elsewhere a country says all that the law asks.
DIVIDED = ("US-", "CA-")
OUTCOMES = ("agreed", "partly", "refused", "gpc", "withdrawn")
DIMENSIONS = ("site", "day", "notice", "language", "region", "layer", "writer", "purpose")
# Groups of fewer are told as OTHER, where they are told by what readers are: where they live and what they speak.
SMALLEST = 5
OTHER = "other"
FOLDED = ("language", "region")
CHOICES = ("agreed", "partly", "refused", "gpc", "withdrawn", "imported", "answers")
DECISIONS = ("given", "refused", "withdrawn")
_UNASKED = ("withdraw", "import", *OWN_ACTIONS)
_COUNTED = ("notice", "language", "region", "layer", "writer", "event", "action")


class Made(NamedTuple):
    """Where choices are counted."""

    day: date
    site: str
    notice: str
    language: str
    region: str
    layer: str
    writer: str


class Decided(NamedTuple):
    """Where decisions on one purpose are counted."""

    day: date
    site: str
    notice: str
    language: str
    region: str
    purpose: str


class Served(NamedTuple):
    """Where displays are counted: a notice was put to a reader who had a choice to make."""

    day: date
    site: str
    notice: str
    language: str
    region: str
    layer: str


class Tally:
    """Counts of choices and of decisions.

    Records that are alike in all that is counted are many among thousands: they are told apart once, when it is asked.
    """

    def __init__(self) -> None:
        self._alike: Counter[tuple[Any, ...]] = Counter()

    def add(self, site: str, received_ms: int, terms: Mapping[str, Any], answers: bool) -> None:
        """Count one record.

        Args:
            site: its site.
            received_ms: the leaf's time, unix ms.
            terms: its `event`, `action`, `notice`, `language`, `region`, `layer`, `writer` and `purposes`.
            answers: whether it is an answer, see `answers`.
        """
        if terms["action"] in OWN_ACTIONS:
            return  # no reader chose anything
        words = (terms[name] for name in _COUNTED)
        self._alike[received_ms // DAY_MS, site, *words, answers, *terms["purposes"].items()] += 1

    def made(self) -> dict[Made, list[int]]:
        """Return how many choices came to each of OUTCOMES, and after them how many were answers."""
        made: dict[Made, list[int]] = {}
        for alike, count in self._alike.items():
            day, site, notice, language, region, layer, writer, event, action, answers, *purposes = alike
            outcome = outcome_of(event, action, dict(purposes))
            if outcome not in OUTCOMES:
                continue
            where = Made(_day(day), site, notice, language, region_of(region), layer, writer)
            counts = made.setdefault(where, [0] * (len(OUTCOMES) + 1))
            counts[OUTCOMES.index(outcome)] += count
            counts[-1] += count if answers else 0
        return made

    def decided(self) -> dict[Decided, list[int]]:
        """Return how many decisions were each of DECISIONS; what is imported was decided elsewhere."""
        decided: dict[Decided, list[int]] = {}
        for (day, site, notice, language, region, _, _, event, action, _, *purposes), count in self._alike.items():
            if action == "import" or outcome_of(event, action, {}) not in OUTCOMES:
                continue
            where, otherwise = (_day(day), site, notice, language, region_of(region)), 2 if event == "withdrawn" else 1
            for purpose, given in purposes:
                counts = decided.setdefault(Decided(*where, purpose), [0] * len(DECISIONS))
                counts[0 if given else otherwise] += count
        return decided


def outcome_of(event: str, action: str, purposes: Mapping[str, bool]) -> str:
    """Return what a choice came to, one of OUTCOMES; what no reader chose keeps the name of its event.

    Required purposes are always given and decide nothing.
    """
    if action in ("gpc", "sync"):  # a sync repeats a choice that was counted when it was made
        return action
    if event not in CONSENTING:
        return event
    return "agreed" if all(purposes.values()) else "partly"


def answers(choice: Mapping[str, Any]) -> bool:
    """Tell whether a choice answers a notice that was put to the reader: a first one, or one to a question asked again.

    Args:
        choice: the part `choice` of a record.
    """
    first = choice.get("supersedes") is None or choice.get("asked") is not None
    return first and choice["action"] not in _UNASKED


def region_of(code: str | None) -> str:
    """Return the region that is counted: a country, a state of the US or of Canada; "" where none is known."""
    if code is None or not CODE.fullmatch(code):
        return ""
    return code if code.startswith(DIVIDED) else code[:2]


_LAST = (date.max - date(1970, 1, 1)).days


@lru_cache(maxsize=64)
def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number) if number < _LAST else date.max


def day_of(unix_ms: int) -> date:
    """Return the day in UTC."""
    return _day(unix_ms // DAY_MS)


def served(shown: Shown) -> Served:
    """Return what is counted of a display."""
    region = region_of(shown.region)
    return Served(day_of(shown.at_ms), shown.site, shown.notice, shown.language, region, shown.layer)


@dataclass(frozen=True)
class Question:
    """Which counts, and by what they are told apart. Both days are included; `site` None means every site."""

    site: str | None
    first: date
    last: date
    by: tuple[str, ...]


Group = tuple[Any, ...]
Counts = dict[str, int]


def members(by: Sequence[str]) -> tuple[str, ...]:
    """Name the counts that an answer by these dimensions holds."""
    if "purpose" in by:
        return DECISIONS
    # A display has no writer, and without displays nothing was ignored.
    return CHOICES if "writer" in by else ("served", *CHOICES, "ignored")


def answer(
    question: Question, choices: Mapping[Group, Counts], displays: Mapping[Group, int]
) -> tuple[list[dict[str, Any]], Counts]:
    """Put counts together: the groups in order, and the sum of them all.

    Args:
        question: what was asked.
        choices: counts of CHOICES, or of DECISIONS by purpose, for each group in the order of `question.by`.
        displays: how often a notice was served, for each group.
    """
    names = members(question.by)
    found: dict[Group, Counts] = {}
    for group, counts in choices.items():
        add(found.setdefault(group, {}), counts)
    if "served" in names:
        for group, count in displays.items():
            add(found.setdefault(group, {}), {"served": count})
    told = fold(question.by, found)
    total: Counts = {}
    for counts in told.values():
        add(total, counts)
    rows = [
        {**_named(question.by, group), **_complete(counts, names)} for group, counts in sorted(told.items(), key=_order)
    ]
    return rows, _complete(total, names)


def fold(by: Sequence[str], groups: Mapping[Group, Counts]) -> dict[Group, Counts]:
    """Tell groups that are too small under OTHER: no language or region is told of fewer than SMALLEST choices."""
    hidden = [name in FOLDED for name in by]
    told: dict[Group, Counts] = {}
    for group, counts in groups.items():
        if any(hidden) and _small(counts):
            group = tuple(OTHER if hide else value for hide, value in zip(hidden, group, strict=True))
        add(told.setdefault(group, {}), counts)
    return told


def _small(counts: Counts) -> bool:
    """Tell whether a group points at somebody: few chose, or nobody chose and few were asked."""
    made = sum(count for name, count in counts.items() if name not in ("served", "answers"))
    return (made or counts.get("served", 0)) < SMALLEST


def _complete(counts: Counts, names: Iterable[str]) -> Counts:
    ignored = max(0, counts.get("served", 0) - counts.get("answers", 0))
    return {name: ignored if name == "ignored" else counts.get(name, 0) for name in names}


def add(into: Counts, counts: Mapping[str, int]) -> None:
    """Add counts to others, name by name."""
    for name, count in counts.items():
        into[name] = into.get(name, 0) + count


def _named(by: Sequence[str], group: Group) -> dict[str, Any]:
    values = (value.isoformat() if isinstance(value, date) else value for value in group)
    # Of a region that nobody knows the answer says null, as a record does.
    return {name: None if name == "region" and value == "" else value for name, value in zip(by, values, strict=True)}


def _order(item: tuple[Group, Counts]) -> tuple[Any, ...]:
    return tuple((str(value) == OTHER, str(value)) for value in item[0])
