"""What who is signed in to the console may see of the sites' records."""

from flask import g

from consent.api.callers import HOLDS_READ
from consent.api.services import services


def sees_held() -> bool:
    """Tell whether who is signed in may read of persons under a legal hold."""
    return HOLDS_READ in g.signed_in.scopes


def sites() -> list[str]:
    """List the sites that who is signed in may see."""
    return [site for site in services().catalogue.sites() if g.signed_in.site in (None, site)]
