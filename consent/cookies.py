"""The state cookie's text: what a page's script must know of the reader's choice, and nothing that names anybody."""

import re
from collections.abc import Mapping
from typing import NamedTuple

NOTICE_DIGITS = 16
STATE = re.compile(
    r"v=1&n=(?P<notice>[0-9a-f]{16})&t=(?P<given>[0-9]{1,11})"
    r"&p=(?P<purposes>[a-z][a-z0-9_]{0,31}:[01](?:/[a-z][a-z0-9_]{0,31}:[01])*)"
    r"&r=(?P<record>[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
)
SUBJECT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def state_name(site: str) -> str:
    """Name the readable cookie."""
    return f"consent_{site}"


def subject_name(site: str) -> str:
    """Name the HttpOnly cookie that holds the subject id."""
    return f"subject_{site}"


def state(notice: str, given_ms: int, purposes: Mapping[str, bool], record: str) -> str:
    """Write the state cookie.

    >>> state("9f86d081884c7d65…", 1763920800000, {"necessary": True, "analytics": False}, "5f0c…")
    'v=1&n=9f86d081884c7d65&t=1763920800&p=necessary:1/analytics:0&r=5f0c…'
    """
    decisions = "/".join(f"{purpose}:{int(given)}" for purpose, given in purposes.items())
    return f"v=1&n={notice[:NOTICE_DIGITS]}&t={given_ms // 1000}&p={decisions}&r={record}"


def header(name: str, value: str, max_age_s: int, domain: str | None, secure: bool, hidden: bool) -> str:
    """Write a `Set-Cookie` header.

    Args:
        name: its name.
        value: text of this module's making, in which nothing needs quoting.
        max_age_s: how long browsers keep it, in seconds.
        domain: the host whose subdomains share it; None for the answering host alone.
        secure: whether it travels over https only.
        hidden: whether scripts cannot read it.
    """
    attributes = (
        f"{name}={value}",
        f"Domain={domain}" if domain else "",
        f"Max-Age={max_age_s}",
        "Path=/",
        "SameSite=Lax",
        "Secure" if secure else "",
        "HttpOnly" if hidden else "",
    )
    return "; ".join(filter(None, attributes))


class State(NamedTuple):
    """What a state cookie says, in the browser's word only."""

    notice: str
    given_s: int
    purposes: dict[str, bool]
    record: str


def read_state(state_cookie: str | None) -> State | None:
    """Read a state cookie; None where it is none of the server's."""
    found = STATE.fullmatch(state_cookie or "")
    if found is None:
        return None
    pairs = (pair.split(":") for pair in found["purposes"].split("/"))
    purposes = {purpose: given == "1" for purpose, given in pairs}
    return State(found["notice"], int(found["given"]), purposes, found["record"])


def subject(subject_cookie: str | None) -> str | None:
    """Return the subject id in a cookie, None where it is not of the form that the server gives."""
    return subject_cookie if subject_cookie and SUBJECT.fullmatch(subject_cookie) else None
