"""The console's first page: what was served and chosen, in numbers and charts, and how the log is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from flask import g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis.sign_in import session
from consent.api.services import services
from consent.console import charts, log_health, sight
from consent.console.breakdowns import breakdowns
from consent.console.charts import Columns
from consent.console.query import filled
from consent.statistics import OUTCOMES, Question, day_of
from consent.statistics_query import SpanQuery, to_question

SPANS = {"7 days": 7, "30 days": 30, "90 days": 90, "a year": 365}
MOST_DAYS = 3660
CHARTS = {"Choices": OUTCOMES, "Displays": ("answers", "ignored")}


@session.signed_in
def overview() -> Response | tuple[str, int] | str:
    """Show the counts of a site, or of all, over some days."""
    asked = filled(request.args)
    if len(asked) < len(request.args):
        return redirect(url_for("console.overview", **asked))  # type: ignore[arg-type]
    offered = {"site": sight.sites()}
    try:
        question = _question(asked)
    except ValidationError as error:
        refused = {"asked": asked, "offered": offered, "errors": error.messages}
        return render_template("console/overview.html", **refused), 422
    _, total = services().statistics.answer(question)
    return render_template(
        "console/overview.html",
        asked={"site": question.site or "", "from": question.first.isoformat(), "to": question.last.isoformat()},
        offered=offered,
        errors={},
        spans=_spans(question),
        total=total,
        charts=_charts(question),
        breakdowns=breakdowns(question),
        missing=services().recount.missing(),
        facts=log_health.facts(),
    )


def _question(asked: Mapping[str, str]) -> Question:
    question = to_question(SpanQuery().load(asked), g.signed_in.site, day_of(services().now_ms()))
    if (question.last - question.first).days >= MOST_DAYS:
        raise ValidationError({"from": [f"expected at most {MOST_DAYS} days in all"]})
    return question


def _spans(question: Question) -> list[tuple[str, str, bool]]:
    """List spans that end where the question does: word, address, and whether it is the one that is shown."""
    site = {} if question.site is None else {"site": question.site}
    spans = []
    for word, days in SPANS.items():
        first = question.last - timedelta(days=days - 1)
        ends = {"from": first.isoformat(), "to": question.last.isoformat()}
        spans.append((word, url_for("console.overview", **site, **ends), first == question.first))  # type: ignore[arg-type]
    return spans


def _charts(question: Question) -> list[tuple[str, Columns, Sequence[str]]]:
    rows, _ = services().statistics.answer(replace(question, by=("day",)))
    by_day = {date.fromisoformat(row.pop("day")): row for row in rows}
    return [
        (title, charts.columns(question.first, question.last, by_day, names), names) for title, names in CHARTS.items()
    ]
