"""Times on the wire: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(unix_ms: int) -> str:
    """Write unix milliseconds as `2026-11-23T18:00:00.000Z`.

    >>> text(1795456800000)
    '2026-11-23T18:00:00.000Z'
    """
    return (EPOCH + timedelta(milliseconds=unix_ms)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
