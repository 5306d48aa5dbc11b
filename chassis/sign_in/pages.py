"""The pages of signing in, with a token, and out again."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.sign_in import session
from chassis.sign_in.place import here


def add_to(blueprint: Blueprint) -> None:
    """Give a blueprint the endpoints `sign_in`, at `/sign-in`, and `sign_out`, a form's target at `/sign-out`."""
    blueprint.add_url_rule("/sign-in", view_func=sign_in, methods=("GET", "POST"))
    blueprint.add_url_rule("/sign-out", view_func=sign_out, methods=("POST",))


def sign_in() -> Response | tuple[str, int] | str:
    """Ask for a token and open a session with it."""
    if request.method == "GET":
        return render_template(here().template, failed=False)
    session.check_form()
    if session.open_with(request.form.get("token", "").strip()):
        return redirect(url_for(here().home), 303)
    return render_template(here().template, failed=True), 403


def sign_out() -> Response:
    """End the session."""
    session.check_form()
    session.close()
    return redirect(url_for(f"{here().name}.sign_in"), 303)
