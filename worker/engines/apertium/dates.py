"""English dates as the target language writes them: the rules take March for a march."""

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import format_skeleton

from worker.engines.apertium.stand_in import StandIn

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY = r"(?P<day>[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12][0-9]{3})\b"
_LEAD = r"(?P<lead>\b(?:on|until|since|from|by|before|after|to|between|and)\s(?:the\s)?)?"
_FORMS = [
    (re.compile(rf"{_LEAD}\b{_DAY}\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?\b", re.IGNORECASE), "day"),
    (re.compile(rf"{_LEAD}\b{_MONTH}\s{_DAY}\b(?:,?\s{_YEAR})?", re.IGNORECASE), "day"),
    (re.compile(rf"(?P<lead>\b[Ii]n\s)?\b{_MONTH}\s{_YEAR}"), "month"),
    (re.compile(rf"(?P<lead>\b[Ii]n\s){_MONTH}\b"), "month"),
]
_IN = {"es": "en", "ca": "al"}
"""How "in March" is said; a language that is not here keeps the rules' own dates."""


def dates(text: str, target: str) -> Iterator[StandIn]:
    """Find English dates and write them in the target language, if it is one of those known."""
    if target not in _IN:
        return
    for pattern, kind in _FORMS:
        for match in pattern.finditer(text):
            if match["month"][0].isupper():
                yield _month(match, target) if kind == "month" else _day(match, target)


def _day(match: re.Match[str], target: str) -> StandIn:
    year = match["year"]
    lead = (match["lead"] or "").lower().split()
    said = [word for word in lead if word not in ("on", "the")]
    article = "the " if lead else ""
    shown = _written(match, "yMMMMd" if year else "MMMMd", int(match["day"]), target)
    return StandIn(match.start(), match.end(), shown, " ".join([*said, article]))


def _month(match: re.Match[str], target: str) -> StandIn:
    shown = _written(match, "yMMMM", 1, target) if match.groupdict().get("year") else _name(match, target)
    lead = match["lead"] or ""
    before = _IN[target].capitalize() if lead[:1] == "I" else _IN[target]
    return StandIn(match.start(), match.end(), f"{before} {shown}" if lead else shown)


def _written(match: re.Match[str], skeleton: str, day: int, target: str) -> str:
    month = _MONTHS.index(match["month"].capitalize()) + 1
    year = int(match.groupdict().get("year") or 2000)
    try:
        return str(format_skeleton(skeleton, date(year, month, day), locale=target))
    except ValueError:  # 30 February
        return match[0]


def _name(match: re.Match[str], target: str) -> str:
    """Write a month alone: what is left of "1 de marzo" without the day."""
    return _written(match, "MMMMd", 1, target).removeprefix("1").strip().removeprefix("de ").removeprefix("d’")
