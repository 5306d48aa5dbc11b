"""Links by which readers share a page: plain addresses, so that a service learns of those who follow one only."""

from collections.abc import Iterable
from urllib.parse import quote

from publisher.site.share_services import MAIL, SERVICES
from publisher.views import Link
from publisher.wording import Wording


def links(services: Iterable[str], url: str, headline: str, wording: Wording) -> tuple[Link, ...]:
    """Make the links for a page; services are names of ``SERVICES``."""
    filled = {"url": quote(url, safe=""), "text": quote(headline, safe="")}
    chosen = [(name, SERVICES[name]) for name in services]
    return tuple(
        Link(wording["share_mail"] if name == MAIL else service.name, service.address.format(**filled))
        for name, service in chosen
    )
