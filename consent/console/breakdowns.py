"""The overview's tables: counts by notice, language, region and purpose, the largest groups first.

Each group has what became of its first share since an earlier span: what rose and what fell stands out by its number.
"""

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
from consent.console import comparing
from consent.console.charts import Segment, shares
from consent.statistics import DECISIONS, OTHER, OUTCOMES, Counts, Question

MOST = 20
# What counts are broken down by, and what the bars are made of.
BY = (("site", "notice"), ("language",), ("region",), ("purpose",))
PARTS = (OUTCOMES, OUTCOMES, OUTCOMES, DECISIONS)

Known = Mapping[tuple[Any, ...], Counts]  # what each group had in the span before

_ENGLISH = Locale("en")


class Row(NamedTuple):
    """A group: its name, what else is said of it, the address of its records or None, its counts and their shares.

    `change` is that of the share of the first part, in points; None where one of both spans has too little to say.
    `is_new`: the earlier span had nothing of it.
    """

    name: str
    note: str
    records: str | None
    counts: Counts
    bar: list[Segment]
    change: float | None
    is_new: bool


@dataclass(frozen=True)
class Breakdown:
    """A table of groups; `parts` are the counts that a bar is made of."""

    head: str
    parts: Sequence[str]
    rows: list[Row]


def breakdowns(question: Question, earlier: Question | None) -> list[Breakdown]:
    """Break a question's counts down, once by each thing that an officer asks for; without those that are empty.

    Args:
        question: of which counts.
        earlier: what to compare them with; None: with nothing.
    """
    groups, before = _groups(question), None if earlier is None else _groups(earlier)
    known = [None if before is None else _by_name(before[at], by) for at, by in enumerate(BY)]
    found = [
        Breakdown("Notice", OUTCOMES, _notices(question, groups[0], known[0])),
        *(
            Breakdown(by[0].capitalize(), parts, _plain(question, by[0], parts, groups[at], known[at]))
            for at, (by, parts) in enumerate(zip(BY, PARTS, strict=True))
            if at
        ),
    ]
    return [each for each in found if each.rows]


def _groups(question: Question) -> list[list[dict[str, Any]]]:
    """Return the groups by each of BY."""
    decisions, _ = services().statistics.answer(replace(question, by=BY[-1]))
    return [*services().statistics.answer_each(question, *BY[:-1]), decisions]


def _by_name(groups: list[dict[str, Any]], by: tuple[str, ...]) -> Known:
    return {tuple(group[each] for each in by): group for group in groups}


def _notices(question: Question, groups: list[dict[str, Any]], before: Known | None) -> list[Row]:
    """Tell notices by the day of their publication, the newest first."""
    published = services().notices.published()
    groups.sort(key=lambda group: published.get(group["notice"], 0), reverse=True)
    rows: list[Row] = []
    for group in groups[:MOST]:
        site, notice = group["site"], group["notice"]
        day = instants.text(published[notice])[:10] if notice in published else "unknown"
        notes = ("" if question.site else site, "current" if _current(site) == notice else "")
        address = _records(question, site=site, notice=notice)
        name, note = f"{day} · {notice[:8]}", ", ".join(filter(None, notes))
        rows.append(_row(name, note, address, group, OUTCOMES, _found(before, site, notice)))
    return [*rows, *_rest(groups[MOST:], OUTCOMES)]


def _plain(
    question: Question, name: str, parts: Sequence[str], groups: list[dict[str, Any]], before: Known | None
) -> list[Row]:
    groups.sort(key=lambda group: (group[name] != OTHER, sum(group[part] for part in parts)), reverse=True)
    rows = []
    for group in groups[:MOST]:
        value = group[name]
        # A region's records may stand under a smaller one of its own.
        linked = value is not None and value != OTHER and name != "region"
        address = _records(question, **{name: value}) if linked else None
        rows.append(_row(value or "unknown", _english(name, value), address, group, parts, _found(before, value)))
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


def _found(before: Known | None, *group: Any) -> Counts | None:
    """Return what a group had before: nothing at all where it is new, None where nothing is compared."""
    return None if before is None else before.get(group, {})


def _row(
    name: str,
    note: str,
    records: str | None,
    group: Mapping[str, Any],
    parts: Sequence[str],
    before: Counts | None = None,
) -> Row:
    counts = {key: value for key, value in group.items() if type(value) is int}
    change = comparing.points(counts, before, parts[0], parts) if before else None
    return Row(name, note, records, counts, shares(counts, parts), change, before is not None and not before)


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
