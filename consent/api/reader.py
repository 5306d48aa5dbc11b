"""What the browser of a request holds, and where it stands."""

from flask import request

from consent.api.services import services
from consent.choice import cookies, reasking
from consent.choice.cookies import Jar, State
from consent.notices import Notice
from consent.sites import Site


def held(site: str) -> State | None:
    """Return the standing choice, in the browser's word; None before the first."""
    return cookies.read_state(cookies.find(request.cookies, cookies.state_name(site)))


def subject(site: str) -> str | None:
    """Return the reader's pseudonym on a site; None before the first choice."""
    return cookies.subject(cookies.find(request.cookies, cookies.subject_name(site)))


def open_to(notice: Notice) -> reasking.Ask:
    """Return what of a notice the reader is to be asked."""
    state = held(notice.site)
    known = state and state.notice != notice.sha256[: cookies.NOTICE_DIGITS]
    earlier = services().catalogue.earlier(notice.site, state.notice) if state and known else None
    return reasking.ask(state, earlier, notice)


def embedded() -> bool:
    """Tell whether the request comes out of a page of another site, where ordinary cookies are not kept."""
    return request.headers.get("Sec-Fetch-Site") == "cross-site"


def jar(site: Site, apart: bool) -> Jar:
    """Return how a site's cookies are set; `apart`: for pages of another site than the service's."""
    return Jar(site.cookie_domain, services().settings.secure, apart)
