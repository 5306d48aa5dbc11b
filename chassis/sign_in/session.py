"""Who is signed in, for eight hours, and what guards the views and forms of the pages that are for them."""

import hmac
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from chassis import browsers
from chassis.errors import Forbidden
from chassis.identities import SignedIn
from chassis.limits.answers import caller, refuse
from chassis.limits.partitions import Partition, of_token
from chassis.sign_in.place import here
from chassis.tokens import Token

P = ParamSpec("P")
R = TypeVar("R")

LIFE_S = 8 * 3600

_log = logging.getLogger(__name__)


def attempt(*more: Partition) -> tuple[Partition, ...]:
    """Count an attempt at a sign-in, of the request's address and of `more`; return whose it was.

    Raises:
        RateLimited: they have failed too often.
        Unavailable: failures cannot be counted just now.
    """
    whose = (*caller(), *more)
    wait_s = here().attempts.begin(whose)
    if wait_s:
        refuse("sign-ins", wait_s)
    return whose


def open_with(text: str) -> bool:
    """Open a session with a token's text; a one-time token is used up. Tell whether it opened one.

    Raises:
        RateLimited: this address, or this token, has failed too often.
        Unavailable: failures cannot be counted just now.
    """
    whose = attempt(*of_token(text.partition(".")[0]))
    token = here().tokens.redeem(text)
    if token is None or here().scope not in token.scopes:
        _log.warning("a token opened nothing", extra={"place": here().name, "known": token is not None})
        return False
    here().attempts.succeeded(whose)
    open_for_token(token)
    return True


def open_for_token(token: Token) -> None:
    """Open a session for whoever has just shown a token."""
    who = SignedIn(token.label, token.site, {"token": token.id}, token.scopes)
    open_for(who, int(time.time()), lasting=here().tokens.lives(token.id))


def open_for(who: SignedIn, authenticated_s: int, lasting: bool = False, left: Mapping[str, Any] | None = None) -> None:
    """Open a session.

    Args:
        who: whose it is.
        authenticated_s: when they proved who they are, in Unix seconds; 0 where that is not known.
        lasting: whether it is a token's that stays, and ends with it; else it ends by its time alone.
        left: a session that this one goes on with under another id, by its members; None for a new one.
    """
    until, open_ones = int(time.time()) + LIFE_S, here().sessions
    identifier = open_ones.renew(left["id"], until) if left else None
    identifier = identifier or open_ones.open(who.id, browsers.family(request.user_agent.string), until)
    close()  # nothing that was there before the sign-in outlives it
    session.update(who._asdict(), id=identifier, scopes=sorted(who.scopes), until=until, lasting=lasting)
    session.update(authenticated=authenticated_s, granted=int(time.time()))
    _log.info("somebody signed in", extra={"place": here().name, "label": who.label, **who.identity})


def close(left: Mapping[str, Any] | None = None) -> None:
    """End the session, or the one that the browser `left` with and brings no cookie of, by its members."""
    if known := (left or session).get("id"):
        here().sessions.end(known)
    session.clear()
    g.pop("signed_in", None)


def who() -> SignedIn | None:
    """Return who is signed in, None where nobody is.

    Raises:
        Unavailable: it cannot be looked up; asked again in the same request, nobody is.
    """
    if "signed_in" not in g:
        g.signed_in = None  # an error's page is told by the same frame
        g.signed_in = _read()
    return cast("SignedIn | None", g.signed_in)


def _read() -> SignedIn | None:
    # a session of an earlier release has no id: they sign in anew
    if session.get("until", 0) <= time.time() or "id" not in session:
        return None
    if _granted_s() > 2 * here().rights_s:
        return None
    if not here().sessions.lives(session["id"]):
        return None
    if session.get("lasting") and not here().tokens.lives(session["identity"].get("token", "")):
        return None
    kept: dict[str, Any] = {name: session[name] for name in SignedIn._fields}
    return SignedIn(**kept | {"scopes": frozenset(kept["scopes"])})


def is_renewable() -> bool:
    """Tell whether the session is one whose rights the provider can be asked for again."""
    lives = session.get("until", 0) > time.time() and "iss" in session.get("identity", {}) and "id" in session
    return lives and here().openid is not None


def _granted_s() -> float:
    """Return how many seconds ago the provider gave the session's rights; 0 for a token's, which end with it."""
    return time.time() - session.get("granted", 0) if "iss" in session.get("identity", {}) else 0.0


def _is_navigation() -> bool:
    """Tell whether a window is opened, and neither a form is sent, nor something fetched for a page, nor a frame."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Dest", "document") == "document"


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Let a page be seen only by who is signed in; others come to the sign-in. The page finds them in `g.signed_in`."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if is_renewable() and _granted_s() > here().rights_s and _is_navigation():
            return redirect(url_for(f"{here().name}.openid", back=request.full_path.rstrip("?")))
        return view(*args, **kwargs) if who() else redirect(url_for(f"{here().name}.sign_in"))

    return guarded


def require(scope: str) -> None:
    """Let go on only who has a scope.

    Raises:
        Forbidden: who is signed in has it not.
    """
    if scope not in g.signed_in.scopes:
        what = "token" if "token" in g.signed_in.identity else "account"
        raise Forbidden(f"your {what} lacks the scope {scope}: it allows to {here().scopes[scope]}")


def csrf() -> str:
    """Return the word that every form of this session must carry."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(16)
    return str(session["csrf"])


def check_form() -> None:
    """Refuse a form that none of our own pages sent.

    Raises:
        Forbidden: another origin sent it, or it lacks the session's word.
    """
    origin = request.headers.get("Origin", here().own_origin)
    known, sent = str(session.get("csrf", "")).encode(), request.form.get("csrf", "").encode()
    if origin != here().own_origin or not known or not hmac.compare_digest(known, sent):
        raise Forbidden("the form is not of this session: go back, load the page again and send it once more")
