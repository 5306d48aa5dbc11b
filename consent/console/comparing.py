"""Two spans of days side by side: which one another is compared with, and what became of a share. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from consent.statistics import Counts, Question

#: What a span is compared with, and what that is called.
AGAINST = {"before": "the days before", "year": "a year before", "nothing": "nothing"}
YEAR = timedelta(days=364)  # the same days of the week
# Of fewer choices a share says more about chance than about readers.
FEWEST = 30


def earlier(question: Question, against: str) -> Question | None:
    """Return the span that a question's is compared with; None for nothing.

    >>> from datetime import date
    >>> earlier(Question(None, date(2026, 11, 1), date(2026, 11, 7), ()), "before").first
    datetime.date(2026, 10, 25)
    """
    if against == "nothing":
        return None
    back = YEAR if against == "year" else question.last - question.first + timedelta(days=1)
    try:
        return replace(question, first=question.first - back, last=question.last - back)
    except OverflowError:  # nothing was counted before the first day of all
        return None


def points(now: Counts, before: Counts | None, part: str, parts: Iterable[str]) -> float | None:
    """Return by how many points the share of one part has changed; None where either span has too few choices.

    >>> points({"agreed": 40, "refused": 60}, {"agreed": 60, "refused": 40}, "agreed", ("agreed", "refused"))
    -20.0
    """
    if before is None:
        return None
    parts = tuple(parts)
    wholes = [sum(counts[each] for each in parts) for counts in (now, before)]
    if min(wholes) < FEWEST:
        return None
    return round(100 * now[part] / wholes[0] - 100 * before[part] / wholes[1], 1)
