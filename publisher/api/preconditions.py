"""``If-Match`` on writes: which revision the caller changes (RFC 9110 §13.1.1)."""

from flask import request

from publisher.publishing import ANY_REVISION

NO_REVISION = -1
"""A header that names no revision of ours; matches nothing."""


def expected_revision() -> int | None:
    """Read the revision that the request's If-Match names; None without the header."""
    if "If-Match" not in request.headers:
        return None
    tags = request.if_match
    if tags.star_tag:
        return ANY_REVISION
    # a weak tag never matches here, and of a list only one can be a revision that is current
    named = [int(tag) for tag in tags.as_set() if tag.isascii() and tag.isdecimal()]
    return named[0] if len(named) == 1 and named[0] > 0 else NO_REVISION


def revision_tag(number: int) -> str:
    """ETag of a revision."""
    return f'"{number}"'
