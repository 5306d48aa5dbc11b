"""The counts: how often readers were asked, and what they chose (scope `audit:read`)."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, fields, validate

from chassis.authorisation import require
from consent import statistics
from consent.api.callers import own_site
from consent.api.services import services
from consent.audit import csv_table
from consent.statistics import SMALLEST
from consent.statistics_query import StatisticsQuery, to_question

blueprint = Blueprint("statistics", __name__, url_prefix="/v1/audit", description="Counts without personal data")


class StatisticsSchema(StatisticsQuery):
    """Which counts, and in which form."""

    format = fields.String(load_default="json", validate=validate.OneOf(("json", "csv")))


@blueprint.route("/statistics")
@require("audit:read")
@blueprint.arguments(StatisticsSchema, location="query", unknown=RAISE)
@blueprint.response(200, description="A row for each group of which there is anything to count")
def counts(query: dict[str, Any]) -> Response:
    """Count displays and choices by day, notice, language, region or purpose."""
    question = to_question(query, own_site(), statistics.day_of(services().now_ms()))
    rows, total = services().statistics.answer(question)
    if query["format"] == "csv":
        lines = csv_table((*question.by, *statistics.members(question.by)), rows)
        response = Response("".join(lines), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="statistics.csv"'
    else:
        response = jsonify(
            {
                "site": question.site,
                "from": question.first.isoformat(),
                "to": question.last.isoformat(),
                "by": list(question.by),
                "smallest": SMALLEST,
                "missing": services().recount.missing(),
                "rows": rows,
                "total": total,
            }
        )
    response.headers["Cache-Control"] = "no-store"
    return response
