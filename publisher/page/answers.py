"""A rendered page as an HTTP answer: status, headers and bytes are the same for every reader (RFC 9111, 5861, 9875)."""

from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import urlsplit

from publisher.page import pages
from publisher.site.sites import Site

FRESH_S = 60
STALE_S = 60
PENDING_S = 5
BROWSER_S = 30
HTML = "text/html"
GONE_S = 3600


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished page, or the way to one. ``html`` is its text, whatever the content type.

    ``fresh_s`` 0: not to be cached. ``ends``: it must not be shown any longer than that, whatever fails.
    ``language`` is that of its text. ``location``: where a redirect leads. ``frames``: origins of what it embeds.
    ``modified_ms``: the last change, where readers may ask by it.
    """

    status: int
    html: str
    language: str
    tags: tuple[str, ...] = ()
    fresh_s: int = 0
    stale_s: int = 0
    indexable: bool = True
    location: str | None = None
    frames: tuple[str, ...] = ()
    ends: bool = False
    content_type: str = HTML
    modified_ms: int | None = None


def page_headers(rendered: Rendered, site: Site, frame_ancestors: str = "'none'") -> list[tuple[str, str]]:
    """Headers of a page of this site; ``frame_ancestors`` says who may put it in a frame (CSP Level 3)."""
    if rendered.location is not None:
        return [("Location", rendered.location), ("Cache-Control", f"public, max-age={FRESH_S}")]
    headers = [
        ("Content-Type", f"{rendered.content_type}; charset=utf-8"),
        ("Content-Language", rendered.language),
        ("Vary", "Accept-Encoding"),
        ("Cache-Control", _cache_control(rendered)),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if rendered.content_type == HTML:
        headers += [
            ("Content-Security-Policy", _content_security_policy(site, rendered.frames, frame_ancestors)),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
        ]
    if rendered.modified_ms is not None:
        headers.append(("Last-Modified", formatdate(rendered.modified_ms // 1000, usegmt=True)))
    if rendered.tags:
        headers.append(("Cache-Groups", ", ".join(f'"{tag}"' for tag in rendered.tags)))
    if not rendered.indexable:
        headers.append(("X-Robots-Tag", "noindex"))
    return headers


def _cache_control(rendered: Rendered) -> str:
    if rendered.status == 404:
        return "public, max-age=0, s-maxage=10"
    if rendered.status == 410:
        return f"public, max-age=0, s-maxage={GONE_S}"
    if not rendered.fresh_s:
        return "private, no-store"
    if rendered.ends:
        return f"public, max-age={min(BROWSER_S, rendered.fresh_s)}, s-maxage={rendered.fresh_s}, must-revalidate"
    life = f"s-maxage={rendered.fresh_s}, stale-while-revalidate={rendered.stale_s}"
    if rendered.fresh_s < FRESH_S:
        return f"public, max-age=0, {life}"
    return f"public, max-age={BROWSER_S}, {life}, stale-if-error=86400"


def _content_security_policy(site: Site, frames: tuple[str, ...], frame_ancestors: str) -> str:
    consent = "{0.scheme}://{0.netloc}".format(urlsplit(site.consent_url)) if site.consent_url else ""
    policy = {
        "default-src": "'none'",
        "script-src": f"'self' {consent}",
        "style-src": f"{pages.style_hash(site.theme)} {consent}",
        "img-src": "'self' data:",
        "connect-src": f"'self' {consent}",
        "frame-src": " ".join(filter(None, (consent, *frames))) or "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": frame_ancestors,
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in policy.items())
