"""What was typed outlives a session: a form that comes too late is held in a page until it can be sent again."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import render_template, request

from chassis.errors import Forbidden
from chassis.sign_in import session
from chassis.sign_in.place import here

P = ParamSpec("P")
R = TypeVar("R")


def keeps_form(view: Callable[P, R]) -> Callable[P, R | tuple[str, int]]:
    """Hold the form of whoever is signed in no more, or anew; nothing is done with it before it is sent again."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | tuple[str, int]:
        if request.method != "POST" or request.headers.get("Origin") != here().own_origin:
            return view(*args, **kwargs)
        if session.who() is not None:
            try:
                session.check_form()
            except Forbidden:
                return _held()
            return view(*args, **kwargs)
        return _held()

    return guarded


def _held() -> tuple[str, int]:
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf"]
    lost = [each.filename for each in request.files.values() if each.filename]
    return render_template("desk/held.html", fields=fields, lost=lost), 403
