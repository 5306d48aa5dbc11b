"""Authenticating again before what is grave: a session that was left open does none of it (ASVS 5.0, 7.5.3).

A view asks `due` once everything else about the form is right, and shows `sign_in/again.html` in its form where it is.
"""

import hmac
import time
from typing import NamedTuple

from flask import request, session

from chassis.identities import SignedIn
from chassis.limits.partitions import of_token
from chassis.sign_in.place import here
from chassis.sign_in.session import attempt, open_for_token, who
from chassis.tokens import Token

WRONG = "That token does not prove it: it is unknown, expired or used already, or not the one that you signed in with."


class Due(NamedTuple):
    """That they must authenticate again.

    Attributes:
        fault: why what they sent did not do, None where they sent nothing.
        openid: what people call the provider that they do it with; None: with a token.
        anew: whether the token is used up that they signed in with, so that it takes a new one.
    """

    fault: str | None
    openid: str | None
    anew: bool


def due() -> Due | None:
    """Tell whether who is signed in must authenticate again first; the token that the form brings does it.

    Raises:
        RateLimited: this address, or this token, has failed too often.
        Unavailable: failures cannot be counted just now.
    """
    if time.time() - session.get("authenticated", 0) < here().reauthentication_s:
        return None
    if "iss" in session["identity"]:
        provider = here().openid
        return Due(None, "the provider" if provider is None else provider.client.label, anew=False)
    text = request.form.get("token", "").strip()
    if text and _shown(text):
        return None
    return Due(WRONG if text else None, None, anew=not session["lasting"])


def _shown(text: str) -> bool:
    """Take a token: the session's, or, where that is used up, one that may as much; the session is then that one's."""
    whose = attempt(*of_token(text.partition(".")[0]))
    token, before = here().tokens.redeem(text), who()
    if token is None or before is None or not _is_theirs(token, before):
        return False
    here().attempts.succeeded(whose)
    if session["lasting"]:
        session["authenticated"] = int(time.time())
        return True
    word = session["csrf"]  # their other windows' forms stay good
    open_for_token(token)
    session["csrf"] = word
    return who() is not None


def _is_theirs(token: Token, before: SignedIn) -> bool:
    if session["lasting"]:
        return hmac.compare_digest(token.id, before.id)
    # what the view has allowed already, it has allowed to the session as it was
    return token.site == before.site and token.scopes >= before.scopes
