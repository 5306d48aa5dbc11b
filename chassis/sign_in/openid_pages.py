"""Signing in with an OpenID provider: away to it, and back.

What was begun is kept in a signed cookie of its own for ten minutes: the session's is `Strict`, and would not come back
from another site with the browser.
"""

import logging
from typing import TypedDict

from flask import redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from chassis.errors import NotFound
from chassis.identities import SignedIn
from chassis.openid import code_flow
from chassis.openid.client import Away, Refused
from chassis.openid.code_flow import Begun, EndUser
from chassis.openid.provider import Provider
from chassis.sign_in import session
from chassis.sign_in.card import ask, send_on
from chassis.sign_in.place import SignIn, here, signing_key

BEGUN_S = 600

_log = logging.getLogger(__name__)


class _Attributes(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


def openid() -> Response:
    """Send the browser to the provider."""
    provider = _provider()
    try:
        address, begun = code_flow.begin(provider, _redirect_uri())
    except Away as error:
        return _refuse(error)
    answer = redirect(address, 303)
    answer.set_cookie(_cookie(), _serializer().dumps(list(begun)), max_age=BEGUN_S, **_attributes(here()))
    return answer


def openid_callback() -> Response:
    """Open a session for whom the provider sends back, and send the browser on."""
    provider = _provider()
    whose = session.attempt()
    try:
        user = code_flow.finish(provider, _begun(), request.args, _redirect_uri())
        who = _signed_in(user, provider)
        here().granted(who)
        session.open_for(who)
    except (Refused, Away) as error:
        answer = _refuse(error)
    else:
        here().attempts.succeeded(whose)
        answer = send_on("Signed in", "Go on", url_for(here().home))
    answer.delete_cookie(_cookie(), **_attributes(here()))
    return answer


def sign_out() -> Response | None:
    """Lead who is signed in by OpenID to where the provider ends its own session; None where that is nowhere."""
    provider, who = here().openid, session.who()
    if provider is None or who is None or "iss" not in who.identity:
        return None
    back = here().public_url + url_for(f"{here().name}.sign_in")
    try:
        address = code_flow.sign_out_address(provider, back)
    except Away:
        return None  # who signs out is signed out here all the same
    return None if address is None else send_on("Signed out here", f"Sign out of {provider.client.label} too", address)


def _signed_in(user: EndUser, provider: Provider) -> SignedIn:
    granted = user.granted
    scopes = frozenset().union(*(here().roles[role] for role in granted.roles)) if granted else frozenset[str]()
    if granted is None or here().scope not in scopes:
        claim, held = provider.client.claim, ", ".join(user.held)[:200] or "nothing"
        _log.warning("somebody has no role", extra={"iss": user.iss, "sub": user.sub, "held": user.held})
        raise Refused(
            f"{user.label}, you have no role here: “{claim}” says {held}, and none of that opens these pages. "
            "Ask whoever runs the service to give you one."
        )
    return SignedIn(user.label, granted.site, {"iss": user.iss, "sub": user.sub}, scopes)


def _refuse(error: Refused | Away) -> Response:
    _log.warning("a sign-in came to nothing", extra={"reason": error.detail})
    if isinstance(error, Refused):
        return ask(error.detail, 403)
    answer = ask(f"{_provider().client.label} does not answer as it should. A token still opens these pages.", 503)
    answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _provider() -> Provider:
    found = here().openid
    if found is None:
        raise NotFound("no OpenID provider is set up here")
    return found


def _begun() -> Begun:
    try:
        return Begun(*_serializer().loads(request.cookies.get(_cookie(), ""), max_age=BEGUN_S))
    except (BadData, TypeError) as error:
        raise Refused("no sign-in was begun in this browser within ten minutes: begin again") from error


def _redirect_uri() -> str:
    return here().public_url + url_for(f"{here().name}.openid_callback")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(), salt="openid")


def _cookie() -> str:
    return f"__Host-{here().name}-openid" if here().secure else f"{here().name}-openid"


def _attributes(place: SignIn) -> _Attributes:
    path = "/" if place.secure else f"{place.path}/sign-in"
    return {"path": path, "secure": place.secure, "httponly": True, "samesite": "Lax"}
