"""``If-Match`` on writes: which version the caller changes (RFC 9110 §13.1.1)."""

import re

from flask import request

from publisher.editing.moving import ANY_VERSION

NO_VERSION = -1
"""A header that names no version of ours; matches nothing."""
_VERSION = re.compile(r'"([1-9][0-9]{0,8})"')


def expected_version() -> int | None:
    """Read the version that the request's If-Match names; None without the header."""
    if "If-Match" not in request.headers:
        return None
    header = request.headers["If-Match"].strip()
    if header == "*":
        return ANY_VERSION
    # a weak tag never matches here (RFC 9110 §8.8.3.2), and whoever sends a list does not know what they change
    named = _VERSION.fullmatch(header)
    return int(named[1]) if named else NO_VERSION


def version_tag(number: int) -> str:
    """ETag of a version."""
    return f'"{number}"'
