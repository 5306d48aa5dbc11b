"""Bearer tokens on views: `@require("audit:read")` (RFC 6750)."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Response, after_this_request, current_app, g, request
from flask_smorest import Blueprint

from chassis.documentation import needs
from chassis.errors import Forbidden, Unauthorised
from chassis.limits.answers import charge
from chassis.tokens import Tokens

P = ParamSpec("P")
R = TypeVar("R")


def require(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view be called only with a token that has `scope`, and document that; the view finds it in `g.token`.

    A view with a `site` argument is refused to a token of another site.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            authorise(scope)
            return view(*args, **kwargs)

        return cast(Callable[P, R], Blueprint.doc(security=needs(scope))(guarded))

    return decorate


def authorise(scope: str) -> None:
    """Check the request's bearer token for `scope` and keep it in `g.token`.

    Raises:
        Unauthorised: no token, or one that is unknown, expired or revoked.
        RateLimited: the same, once too often from this address.
        Forbidden: the token lacks the scope, or is for another site than the address names.
    """
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    tokens: Tokens = current_app.extensions["tokens"]
    token = tokens.authenticate(text.strip()) if kind.lower() == "bearer" else None
    if token is None:
        charge(current_app.extensions["token failures"])
        raise Unauthorised("expected a valid token in the header Authorization: Bearer …")
    if scope not in token.scopes:
        raise Forbidden(f"the token lacks the scope {scope!r}")
    site = (request.view_args or {}).get("site")
    if token.site is not None and site is not None and token.site != site:
        raise Forbidden(f"the token is for the site {token.site!r}")
    g.token = token
    after_this_request(_keep_out_of_caches)


def _keep_out_of_caches(response: Response) -> Response:
    """What a token opens is nobody else's, nor the next person's at the same browser (ASVS 5.0, 14.3.2)."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
