"""Times as the desk shows them and reads them: in the newsroom's own time zone, which is always said."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from publisher.faults import Fault


def text(ms: int | None, zone: ZoneInfo) -> str:
    """Write a moment (unix ms): ``26 Nov 2026, 18:30 CET``; a dash for none."""
    if ms is None:
        return "–"
    at = datetime.fromtimestamp(ms / 1000, zone)
    return f"{at.day} {at:%b %Y, %H:%M} {at:%Z}"


def iso(ms: int) -> str:
    """Write a moment for machines: RFC 3339, UTC, to the second."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def field(ms: int | None, zone: ZoneInfo) -> str:
    """Write a moment as a ``datetime-local`` field holds it; empty for none."""
    return "" if ms is None else f"{datetime.fromtimestamp(ms / 1000, zone):%Y-%m-%dT%H:%M}"


def read(name: str, given: str, zone: ZoneInfo) -> int | None:
    """Read such a field back to unix ms; None where it is empty.

    Of an hour that comes twice, when clocks go back, it is the first; one that clocks pass over raises Fault.
    """
    if not given.strip():
        return None
    try:
        at = datetime.fromisoformat(given.strip())
        if at.tzinfo is not None or not 1970 < at.year < 9999:
            raise ValueError
    except ValueError:
        raise Fault(name, "a day and a time as in 2026-11-26T18:30", repr(given[:40])) from None
    ms = round(at.replace(tzinfo=zone).timestamp() * 1000)
    if datetime.fromtimestamp(ms / 1000, zone).replace(tzinfo=None) != at:
        raise Fault(name, f"a time that there is in {zone.key}", "one that clocks pass over")
    return ms
