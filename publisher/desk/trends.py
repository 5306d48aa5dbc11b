"""Trending searches at the desk: what readers see, and what editors pin and hide."""

from contextlib import suppress

from flask import redirect, render_template, request, url_for
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from chassis.errors import Invalid
from chassis.sign_in import session
from chassis.sql import read
from publisher.api.forms import the_house
from publisher.desk.frame import hand
from publisher.editing import trending
from publisher.store import trend_choices

ACTS = (trend_choices.PIN, trend_choices.HIDE, "back")


@session.signed_in
def trends() -> Response | tuple[str, int] | str:
    """Show the trends of each language, and pin, hide or leave a term."""
    if request.method == "GET":
        session.require("articles:read")
        return _page()
    session.check_form()
    session.require("articles:write")
    house, language = the_house(), request.form.get("language", "")
    what, term = request.form.get("do", ""), request.form.get("term", "").replace("\x00", "")
    try:
        if language not in house.settings.languages or what not in ACTS:
            raise Invalid("expected a language that is offered, and to pin, hide or leave a term")
        if what == "back":
            trending.take_back(house, language, term)
        else:
            trending.choose(house, language, term, what, hand())
    except Invalid as problem:
        return _page(problem.detail, language), 422
    with suppress(RedisError):  # the worker computes them again in half a minute
        trending.compute(house, [language])
    return redirect(url_for("desk.trends"), 303)


def _page(fault: str = "", at: str = "") -> str:
    house = the_house()
    with read(house.engine) as connection:
        choices = {each: trend_choices.of_language(connection, each) for each in house.settings.languages}
    shown = {each: house.trends.current(each) for each in house.settings.languages}
    return render_template("desk/trends.html", choices=choices, trends=shown, fault=fault, at=at)
