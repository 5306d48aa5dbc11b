"""Signing in with an OpenID provider, and authenticating there again: away to it, and back.

What was begun is kept in a signed cookie of its own for ten minutes: the session's is `Strict`, and would not come back
from another site with the browser.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict

import flask
from flask import redirect, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from chassis.errors import Invalid, NotFound
from chassis.identities import SignedIn
from chassis.openid import code_flow
from chassis.openid.client import Away, Refused
from chassis.openid.code_flow import Begun, EndUser
from chassis.openid.provider import Provider
from chassis.sign_in import session
from chassis.sign_in.card import Onward, ask, send_on
from chassis.sign_in.place import SignIn, here, signing_key

BEGUN_S = 600
#: What browsers keep of a cookie, its name and attributes with it.
MOST_BYTES = 4000

_log = logging.getLogger(__name__)


class _Attributes(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


class _Kept(NamedTuple):
    """What the browser keeps beside what the flow wants: of whose session it left, and what it was about to do there.

    Attributes:
        back: where it was, which it comes back to; None for the home.
        session: the session's members; None where nobody was signed in.
        form: what was sent, by the form's fields, with `address`, `back` and `title`; None where there was no form.
    """

    back: str | None = None
    session: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None

    @property
    def renews(self) -> bool:
        return self.session is not None and self.form is None

    @property
    def max_age_s(self) -> int | None:
        return None if self.form is None else here().reauthentication_s


def openid() -> Response:
    """Send the browser to the provider; for a session whose rights are to be renewed nothing is seen of it."""
    provider, back = _provider(), request.args.get("back", "")
    kept = _Kept(
        back if _is_below(back) and len(back) <= MOST_BYTES // 3 else None,
        dict(flask.session) if session.is_renewable() else None,
    )
    try:
        address, begun = code_flow.begin(provider, _redirect_uri(), unseen=kept.renews)
    except Away as error:
        return _refuse(error)
    return _keep(redirect(address, 303), begun, kept)


def openid_again() -> Response:
    """Send the browser to the provider to authenticate again, with what it was about to send elsewhere."""
    session.check_form()
    provider, who = _provider(), session.who()
    if who is None or "iss" not in who.identity:
        return redirect(url_for(f"{here().name}.sign_in"), 303)
    form = {name: text for name, text in request.form.items() if name != "csrf"}
    if not all(_is_below(form.get(name, "")) for name in ("address", "back")):
        raise Invalid(f"address, back: expected addresses below {here().path}")
    kept = _Kept(form["back"], dict(flask.session), form)
    try:
        address, begun = code_flow.begin(provider, _redirect_uri(), kept.max_age_s)
    except Away as error:
        return send_on(Onward("Nothing was done", "Back", form["back"], _told(error)), at_once=False, status=503)
    label = provider.client.label
    return _keep(send_on(Onward(f"On to {label}", f"Go on to {label}", address)), begun, kept)


def openid_callback() -> Response:
    """Open a session for whom the provider sends back, and send the browser on."""
    provider = _provider()
    begun, kept = _begun()
    # who is signed in guesses nothing; many whom the provider has signed out must not shut the door for their office
    whose = () if kept.renews else session.attempt()
    try:
        if begun is None:
            raise Refused("no sign-in was begun in this browser within ten minutes: begin again")
        user = code_flow.finish(provider, begun, request.args, _redirect_uri(), kept.max_age_s)
        _open(user, provider, kept)
    except (Refused, Away) as error:
        answer = _refuse(error) if kept.session is None else _unchanged(error, kept)
    else:
        if whose:
            here().attempts.succeeded(whose)
        answer = _onward(kept)
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
    word = f"Sign out of {provider.client.label} too"
    return None if address is None else send_on(Onward("Signed out here", word, address))


def _open(user: EndUser, provider: Provider, kept: _Kept) -> None:
    """Open the session; where they had one, it is theirs as before, with the rights of now."""
    before = kept.session
    if before is not None and before["identity"] != {"iss": user.iss, "sub": user.sub}:
        raise Refused(f"it was not {before['label']} who authenticated")
    if kept.renews and before is not None and not here().sessions.lives(before["id"]):
        raise Refused("this session was ended from another one")
    who = _signed_in(user, provider, before)
    if before is None or (before["site"], before["scopes"]) != (who.site, sorted(who.scopes)):
        here().granted(who)
    session.open_for(who, user.authenticated_s, left=before)
    if before is not None:
        flask.session["csrf"] = before.get("csrf", "")  # their other windows' forms stay good
    if before is not None and kept.renews:
        authenticated_s = max(user.authenticated_s, before.get("authenticated", 0))
        flask.session.update(until=before["until"], authenticated=authenticated_s)


def _signed_in(user: EndUser, provider: Provider, before: Mapping[str, Any] | None) -> SignedIn:
    granted = user.granted
    scopes = frozenset().union(*(here().roles[role] for role in granted.roles)) if granted else frozenset[str]()
    if granted is None or here().scope not in scopes:
        claim, held = provider.client.claim, ", ".join(user.held)[:200] or "nothing"
        _log.warning("somebody has no role", extra={"iss": user.iss, "sub": user.sub, "held": user.held})
        session.close(before)
        raise Refused(
            f"{user.label}, you have no role here: “{claim}” says {held}, and none of that opens these pages. "
            "Ask whoever runs the service to give you one."
        )
    return SignedIn(user.label, granted.site, {"iss": user.iss, "sub": user.sub}, scopes)


def _onward(kept: _Kept) -> Response:
    if kept.form is None:
        return send_on(Onward("Signed in", "Go on", kept.back or url_for(here().home)))
    fields = {name: text for name, text in kept.form.items() if name not in ("address", "back", "title")}
    title = kept.form.get("title", "")
    return send_on(Onward("It is you", f"Go on: {title}", kept.form["address"], fields=fields), at_once=False)


def _unchanged(error: Refused | Away, kept: _Kept) -> Response:
    """Tell who has a session that it is as before; one whose rights the provider does not give again ends."""
    _log.warning("nothing came of asking the provider again", extra={"reason": error.detail})
    refused = isinstance(error, Refused)
    if refused and kept.renews:
        session.close(kept.session)
        return ask(f"What you may do here was to be asked again. {error.detail}", 403, back=kept.back)
    title = "Nothing was done" if kept.form else "Not just now"
    onward = Onward(title, "Back", kept.back or url_for(here().home), error.detail if refused else _told(error))
    return send_on(onward, at_once=False, status=403 if refused else 503)


def _refuse(error: Refused | Away) -> Response:
    _log.warning("a sign-in came to nothing", extra={"reason": error.detail})
    if isinstance(error, Refused):
        return ask(error.detail, 403)
    answer = ask(f"{_told(error)} A token still opens these pages.", 503)
    answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def _told(_error: Refused | Away) -> str:
    return f"{_provider().client.label} does not answer as it should."


def _provider() -> Provider:
    found = here().openid
    if found is None:
        raise NotFound("no OpenID provider is set up here")
    return found


def _keep(answer: Response, begun: Begun, kept: _Kept) -> Response:
    text = _serializer().dumps([list(begun), list(kept)])
    if len(text) > MOST_BYTES:
        raise Invalid("this is more than a browser keeps until you come back: say it in fewer words")
    answer.set_cookie(_cookie(), text, max_age=BEGUN_S, **_attributes(here()))
    return answer


def _begun() -> tuple[Begun | None, _Kept]:
    """Return what this browser began, and what it keeps; None where it has begun nothing of late."""
    try:
        begun, kept = _serializer().loads(request.cookies.get(_cookie(), ""), max_age=BEGUN_S)
        return Begun(*begun), _Kept(*kept)
    except (BadData, TypeError, ValueError):
        return None, _Kept()


def _is_below(address: str) -> bool:
    return address.isprintable() and bool(re.match(rf"{re.escape(here().path)}([/?]|$)", address))


def _redirect_uri() -> str:
    return here().public_url + url_for(f"{here().name}.openid_callback")


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(), salt="openid")


def _cookie() -> str:
    return f"__Host-{here().name}-openid" if here().secure else f"{here().name}-openid"


def _attributes(place: SignIn) -> _Attributes:
    path = "/" if place.secure else f"{place.path}/sign-in"
    return {"path": path, "secure": place.secure, "httponly": True, "samesite": "Lax"}
