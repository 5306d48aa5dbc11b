"""Times as they stand in what is received: RFC 3339 and its relatives, and those of mail in RSS."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from publisher.faults import Fault


def moment_ms(field: str, text: str | None) -> int | None:
    """Read a time as unix ms; None for None.

    Raises:
        Fault: it is no time with an offset. An embargo that cannot be read must not be passed over.
    """
    if text is None:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
            if moment.tzinfo is not None and 1970 < moment.year < 9999:
                return round(moment.timestamp() * 1000)
        except (ValueError, OverflowError, TypeError):
            continue
    raise Fault(field, "a time as in 2026-11-23T18:00:00Z", repr(text[:40]))


def moment_or_none(text: str | None) -> int | None:
    """Read a time on which nothing depends."""
    try:
        return moment_ms("", text)
    except Fault:
        return None
