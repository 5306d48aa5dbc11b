"""Who is signed in to the console: a signed cookie that only the console's pages see, for eight hours.

A token is shown once and typed or pasted once; the session that it opens carries what the token allowed.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from flask import Flask, Request, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.wrappers import Response

from chassis.errors import Forbidden
from chassis.limits.answers import caller, refuse
from chassis.limits.partitions import of_token
from chassis.tokens import Token, Tokens
from consent.api.callers import HOLDS_READ
from consent.api.services import services
from consent.roles import SCOPES

P = ParamSpec("P")
R = TypeVar("R")

SCOPE = "console"
PATH = "/console"
LIFE_S = 8 * 3600


class Officer(NamedTuple):
    """Who is signed in, with which token; `site` None may see every site."""

    label: str
    site: str | None
    token: str
    scopes: frozenset[str]


class ConsoleSessions(SecureCookieSessionInterface):
    """Sessions for the console's pages; every other endpoint has none, and spends no time on one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session of a console page; None elsewhere."""
        return super().open_session(app, request) if request.path.startswith(PATH) else None


def init(app: Flask, key: bytes, secure: bool) -> None:
    """Keep sessions in a cookie signed with `key`."""
    app.secret_key = key
    app.session_interface = ConsoleSessions()
    app.config.update(
        # With this prefix no other host, and nobody on the way, can set it; browsers then want the whole path.
        SESSION_COOKIE_NAME="__Host-console" if secure else "console",
        SESSION_COOKIE_PATH="/" if secure else PATH,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=secure,
    )


def open_with(text: str) -> bool:
    """Open a session with a token's text; a one-time token is used up. Tell whether it opened one.

    Raises:
        RateLimited: this address, or this token, has failed too often.
        Unavailable: failures cannot be counted just now.
    """
    who = (*caller(), *of_token(text.partition(".")[0]))
    wait_s = services().sign_ins.begin(who)
    if wait_s:
        refuse("sign-ins", wait_s)
    tokens: Tokens = current_app.extensions["tokens"]
    token: Token | None = tokens.redeem(text)
    if token is None or SCOPE not in token.scopes:
        return False
    services().sign_ins.succeeded(who)
    session.clear()  # nothing that was there before the sign-in outlives it
    allowed = {"label": token.label, "site": token.site, "token": token.id, "scopes": sorted(token.scopes)}
    session.update(allowed, until=int(time.time()) + LIFE_S)
    return True


def close() -> None:
    """End the session."""
    session.clear()


def officer() -> Officer | None:
    """Return who is signed in, None where nobody is."""
    if session.get("until", 0) <= time.time():
        return None
    # a session of an earlier release knows no token, and may do nothing but what all may
    token, scopes = session.get("token", ""), frozenset(session.get("scopes", ()))
    return Officer(session["label"], session["site"], token, scopes)


def sees_held() -> bool:
    """Tell whether who is signed in may read of persons under a legal hold."""
    return HOLDS_READ in g.officer.scopes


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Let a page be seen only by who is signed in; others come to the sign-in. The page finds them in `g.officer`."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        g.officer = officer()
        return view(*args, **kwargs) if g.officer else redirect(url_for("console.sign_in"))

    return guarded


def require(scope: str) -> None:
    """Let go on only who has a scope.

    Raises:
        Forbidden: who is signed in has it not.
    """
    if scope not in g.officer.scopes:
        raise Forbidden(f"your token lacks the scope {scope}: it allows to {SCOPES[scope]}")


def sites() -> list[str]:
    """List the sites that who is signed in may see."""
    return [site for site in services().catalogue.sites() if g.officer.site in (None, site)]


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
    origin = request.headers.get("Origin", services().own_origin)
    known, sent = str(session.get("csrf", "")).encode(), request.form.get("csrf", "").encode()
    if origin != services().own_origin or not known or not hmac.compare_digest(known, sent):
        raise Forbidden("the form is not of this session: go back, load the page again and send it once more")
