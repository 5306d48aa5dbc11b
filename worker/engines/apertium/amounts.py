"""Amounts of money as the target language says them: €1.2bn is no 1.2 "billones", which would be 10¹²."""

import re
from collections.abc import Iterator

from babel.numbers import format_compact_decimal, format_decimal, get_currency_name

from worker.engines.apertium.stand_in import StandIn

_AMOUNT = re.compile(
    r"(?<![\w$€£])(?P<sign>US\$|[€£$])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|bn|mn|tn|k|m))?(?![\w,.]*\d|\w|\s?[-–]\s?\d)",
    re.IGNORECASE,
)
_CURRENCY = {"€": "EUR", "£": "GBP", "$": "USD", "US$": "USD"}
_SCALE = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9, "tn": 12, "trillion": 12}
_OF = {"es": "de ", "ca": "de ", "gl": "de "}
"""Languages of which the amounts are known, and what joins millions and their currency."""


def amounts(text: str, target: str) -> Iterator[StandIn]:
    """Find amounts in English and say them in the target language, if it is one of those known."""
    if target in _OF:
        for match in _AMOUNT.finditer(text):
            yield StandIn(match.start(), match.end(), _said(match, target))


def _said(match: re.Match[str], target: str) -> str:
    number = float(match["number"].replace(",", ""))
    scale = _SCALE[match["scale"].lower()] if match["scale"] else 0
    if scale < 6:
        pattern = "#,##0.00" if "." in match["number"] and not scale else "#,##0"
        return f"{format_decimal(number * 10**scale, pattern, locale=target)}\u00a0{match['sign']}"
    said = format_compact_decimal(number * 10**scale, format_type="long", locale=target, fraction_digits=2)
    name = get_currency_name(_CURRENCY[match["sign"].upper()], count=2, locale=target)
    of = "d'" if target == "ca" and name[0] in "aeiou" else _OF[target]
    return f"{said} {of}{name}"
