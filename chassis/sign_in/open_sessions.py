"""The page of one's own sessions: where one is signed in, and the end of one, or of all others (ASVS 5.0, 7.5.2)."""

import re
from datetime import UTC, datetime

import flask
from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Invalid
from chassis.sign_in import session
from chassis.sign_in.place import here
from chassis.sign_in.reauthentication import Due, due

BROWSERS = {
    None: "A program that does not say what it is",
    "other": "Another program",
    "samsung": "Samsung Internet",
    "opera": "Opera",
    "edge": "Edge",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}


@session.signed_in
def sessions() -> Response | str | tuple[str, int]:
    """List one's own sessions; end those that the form names: one by its id, or `others`, all but this."""
    if request.method == "GET":
        return _page()
    session.check_form()
    ended = request.form.get("session", "")
    if not re.fullmatch("[0-9a-f]{32}|others", ended):
        raise Invalid("session: expected the id of a session, or others")
    asks = due()
    if asks is not None:
        return _page(asks, ended), 403 if asks.fault else 200
    own = flask.session["id"]
    if ended == own:
        session.close()
        return redirect(url_for(f"{here().name}.sign_in"), 303)
    if ended != "others":
        here().sessions.end(ended, g.signed_in.id)
    else:
        here().sessions.end_others(g.signed_in.id, own)
    return redirect(url_for(f"{here().name}.sessions"), 303)


def _page(asks: Due | None = None, ended: str | None = None) -> str:
    listed = [
        {
            "session": each,
            "browser": BROWSERS.get(each.browser, each.browser),
            "since": _minute(each.opened_ms),
            "until": _minute(each.until_ms),
        }
        for each in here().sessions.of(g.signed_in.id)
    ]
    around = {"listed": listed, "own": flask.session["id"], "due": asks, "ended": ended}
    return render_template("sign_in/sessions.html", **around, frame=f"{here().name}/frame.html")


def _minute(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M")
