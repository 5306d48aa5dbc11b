"""``If-Match`` on writes: which revision the caller changes (RFC 9110 §13.1.1)."""

import re

from flask import request

from publisher.publishing import ANY_REVISION

NO_REVISION = -1
"""A header that names no revision of ours; matches nothing."""
_REVISION = re.compile(r'"([1-9][0-9]{0,8})"')


def expected_revision() -> int | None:
    """Read the revision that the request's If-Match names; None without the header."""
    if "If-Match" not in request.headers:
        return None
    header = request.headers["If-Match"].strip()
    if header == "*":
        return ANY_REVISION
    # a weak tag never matches here (RFC 9110 §8.8.3.2), and whoever sends a list does not know what they change
    named = _REVISION.fullmatch(header)
    return int(named[1]) if named else NO_REVISION


def revision_tag(number: int) -> str:
    """ETag of a revision."""
    return f'"{number}"'
