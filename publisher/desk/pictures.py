"""The pictures that were taken in: what they show, who made them, and which articles show them."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Problem
from chassis.sign_in import session
from publisher.api.forms import the_house
from publisher.desk.library import shelf
from publisher.editing.receiving import receive


@session.signed_in
def pictures() -> Response | tuple[str, int] | str:
    """List the pictures, the newest first, and take new ones in."""
    if request.method == "GET":
        session.require("articles:read")
        return _page()
    session.check_form()
    session.require("media:write")
    house, faults = the_house(), []
    for file in request.files.getlist("file"):
        if file.filename:
            try:
                receive(house.engine, house.media_dir, file.read())
            except Problem as problem:
                faults.append(f"{file.filename[:80]}: {problem.detail.removeprefix('file: ')}")
    house.relay()
    return (_page(faults), 422) if faults else redirect(url_for("desk.pictures"), 303)


def _page(faults: list[str] | None = None) -> str:
    listed = shelf(request.args.get("words", ""), request.args.get("before", ""))
    return render_template("desk/pictures.html", **listed, faults=faults or [])
