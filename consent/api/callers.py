"""Who calls with a token, and what that lets them see."""

from collections.abc import Mapping
from typing import Any

from flask import g, request

from chassis.errors import FieldError, Forbidden, Invalid
from consent.api.services import services
from consent.ledger.entries import subject_ref

HOLDS_READ = "holds:read"


def caller() -> dict[str, Any]:
    """Tell who calls, as acts keep it: with a token, or signed in to the console with one or by OpenID."""
    if "signed_in" in g:
        return {**g.signed_in.identity, "label": g.signed_in.label, "console": True}
    return {"token": g.token.id, "label": g.token.label}


def own_site() -> str | None:
    """Return the one site that the caller may see, None for all.

    Raises:
        Forbidden: the request asks for another.
    """
    own: str | None = g.token.site
    asked = request.args.get("site")
    if own is not None and asked is not None and asked != own:
        raise Forbidden(f"the token is for the site {own!r}")
    return own


def sees_held() -> bool:
    """Tell whether the caller may read of persons under a legal hold."""
    return HOLDS_READ in g.token.scopes


def site_of(data: Mapping[str, Any]) -> str | None:
    """Return the one site that a request is about, the caller's own where they have one, None for all.

    Raises:
        Forbidden: the request names another than the caller's.
        Invalid: there is no such site.
    """
    own: str | None = g.token.site
    site: str | None = data.get("site") or own
    if own not in (None, site):
        raise Forbidden(f"the token is for the site {own!r}")
    if site is not None and site not in services().catalogue.sites():
        raise Invalid(f"site: expected a site of this service, got {site!r}", FieldError("site", "a known site"))
    return site


def references(subject: str, site: str | None) -> tuple[str, ...]:
    """Return a subject's references: on one site, or on each of them."""
    within = services().catalogue.sites() if site is None else (site,)
    return tuple(subject_ref(services().pepper, each, subject) for each in within)
