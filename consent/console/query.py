"""The console's filters: the API's, with days, which are what a page asks for, in place of moments."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from consent.audit_query import PageSchema


class Day(fields.String):
    """A day as `2026-11-23`, in UTC; becomes the unix ms of its start, or of its end."""

    def __init__(self, end: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._end = end

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:  # type: ignore[override]
        try:
            start = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return int((start + timedelta(days=self._end)).timestamp() * 1000)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("expected a day as 2026-11-23") from None


def filled(arguments: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form that hold something: it sends the empty ones too.

    The address that remains can be read, kept and sent on.
    """
    return {name: text.strip() for name, text in arguments.items() if text.strip()}


class RecordsQuery(PageSchema):
    """What the records page is asked for; `to` is the last day, included."""

    from_ = Day(end=False, data_key="from")  # type: ignore[assignment]
    to = Day(end=True)  # type: ignore[assignment]
