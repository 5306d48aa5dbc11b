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
    """Write a day, with the article that Romance languages want after "on", "until" and their like."""
    shown = _written(match, "yMMMMd" if match["year"] else "MMMMd", int(match["day"]), target)
    lead = re.sub(r"\bon\s|\bthe\s", "", match["lead"] or "", flags=re.IGNORECASE)
    if match["lead"]:
        lead += "The " if match["lead"][0].isupper() and not lead else "the "
    return StandIn(match.start(), match.end(), shown, lead)


def _month(match: re.Match[str], target: str) -> StandIn:
    shown = _written(match, "yMMMM", 1, target) if match.groupdict().get("year") else _name(match, target)
    lead = match["lead"] or ""
    said = re.sub(r"^al (?=[aeiou])", "a l’", f"{_IN[target]} {shown}") if lead else shown
    return StandIn(match.start(), match.end(), said[0].upper() + said[1:] if lead[:1] == "I" else said)


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
