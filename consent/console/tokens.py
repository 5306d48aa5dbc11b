"""The console's tokens: who may do what, a new one by its role, and the end of one."""

from flask import current_app, g, redirect, render_template, request, url_for
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from chassis.errors import Forbidden, NotFound
from chassis.sign_in import session
from chassis.tokens import Token, Tokens
from consent.api.callers import caller
from consent.api.services import services
from consent.console import confirming, sight
from consent.console.confirming import Question
from consent.fields import Text, site_id
from consent.roles import ROLES, SCOPES

WRITE = "tokens:write"
DAY_S = 86_400


class NewTokenSchema(Schema):
    """A token to be made, as the form sends it."""

    class Meta:  # noqa: D106
        unknown = RAISE

    label = Text(200, required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    site = site_id()
    days = fields.Integer(load_default=None, validate=validate.Range(1, 3650))


@session.signed_in
def tokens() -> Response | str | tuple[str, int]:
    """List the tokens; make one, which is shown this once."""
    session.require(WRITE)
    if request.method == "GET":
        return _page()
    session.check_form()
    sent = {name: text for name, text in request.form.items() if name not in confirming.OWN_FIELDS and text.strip()}
    try:
        wanted = NewTokenSchema().load(sent)
    except ValidationError as error:
        return _page(errors=error.messages_dict, asked=sent), 422
    site = wanted.get("site") or g.signed_in.site
    if g.signed_in.site not in (None, site):
        raise Forbidden("Your token is for one site: it makes tokens for that site only.")
    scopes = ROLES[wanted["role"]].scopes
    if not scopes <= g.signed_in.scopes:
        raise Forbidden("A token may do no more than the one that makes it.")
    asked = Question("Make a token", "Make it", url_for("console.tokens"), sent=sent)
    if (asks := confirming.ask(lambda: asked, only_who=True)) is not None:
        return asks
    ttl_s = None if wanted["days"] is None else wanted["days"] * DAY_S
    text = services().configuring.make_token(caller(), wanted["label"], scopes, site, ttl_s)
    return _page(made=text)


@session.signed_in
def revoke(identifier: str) -> Response:
    """End a token."""
    session.require(WRITE)
    session.check_form()
    found = next((each for each in _own() if each.id == identifier), None)
    if found is None:
        raise NotFound(f"There is no token {identifier[:32]!r}.")
    asked = Question(f"End the token “{found.label or found.id}”", "End it", url_for("console.tokens"))
    if (asks := confirming.ask(lambda: asked, only_who=True)) is not None:
        return asks
    services().configuring.end_token(caller(), identifier)
    return redirect(url_for("console.tokens"), 303)


def _page(
    made: str | None = None, errors: dict[str, list[str]] | None = None, asked: dict[str, str] | None = None
) -> str:
    """Show the list; `made`: a token's text, which no other page will show."""
    around = {"roles": ROLES, "scopes": SCOPES, "sites": sight.sites(), "errors": errors or {}, "asked": asked or {}}
    listed = [{"token": each, "role": _role(each)} for each in _own()]
    return render_template("console/tokens.html", listed=listed, made=made, **around)


def _role(token: Token) -> str | None:
    return next((name for name, role in ROLES.items() if role.scopes == token.scopes), None)


def _own() -> list[Token]:
    return [each for each in _tokens().all() if g.signed_in.site in (None, each.site)]


def _tokens() -> Tokens:
    known: Tokens = current_app.extensions["tokens"]
    return known
