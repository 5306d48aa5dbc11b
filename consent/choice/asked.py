"""What a request says beside its body of who sends it, read from its WSGI environ: with Flask, and before it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from werkzeug.sansio.http import parse_cookie

from consent.choice import gpc


class Asked(NamedTuple):
    """The headers that a choice depends on.

    Attributes:
        origin: the page's origin, in the browser's word; None where no browser, or no script, says one.
        cross_site: whether the browser says that a page of another site than ours made the request.
        gpc: whether it sends Global Privacy Control.
        cookies: what it holds of ours, and of others.
        region: the trusted edge's header; None where none is trusted.
        address: the client's.
        agent: its User-Agent.
    """

    origin: str | None
    cross_site: bool
    gpc: bool
    cookies: Mapping[str, str]
    region: str | None
    address: str | None
    agent: str | None


def of(environ: Mapping[str, Any], region_header: str) -> Asked:
    """Read a request's headers; `region_header` is the trusted edge's, "" for none."""
    sent = environ.get("HTTP_COOKIE")
    return Asked(
        environ.get("HTTP_ORIGIN"),
        environ.get("HTTP_SEC_FETCH_SITE") == "cross-site",
        gpc.signalled(environ.get("HTTP_SEC_GPC")),
        parse_cookie(sent) if sent else {},
        environ.get("HTTP_" + region_header.upper().replace("-", "_")) if region_header else None,
        environ.get("REMOTE_ADDR"),
        environ.get("HTTP_USER_AGENT"),
    )
