"""Who may call from a browser: the exact origins of the site, never a pattern, never `null`.

`null` is what sandboxed frames, files and redirected posts send: anybody can send it, so it is nobody's origin.
A frame around the no-script form needs `allow-same-origin` if it is sandboxed at all.
"""

from flask import Blueprint, Response, request

from chassis.errors import Forbidden
from consent.api.services import services
from consent.catalogue import Catalogue
from consent.choice import asked
from consent.choice.asked import Asked
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
    return admits(site, asked.of(request.environ, ""), own, reads=request.method == "GET")


def admits(site: Site, said: Asked, own: str | None, reads: bool = False) -> bool:
    """Tell the same of a request by its headers; `reads`: it changes nothing, and any site may make it."""
    if said.origin is None:
        if said.cross_site and not reads:
            raise Forbidden(f"a request from another site than {site.id!r}")
        return False
    if said.origin not in site.origins and said.origin != own:
        raise Forbidden(f"the origin {said.origin[:200]!r} is not one of the site {site.id!r}")
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
    response.headers.update(sharing(services().catalogue, request.headers.get("Origin")))
    return response


def sharing(catalogue: Catalogue, origin: str | None) -> dict[str, str]:
    """Return the headers that let the pages of an origin read the answer, where any site lists it."""
    if origin is None or not catalogue.knows_origin(origin):
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": EXPOSED,
    }
