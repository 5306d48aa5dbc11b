"""The console's first page: what was served and chosen, in numbers and charts, and how the log is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from flask import g, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, validate
from werkzeug.wrappers import Response

from chassis.sign_in import session
from consent.api.services import services
from consent.console import charts, comparing, log_health, sight
from consent.console.breakdowns import breakdowns
from consent.console.charts import Columns
from consent.console.query import filled
from consent.statistics import OUTCOMES, Counts, Question, day_of
from consent.statistics_query import SpanQuery, to_question

SPANS = {"7 days": 7, "30 days": 30, "90 days": 90, "a year": 365}
MOST_DAYS = 3660
CHARTS = {"Choices": OUTCOMES, "Displays": ("answers", "ignored")}
MOST_MARKS = 12


class OverviewQuery(SpanQuery):
    """What the overview is asked for: a span, and what to compare it with."""

    against = fields.String(load_default="before", validate=validate.OneOf(list(comparing.AGAINST)))


class Published(NamedTuple):
    """A notice that became current within the days that are shown: its site, its name, and when (unix ms)."""

    site: str
    notice: str
    published_ms: int


@session.signed_in
def overview() -> Response | tuple[str, int] | str:
    """Show the counts of a site, or of all, over some days."""
    asked = filled(request.args)
    if len(asked) < len(request.args):
        return redirect(url_for("console.overview", **asked))  # type: ignore[arg-type]
    offered = {"site": sight.sites()}
    try:
        question, against = _question(asked)
    except ValidationError as error:
        refused = {"asked": asked, "offered": offered, "errors": error.messages, "against": comparing.AGAINST}
        return render_template("console/overview.html", **refused), 422
    earlier = comparing.earlier(question, against)
    by_day, total = _by_day(question)
    published = _published(question)
    return render_template(
        "console/overview.html",
        asked=_asked(question, against),
        against=comparing.AGAINST,
        offered=offered,
        errors={},
        spans=_spans(question, against),
        earlier=earlier,
        total=total,
        changes=_changes(total, earlier),
        charts=_charts(question, by_day, published),
        published=published,
        breakdowns=breakdowns(question, earlier),
        missing=services().recount.missing(),
        facts=log_health.facts(),
    )


def _asked(question: Question, against: str) -> dict[str, str]:
    days = {"from": question.first.isoformat(), "to": question.last.isoformat()}
    return {"site": question.site or "", **days, "against": against}


def _question(asked: Mapping[str, str]) -> tuple[Question, str]:
    query = OverviewQuery().load(asked)
    question = to_question(query, g.signed_in.site, day_of(services().now_ms()))
    if (question.last - question.first).days >= MOST_DAYS:
        raise ValidationError({"from": [f"expected at most {MOST_DAYS} days in all"]})
    return question, query["against"]


def _spans(question: Question, against: str) -> list[tuple[str, str, bool]]:
    """List spans that end where the question does: word, address, and whether it is the one that is shown."""
    kept = {"site": question.site, "against": None if against == "before" else against}
    spans = []
    for word, days in SPANS.items():
        first = question.last - timedelta(days=days - 1)
        ends = {"from": first.isoformat(), "to": question.last.isoformat()}
        spans.append((word, url_for("console.overview", **kept, **ends), first == question.first))  # type: ignore[arg-type]
    return spans


def _by_day(question: Question) -> tuple[dict[date, Counts], Counts]:
    rows, total = services().statistics.answer(replace(question, by=("day",)))
    return {date.fromisoformat(row.pop("day")): row for row in rows}, total


def _changes(total: Counts, earlier: Question | None) -> dict[str, float | None]:
    """Tell what became of each outcome's share, in points, and of the share of displays that were answered."""
    if earlier is None:
        return {}
    _, before = services().statistics.answer(earlier)
    told = {name: comparing.points(total, before, name, OUTCOMES) for name in OUTCOMES}
    return {**told, "answers": comparing.points(total, before, "answers", ("answers", "ignored"))}


def _charts(
    question: Question, by_day: Mapping[date, Counts], published: Sequence[Published]
) -> list[tuple[str, Columns, Sequence[str]]]:
    marked = [day_of(each.published_ms) for each in published]
    return [
        (title, charts.columns(question.first, question.last, by_day, names, marked), names)
        for title, names in CHARTS.items()
    ]


def _published(question: Question) -> list[Published]:
    """List what was published within the days, the newest first: what readers are asked moves what they choose."""
    found = [
        Published(site, each.notice, each.published_ms)
        for site in ([question.site] if question.site else sight.sites())
        for each in services().notices.publications(site)
        if question.first <= day_of(each.published_ms) <= question.last
    ]
    return sorted(found, key=lambda each: each.published_ms, reverse=True)[:MOST_MARKS]
