"""Signing in to the console with a token, and out of it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from consent.console import session


def sign_in() -> Response | tuple[str, int] | str:
    """Ask for a token and open a session with it."""
    if request.method == "GET":
        return render_template("console/sign_in.html", failed=False)
    session.check_form()
    if session.open_with(request.form.get("token", "").strip()):
        return redirect(url_for("console.overview"), 303)
    return render_template("console/sign_in.html", failed=True), 403


def sign_out() -> Response:
    """End the session."""
    session.check_form()
    session.close()
    return redirect(url_for("console.sign_in"), 303)
