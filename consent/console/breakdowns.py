"""The overview's tables: counts by notice, language, region and purpose, the largest groups first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import langcodes
from babel import Locale
from flask import url_for
from langcodes.tag_parser import LanguageTagError

from chassis.errors import NotFound
from consent import instants
from consent.api.services import services
from consent.console.charts import Segment, shares
from consent.statistics import DECISIONS, OTHER, OUTCOMES, Counts, Question

MOST = 20

_ENGLISH = Locale("en")


class Row(NamedTuple):
    """A group: its name, what else is said of it, the address of its records or None, its counts and their shares."""

    name: str
    note: str
    records: str | None
    counts: Counts
    bar: list[Segment]


@dataclass(frozen=True)
class Breakdown:
    """A table of groups; `parts` are the counts that a bar is made of."""

    head: str
    parts: Sequence[str]
    rows: list[Row]


def breakdowns(question: Question) -> list[Breakdown]:
    """Break a question's counts down, once by each thing that an officer asks for; without those that are empty."""
    found = [
        Breakdown("Notice", OUTCOMES, _notices(question)),
        Breakdown("Language", OUTCOMES, _plain(question, "language", OUTCOMES)),
        Breakdown("Region", OUTCOMES, _plain(question, "region", OUTCOMES)),
        Breakdown("Purpose", DECISIONS, _plain(question, "purpose", DECISIONS)),
    ]
    return [each for each in found if each.rows]


def _notices(question: Question) -> list[Row]:
    """Tell notices by the day of their publication, the newest first."""
    published = services().notices.published()
    groups = _groups(question, "site", "notice")
    groups.sort(key=lambda group: published.get(group["notice"], 0), reverse=True)
    rows = []
    for group in groups[:MOST]:
        site, notice = group["site"], group["notice"]
        day = instants.text(published[notice])[:10] if notice in published else "unknown"
        notes = ("" if question.site else site, "current" if _current(site) == notice else "")
        address = _records(question, site=site, notice=notice)
        rows.append(_row(f"{day} · {notice[:8]}", ", ".join(filter(None, notes)), address, group, OUTCOMES))
    return [*rows, *_rest(groups[MOST:], OUTCOMES)]


def _plain(question: Question, name: str, parts: Sequence[str]) -> list[Row]:
    groups = _groups(question, name)
    groups.sort(key=lambda group: (group[name] != OTHER, sum(group[part] for part in parts)), reverse=True)
    rows = []
    for group in groups[:MOST]:
        value = group[name]
        # A region's records may stand under a smaller one of its own.
        linked = value is not None and value != OTHER and name != "region"
        address = _records(question, **{name: value}) if linked else None
        rows.append(_row(value or "unknown", _english(name, value), address, group, parts))
    return [*rows, *_rest(groups[MOST:], parts)]


def _english(name: str, value: str | None) -> str:
    """Say what a code is called; a state of the US or Canada has its code alone."""
    if name == "region":
        return str(_ENGLISH.territories.get(value or "", ""))
    if name != "language" or value is None or value == OTHER:
        return ""
    try:
        return langcodes.get(value).display_name("en")
    except LanguageTagError:  # what the ledger took is told, whatever it is
        return ""


def _groups(question: Question, *by: str) -> list[dict[str, Any]]:
    return services().statistics.answer(replace(question, by=by))[0]


def _row(name: str, note: str, records: str | None, group: Mapping[str, Any], parts: Sequence[str]) -> Row:
    counts = {key: value for key, value in group.items() if type(value) is int}
    return Row(name, note, records, counts, shares(counts, parts))


def _rest(groups: list[dict[str, Any]], parts: Sequence[str]) -> list[Row]:
    """Put what is left over into one row, where anything is."""
    if not groups:
        return []
    names = [key for key, value in groups[0].items() if type(value) is int]
    return [_row(f"{len(groups)} more", "", None, {key: sum(each[key] for each in groups) for key in names}, parts)]


def _records(question: Question, **filters: str) -> str:
    site = {} if question.site is None else {"site": question.site}
    days = {"from": question.first.isoformat(), "to": question.last.isoformat()}
    return url_for("console.records", **{**site, **filters, **days})  # type: ignore[arg-type]


def _current(site: str) -> str | None:
    try:
        return services().catalogue.current(site).sha256
    except NotFound:
        return None
