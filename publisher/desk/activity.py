"""Who did what in the whole newsroom, the newest first."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.sign_in import session
from chassis.sql import read
from publisher.api.forms import the_house
from publisher.articles import ID
from publisher.desk.words import ACTIONS
from publisher.store import transitions

PER_PAGE = 100


@session.signed_in
def activity() -> Response | str:
    """List what was done to articles: all of it, or that of one action, one person, one article."""
    session.require("articles:read")
    asked = {name: text.strip().replace("\x00", "") for name, text in request.args.items() if text.strip()}
    if len(asked) < len(request.args):
        return redirect(url_for("desk.activity", **asked))  # type: ignore[arg-type]
    cursor, article = asked.get("before", ""), asked.get("article")
    before = int(cursor) if cursor.isdecimal() and len(cursor) < 16 else None
    with read(the_house().engine) as connection:
        listed = transitions.page(
            connection,
            before,
            PER_PAGE + 1,
            action=asked.get("action"),
            who=asked.get("who"),
            article=article if article is None or ID.fullmatch(article) else "-",
        )
    older = {**asked, "before": listed[PER_PAGE - 1].id} if len(listed) > PER_PAGE else None
    filters = {name: text for name, text in asked.items() if name != "before"}
    page = {"record": listed[:PER_PAGE], "older": older, "asked": asked, "filters": filters}
    return render_template("desk/activity.html", **page, actions=ACTIONS)
