"""The pages of signing in, with a token, and out again."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from chassis.sign_in import open_sessions, openid_pages, session
from chassis.sign_in.card import ask
from chassis.sign_in.place import here

WRONG = "That token opens nothing: it is unknown, expired, used already, or not for these pages."


def add_to(blueprint: Blueprint) -> None:
    """Give a blueprint the endpoints `sign_in`, `sign_out`, a form's target, `sessions`, and those of OpenID.

    `<its name>/frame.html` is what its pages extend, with the blocks `title` and `main`.
    """
    blueprint.add_url_rule("/sign-in", view_func=sign_in, methods=("GET", "POST"))
    blueprint.add_url_rule("/sign-out", view_func=sign_out, methods=("POST",))
    blueprint.add_url_rule("/sessions", view_func=open_sessions.sessions, methods=("GET", "POST"))
    blueprint.add_url_rule("/sign-in/openid", view_func=openid_pages.openid)
    blueprint.add_url_rule("/sign-in/openid/again", view_func=openid_pages.openid_again, methods=("POST",))
    blueprint.add_url_rule("/sign-in/openid/callback", view_func=openid_pages.openid_callback)


def sign_in() -> Response:
    """Ask for a token and open a session with it."""
    if request.method == "GET":
        return ask()
    session.check_form()
    if session.open_with(request.form.get("token", "").strip()):
        return redirect(url_for(here().home), 303)
    return ask(WRONG, 403, of_token=True)


def sign_out() -> Response:
    """End the session, and offer to end the provider's where it was opened with one."""
    session.check_form()
    onward = openid_pages.sign_out()
    session.close()
    return onward or redirect(url_for(f"{here().name}.sign_in"), 303)
