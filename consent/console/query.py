"""The console's filters: the API's, with days, which are what a page asks for, in place of moments."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from consent import instants
from consent.api.acts import ActsSchema
from consent.audit_query import PageSchema

DAY = timedelta(days=1)
#: The columns that the records can be told in, beside their time, with their heads; USUAL: those that nobody asks for.
COLUMNS = {
    "event": "Event", "decisions": "Decisions", "site": "Site", "language": "Language", "region": "Region",
    "regulation": "Regulation", "notice": "Notice", "page": "Page", "subject": "Subject", "account": "Account",
    "layer": "Layer", "gpc": "Privacy signal", "entry": "Entry",
}  # fmt: skip
USUAL = ("event", "decisions", "site", "language", "subject", "layer", "entry")


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


class Columns(fields.String):
    """Columns of the records' table, comma-separated; becomes those of COLUMNS, in its order."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        names = set(str(value).split(","))
        if not names <= set(COLUMNS):
            raise ValidationError(f"expected some of {', '.join(COLUMNS)}, comma-separated")
        return tuple(each for each in COLUMNS if each in names)


class RecordsQuery(PageSchema):
    """What the records page is asked for; `to` is the last day, included."""

    from_ = Day(end=False, data_key="from")  # type: ignore[assignment]
    to = Day(end=True)  # type: ignore[assignment]
    columns = Columns(load_default=USUAL)


class ActsQuery(ActsSchema):
    """What the acts page is asked for; `to` is the last day, included."""

    from_ = Day(end=False, data_key="from")  # type: ignore[assignment]
    to = Day(end=True)  # type: ignore[assignment]


def calendar_spans(today: date) -> dict[str, dict[str, str]]:
    """Name the days, months and quarters that officers ask for, as filters by day, and nine months before.

    >>> calendar_spans(date(2026, 2, 5))["last quarter"]
    {'from': '2025-10-01', 'to': '2025-12-31'}
    """
    month, quarter = today.replace(day=1), today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    before = {"month": (month - DAY).replace(day=1), "quarter": _months_before(quarter, 3)}
    spans = {
        "today": (today, today),
        "yesterday": (today - DAY, today - DAY),
        "7 days": (today - 6 * DAY, today),
        "this month": (month, today),
        "last month": (before["month"], month - DAY),
        "this quarter": (quarter, today),
        "last quarter": (before["quarter"], quarter - DAY),
    }
    end = before["month"] - DAY
    for _ in range(9):
        spans[end.isoformat()[:7]] = (end.replace(day=1), end)
        end = end.replace(day=1) - DAY
    return {word: {"from": first.isoformat(), "to": last.isoformat()} for word, (first, last) in spans.items()}


def _months_before(first: date, months: int) -> date:
    for _ in range(months):
        first = (first - DAY).replace(day=1)
    return first


def to_moments(asked: Mapping[str, str]) -> dict[str, str]:
    """Turn a page's filters into the API's.

    Raises:
        ValidationError: they are no filters.
    """
    query = RecordsQuery(exclude=("cursor", "limit")).load(asked)
    ends = {"from": query.get("from_"), "to": query.get("to")}
    return {**asked, **{name: instants.text(at) for name, at in ends.items() if at is not None}}


def to_days(asked: Mapping[str, str]) -> dict[str, str]:
    """Turn the API's filters into a page's; a moment that no day begins with stays what it is."""
    told = dict(asked)
    for name, back in (("from", 0), ("to", 1)):
        if name in asked and (at := datetime.fromisoformat(asked[name]).astimezone(UTC)).time() == datetime.min.time():
            told[name] = (at.date() - timedelta(days=back)).isoformat()
    return told
