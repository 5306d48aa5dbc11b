"""Sites: where readers are asked. A site's origins are the only ones whose scripts may send its choices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from chassis.errors import FieldError, Invalid
from consent.choice.traces import KINDS
from consent.regulations.region import CODE

ID = re.compile(r"[a-z][a-z0-9-]{0,62}")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\]")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Site:
    """A site; `cookie_domain` None binds its cookies to the host that sets them.

    `region`: where its readers are taken to be when the edge does not say (ISO 3166); None: nobody knows.
    `traces`: what is kept of where a choice came from, beside the page (`consent.choice.traces`).
    """

    id: str
    origins: frozenset[str]
    cookie_domain: str | None = None
    region: str | None = None
    traces: frozenset[str] = frozenset()


def make(
    site: str,
    origins: Iterable[str],
    cookie_domain: str | None = None,
    region: str | None = None,
    traces: Iterable[str] = (),
) -> Site:
    """Make a site.

    Raises:
        Invalid: the id, an origin, the domain, the region or a trace is not of its form.
    """
    if not ID.fullmatch(site):
        raise _invalid("site", "a small letter, then small letters, digits and hyphens, at most 63", site)
    if cookie_domain is not None and not HOST.fullmatch(cookie_domain):
        raise _invalid("cookie_domain", "a host name in small letters, as example.org", cookie_domain)
    if region is not None and not CODE.fullmatch(region):
        raise _invalid("region", "an ISO 3166 code in capitals, as FR or US-CA", region)
    for each in traces:
        if each not in KINDS:
            raise _invalid("traces", f"some of {', '.join(KINDS)}", each)
    return Site(site, frozenset(origin(each) for each in origins), cookie_domain, region, frozenset(traces))


def share_cookies(site: Site, host: str) -> bool:
    """Tell whether a site's pages and the service at `host` can share cookies, so that either sets the other's."""
    hosts = {urlsplit(each).hostname or "" for each in site.origins}
    if site.cookie_domain is None:
        return host in hosts
    return _within(host, site.cookie_domain) and any(_within(each, site.cookie_domain) for each in hosts)


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def origin(text: str) -> str:
    """Return `text` if it is an origin exactly as browsers send it: `https://www.example.org`, `http://localhost:8000`.

    Raises:
        Invalid: it has a path, capitals, a default port or anything else that a browser would never send.
    """
    try:
        parts = urlsplit(text)
        plain = f"{parts.scheme}://{parts.netloc}"
        named = parts.scheme in DEFAULT_PORTS and parts.port != DEFAULT_PORTS[parts.scheme]
        host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    except ValueError:
        raise _invalid("origin", "a scheme, a host and at most a port", text) from None
    if plain != text or not named or not HOST.fullmatch(host):
        raise _invalid("origin", "an origin as browsers send it, as https://www.example.org", text)
    return text


def _invalid(field: str, expected: str, got: str) -> Invalid:
    return Invalid(f"{field}: expected {expected}, got {got[:80]!r}", FieldError(field, expected))
