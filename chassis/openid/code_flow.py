"""The authorization code flow: away to the provider, and back with a code that is good for one browser, once."""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chassis.openid import id_tokens, roles
from chassis.openid.client import Refused
from chassis.openid.provider import Provider

NAMES = ("name", "preferred_username", "email")
# Some tell when somebody authenticated only where it is asked for (OpenID Connect Core 1.0, 5.5.1), max_age or not.
_CLAIMS = json.dumps({"id_token": {"auth_time": {"essential": True}}}, separators=(",", ":"))


class Begun(NamedTuple):
    """What the browser that began a sign-in keeps until it comes back."""

    state: str
    nonce: str
    verifier: str


class EndUser(NamedTuple):
    """Who the provider says has signed in, and what the rules grant them: None for nothing.

    They authenticated at `authenticated_s`, in Unix seconds, 0 where the provider does not say.
    """

    iss: str
    sub: str
    label: str
    held: tuple[str, ...]
    granted: roles.Granted | None
    authenticated_s: int = 0


def begin(
    provider: Provider, redirect_uri: str, max_age_s: int | None = None, unseen: bool = False
) -> tuple[str, Begun]:
    """Return the address at the provider, and what to keep until the browser comes back.

    Args:
        provider: who signs them in.
        redirect_uri: where the browser comes back to.
        max_age_s: they must authenticate there anew, and at most so long before they come back; None: or be signed in.
        unseen: whether the provider shows no page, and sends back an error where it had to.

    Raises:
        Away: the provider cannot be asked where that is.
    """
    begun = Begun(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.client.scopes),
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if max_age_s is not None:
        # Either should do (OpenID Connect Core 1.0, 3.1.2.1), but some providers know only the one or the other.
        asked |= {"prompt": "login", "max_age": str(max_age_s)}
    if unseen:
        asked["prompt"] = "none"
    metadata = provider.metadata()
    if metadata.takes_claims:
        asked["claims"] = _CLAIMS
    return _with_query(metadata.authorization_endpoint, asked), begun


def finish(
    provider: Provider, begun: Begun, answer: Mapping[str, str], redirect_uri: str, max_age_s: int | None = None
) -> EndUser:
    """Return who has signed in, from the query that the browser came back with; `max_age_s` as it was begun with.

    Raises:
        Refused: it is not an answer to what was begun, or proves nobody.
        Away: the provider cannot be asked.
    """
    known = provider.client
    if not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode()):
        raise Refused("this is not the sign-in that was begun in this browser: begin again")
    # RFC 9207: an answer of another provider must not lead its code to this one
    if answer.get("iss", None if provider.metadata().names_issuer else known.issuer) != known.issuer:
        raise Refused(f"the answer is not of {known.label} (iss)")
    if "code" not in answer:
        said = f"{answer.get('error', 'no code')[:80]} {answer.get('error_description', '')[:200]}".strip()
        raise Refused(f"{known.label} has not signed you in: {said}")
    tokens = provider.redeem(answer["code"], begun.verifier, redirect_uri)
    claims = id_tokens.check(provider, tokens, begun.nonce, max_age_s)
    authenticated_s = id_tokens.authenticated_s(claims)
    if not roles.values(claims, known.claim) or not any(claims.get(name) for name in NAMES):
        told = provider.userinfo(tokens.access_token)
        if told.get("sub", claims["sub"]) != claims["sub"]:
            raise Refused(f"{known.label} tells of another account than that which signed in (userinfo)")
        claims = {**told, **claims}
    held = roles.values(claims, known.claim)
    granted = roles.granted(known.rules, held)
    return EndUser(known.issuer, claims["sub"], _label(claims), tuple(held), granted, authenticated_s)


def sign_out_address(provider: Provider, back: str) -> str | None:
    """Return where the provider ends its own session (RP-Initiated Logout 1.0), None where it offers that nowhere.

    Raises:
        Away: the provider cannot be asked.
    """
    address = provider.metadata().end_session_endpoint
    asked = {"client_id": provider.client.client_id, "post_logout_redirect_uri": back}
    return None if address is None else _with_query(address, asked)


def _label(claims: Mapping[str, Any]) -> str:
    named = (claims.get(name) for name in (*NAMES, "sub"))
    texts = ("".join(filter(str.isprintable, each)).strip() for each in named if isinstance(each, str))
    return next(filter(None, texts))[:200]


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
