"""A question for counts as it stands in an address or on the command line."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from consent.fields import site_id
from consent.statistics import DIMENSIONS, Question

USUAL_DAYS = 30


class Day(fields.String):
    """A day in UTC as `2026-11-23`; becomes a date."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:  # type: ignore[override]
        try:
            day = date.fromisoformat(value)
            if value != day.isoformat():
                raise ValueError("another of ISO 8601's spellings")
            return day
        except (TypeError, ValueError):
            raise ValidationError(f"expected a day as 2026-11-23, got {value!r:.60}") from None


class By(fields.String):
    """Dimensions, comma-separated, each once; becomes a tuple in the order in which they stand."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        names = tuple(str(value).split(",")) if value else ()
        if not set(names) <= set(DIMENSIONS) or len(set(names)) < len(names):
            raise ValidationError(f"expected some of {', '.join(DIMENSIONS)}, comma-separated, each once")
        if "purpose" in names and {"layer", "writer"} & set(names):
            raise ValidationError("expected purpose without layer and writer, by which decisions are not counted")
        return names


class SpanQuery(Schema):
    """Which counts: a site's, of some days."""

    site = site_id()
    from_ = Day(data_key="from", metadata={"description": f"the first day (UTC); {USUAL_DAYS} days where absent"})
    to = Day(metadata={"description": "the last day (UTC), included; today where absent"})

    @validates_schema
    def _span(self, data: dict[str, Any], **_: Any) -> None:
        if "from_" in data and "to" in data and data["from_"] > data["to"]:
            raise ValidationError("expected a day not before `from`", "to")


class StatisticsQuery(SpanQuery):
    """Which counts, and by what they are told apart."""

    by = By(load_default=("day",), metadata={"description": f"some of {', '.join(DIMENSIONS)}, comma-separated"})


def to_question(query: Mapping[str, Any], own_site: str | None, today: date) -> Question:
    """Turn a loaded query into a question.

    Args:
        query: what one of the schemas above has loaded; without `by` nothing is told apart.
        own_site: the one site that the caller may see, None for all.
        today: the day in UTC that it is.
    """
    last = query.get("to") or max(today, query.get("from_", today))
    first = query.get("from_") or last - timedelta(days=USUAL_DAYS - 1)
    return Question(own_site or query.get("site"), first, last, tuple(query.get("by", ())))
