"""The cookies: what a page's script must know of the reader's choice, which names nobody, and how browsers keep it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from consent.notices import Notice

HOST_ONLY = "__Host-"  # RFC 6265bis §4.1.3.2: bound to the host that set it

NOTICE_DIGITS = 16
# Browsers keep cookies of up to 4,096 bytes; fifty purposes with the longest ids take less than half of that.
LONGEST_VENDORS = 1_800
DECISIONS = r"[a-z][a-z0-9_]{0,31}:[01](?:/[a-z][a-z0-9_]{0,31}:[01])*"
STATE = re.compile(
    r"v=1&n=(?P<notice>[0-9a-f]{16})&t=(?P<given>[0-9]{1,11})"
    rf"&p=(?P<purposes>{DECISIONS})(?:&x=(?P<vendors>{DECISIONS}))?(?P<gpc>&g=1)?"
    r"&r=(?P<record>[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
)
SUBJECT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def state_name(site: str) -> str:
    """Name the readable cookie."""
    return f"consent_{site}"


def subject_name(site: str) -> str:
    """Name the HttpOnly cookie that holds the subject id."""
    return f"subject_{site}"


class State(NamedTuple):
    """What a state cookie says, in the browser's word only.

    `vendors` are those decided against what their purposes imply; `gpc`: it was made with Global Privacy Control on.
    """

    notice: str
    given_s: int
    purposes: dict[str, bool]
    record: str
    vendors: dict[str, bool] = {}  # noqa: RUF012  # a named tuple's default, never changed
    gpc: bool = False

    def text(self) -> str:
        """Write the cookie.

        >>> State("9f86d081884c7d65", 1763920800, {"necessary": True, "analytics": False}, "5f0c…").text()
        'v=1&n=9f86d081884c7d65&t=1763920800&p=necessary:1/analytics:0&r=5f0c…'
        """
        vendors = f"&x={_decisions(self.vendors)}" if self.vendors else ""
        gpc = "&g=1" if self.gpc else ""
        return f"v=1&n={self.notice}&t={self.given_s}&p={_decisions(self.purposes)}{vendors}{gpc}&r={self.record}"


def _decisions(decided: Mapping[str, bool]) -> str:
    return "/".join(f"{each}:{int(given)}" for each, given in decided.items())


def state(
    notice: Notice, given_ms: int, purposes: Mapping[str, bool], vendors: Mapping[str, bool], gpc: bool, record: str
) -> State:
    """Make the state of a choice; where the vendors do not fit into a cookie, it gives less than was said."""
    purposes, vendors = dict(purposes), dict(vendors)
    if len(_decisions(vendors)) > LONGEST_VENDORS:
        closed = {purpose for vendor, given in vendors.items() if not given for purpose in notice.vendors[vendor]}
        purposes |= dict.fromkeys(closed & set(notice.optional), False)
        vendors = {}
    return State(notice.sha256[:NOTICE_DIGITS], given_ms // 1000, purposes, record, vendors, gpc)


def read_state(state_cookie: str | None) -> State | None:
    """Read a state cookie; None where it is none of the server's."""
    found = STATE.fullmatch(state_cookie or "")
    if found is None:
        return None
    purposes, vendors = _read(found["purposes"]), _read(found["vendors"])
    return State(found["notice"], int(found["given"]), purposes, found["record"], vendors, found["gpc"] is not None)


def _read(decisions: str | None) -> dict[str, bool]:
    pairs = (pair.split(":") for pair in (decisions or "").split("/") if pair)
    return {each: given == "1" for each, given in pairs}


def subject(subject_cookie: str | None) -> str | None:
    """Return the subject id in a cookie, None where it is not of the form that the server gives."""
    return subject_cookie if subject_cookie and SUBJECT.fullmatch(subject_cookie) else None


@dataclass(frozen=True, slots=True)
class Jar:
    """How a site's cookies are set.

    Attributes:
        domain: the host whose subdomains share them; None for the answering host alone.
        secure: whether they travel over https only.
        partitioned: whether the pages that embed the service are of another site: each such site then has cookies of
            its own (CHIPS), which takes https.
    """

    domain: str | None
    secure: bool
    partitioned: bool = False

    def header(self, name: str, value: str, max_age_s: int | None, hidden: bool) -> str:
        """Write a `Set-Cookie` header.

        Args:
            name: its name.
            value: text of this module's making, in which nothing needs quoting.
            max_age_s: how long browsers keep it, in seconds; 0 deletes it, None: until the browser closes.
            hidden: whether scripts cannot read it.
        """
        apart = self.partitioned and self.secure
        attributes = (
            f"{HOST_ONLY if apart else ''}{name}={value}",
            f"Domain={self.domain}" if self.domain and not apart else "",
            "" if max_age_s is None else f"Max-Age={max_age_s}",
            "Path=/",
            "SameSite=None" if apart else "SameSite=Lax",
            "Secure" if self.secure else "",
            "HttpOnly" if hidden else "",
            "Partitioned" if apart else "",
        )
        return "; ".join(filter(None, attributes))


def find(sent: Mapping[str, str], name: str) -> str | None:
    """Return a cookie of ours among those sent; a browser never sends both of its kinds at once."""
    return sent.get(name) or sent.get(HOST_ONLY + name)
