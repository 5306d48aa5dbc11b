"""Where people sign in, with what scope, and the parts that this takes: one such place in a service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app

from chassis.identities import SignedIn
from chassis.limits.attempts import Attempts
from chassis.openid.provider import Provider
from chassis.sign_in.cookies import SessionsBelow
from chassis.sign_in.sessions import Sessions
from chassis.tokens import Tokens


@dataclass(frozen=True)
class SignIn:
    """The sign-in to one blueprint's pages.

    Attributes:
        name: the blueprint, and the session's cookie.
        path: the address that all its pages are at or below, as `/console`.
        scope: without which a token opens nothing.
        scopes: each scope of the service, and what it allows, as a refusal words it.
        home: the endpoint that a sign-in leads to.
        template: the page that asks; it includes `sign_in/card.html`, which says what it is given.
        public_url: where browsers reach the service.
        tokens: those that open sessions.
        sessions: those that are open.
        attempts: counts the sign-ins that fail.
        openid: the provider that people may sign in with beside tokens; None for tokens only.
        roles: what the roles that are granted there allow: role to scopes.
        reauthentication_s: after so many seconds a session alone does nothing that is grave.
        rights_s: how many seconds rights last that the provider gave, before it is asked for them again.
        granted: called before a session opens whose rights the provider gives; a token's were noted when it was made.
    """

    name: str
    path: str
    scope: str
    scopes: Mapping[str, str]
    home: str
    template: str
    public_url: str
    tokens: Tokens
    sessions: Sessions
    attempts: Attempts
    openid: Provider | None = None
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reauthentication_s: int = 900
    rights_s: int = 3600
    granted: Callable[[SignedIn], None] = lambda _who: None

    @property
    def secure(self) -> bool:
        """Tell whether browsers come over https, so that the cookie may say so."""
        return self.public_url.startswith("https://")

    @property
    def own_origin(self) -> str:
        """Return the origin of the service's own pages."""
        scheme, host, *_ = urlsplit(self.public_url)
        return f"{scheme}://{host}"


def init(app: Flask, place: SignIn, key: Callable[[], bytes]) -> None:
    """Let people sign in to `app` at `place`; sessions are kept in a cookie signed with `key`."""
    app.extensions["sign-in"] = place
    app.extensions["sign-in key"] = key
    app.register_blueprint(Blueprint("sign-in-card", __name__, template_folder="templates"))
    app.session_interface = SessionsBelow(place.path, key)
    app.config.update(
        # With this prefix no other host, and nobody on the way, can set it; browsers then want the whole path.
        SESSION_COOKIE_NAME=f"__Host-{place.name}" if place.secure else place.name,
        SESSION_COOKIE_PATH="/" if place.secure else place.path,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=place.secure,
    )


def here() -> SignIn:
    """Return the running app's sign-in."""
    return cast(SignIn, current_app.extensions["sign-in"])


def signing_key() -> bytes:
    """Return the key that the running app's cookies are signed with."""
    key: Callable[[], bytes] = current_app.extensions["sign-in key"]
    return key()
