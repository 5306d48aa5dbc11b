"""ID tokens: whether one is of our provider, for us, of this sign-in and of now (OpenID Connect Core 1.0, 3.1.3.7)."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from chassis.openid.client import Refused
from chassis.openid.provider import Provider, Tokens

SKEW_S = 60
MOST_SUB = 255
#: By key pairs only: `none` proves nothing, and whoever can check an HMAC can make one.
ALGORITHMS = tuple(f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512))
# Beside what RFC 7515 names, providers put words of their own into the header; `crit` still stops what matters.
_REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


def check(provider: Provider, tokens: Tokens, nonce: str, max_age_s: int | None = None) -> dict[str, Any]:
    """Return an ID token's claims, if it is good.

    Args:
        provider: who must have made it.
        tokens: the ID token, and the access token that came with it.
        nonce: that of this sign-in.
        max_age_s: how long ago they may have authenticated, which the token must then say; None: at any time.

    Raises:
        Refused: it is not good; `detail` says in what.
        Away: the provider's keys cannot be had.
    """
    known = provider.client
    try:
        header, claims = _decode(provider, tokens.id_token)
        JWTClaimsRegistry(
            now=lambda: int(time.time()),
            leeway=SKEW_S,
            iss={"essential": True, "value": known.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": known.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Refused(f"the ID token of {known.label} is not good: {error}") from error
    if len(claims["sub"]) > MOST_SUB or not claims["sub"].isprintable():
        raise Refused(f"the ID token of {known.label} names nobody in up to {MOST_SUB} characters of text (sub)")
    azp, several = claims.get("azp"), isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if azp != known.client_id and (several or azp is not None):
        raise Refused(f"the ID token of {known.label} is for another client (azp)")
    if "at_hash" in claims and not _is_hash(claims["at_hash"], tokens.access_token, header["alg"]):
        raise Refused(f"the ID token of {known.label} came with another access token (at_hash)")
    if max_age_s is not None:
        _check_age(known.label, authenticated_s(claims), max_age_s)
    return claims


def authenticated_s(claims: Mapping[str, Any]) -> int:
    """Return when they authenticated (`auth_time`), in Unix seconds and no later than now; 0 where that is not told."""
    said = claims.get("auth_time")
    good = isinstance(said, int | float) and not isinstance(said, bool) and said >= 0
    return int(min(said, time.time())) if good else 0  # type: ignore[arg-type, type-var]


def _check_age(label: str, at_s: int, max_age_s: int) -> None:
    if not at_s:
        raise Refused(f"{label} does not say when you authenticated (auth_time), so that it proves nothing of now")
    if time.time() - at_s > max_age_s + SKEW_S:
        raise Refused(f"{label} has not asked you again who you are (auth_time)")


def _decode(provider: Provider, text: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    try:
        found = jwt.decode(text, provider.keys(), registry=_REGISTRY)
    except InvalidKeyIdError:
        found = jwt.decode(text, provider.keys(fresh=True), registry=_REGISTRY)  # the provider has rotated its keys
    return found.header, found.claims


def _is_hash(said: Any, access_token: str, algorithm: str) -> bool:
    digest = hashlib.new(f"sha{algorithm[2:]}", access_token.encode()).digest()
    expected = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected)
