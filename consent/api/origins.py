"""Who may call from a browser: the exact origins of the site, never a pattern, never `null`.

`null` is what sandboxed frames, files and redirected posts send: anybody can send it, so it is nobody's origin.
A frame around the no-script form needs `allow-same-origin` if it is sandboxed at all.
"""

from flask import Blueprint, Response, request

from chassis.errors import Forbidden
from consent.api.services import services
from consent.sites import Site

PREFLIGHT_S = 600
EXPOSED = "Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"


def check(site: Site, own: str | None = None) -> bool:
    """Refuse a foreign origin; tell whether the request names one at all.

    Args:
        site: the site that the request is about.
        own: the service's own origin, where its own pages may call too (the form).

    Raises:
        Forbidden: the origin is not the site's, or the browser says that another site made the request.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        if request.method != "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise Forbidden(f"a request from another site than {site.id!r}")
        return False
    if origin not in site.origins and origin != own:
        raise Forbidden(f"the origin {origin[:200]!r} is not one of the site {site.id!r}")
    return True


def govern(blueprint: Blueprint) -> None:
    """Let the pages of known origins call a blueprint's endpoints and read the answers, errors too (CORS)."""
    blueprint.before_request(_preflight)
    blueprint.after_request(_share)


def _preflight() -> Response | None:
    if request.method != "OPTIONS":
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_S)
    return response


def _share(response: Response) -> Response:
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin is not None and services().catalogue.knows_origin(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response
