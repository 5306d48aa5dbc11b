"""Moves of an article at the desk, its times, and links that show it before it is public."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Invalid, PreconditionFailed, Problem
from chassis.sign_in import reauthentication, session
from publisher import clock
from publisher.api.forms import find, the_house
from publisher.articles import Revision
from publisher.desk import moments
from publisher.desk.article import LIVES_H, around, shown
from publisher.desk.editing import Faults
from publisher.desk.frame import hand, zone
from publisher.desk.rights import open_moves
from publisher.desk.words import STATES
from publisher.editing.moving import move as make
from publisher.editing.publishing import Writing, publish
from publisher.faults import Fault, refusal
from publisher.previews import LONGEST_S, SECRET, Preview, sign
from publisher.states import MOVES
from publisher.store.secrets import obtain

Answer = Response | tuple[str, int] | str
_FIELDS = {"publishAt": "publish_at", "embargoedUntil": "embargo", "expires": "expires"}


@session.signed_in
def move(article_id: str) -> Answer:
    """Make the move that a button asks for."""
    revision = _sent(article_id)
    action = request.form.get("do", "")
    if action not in MOVES or action == "kill":
        raise Invalid("expected a move of the desk")
    if action not in open_moves(revision):
        session.require("articles:write")
    return _made(revision, action)


@session.signed_in
def kill(article_id: str) -> Answer:
    """Ask whether an article is to be taken down for good, and do it."""
    session.require("articles:write")
    revision = find(article_id)
    if request.method == "GET":
        return render_template("desk/kill.html", **around(revision), faults={}, due=reauthentication.due())
    revision = _sent(article_id)
    faults: Faults = {}
    if not request.form.get("reason", "").strip():
        faults["reason"] = "a reason: it is kept in the record"
    if request.form.get("sure") != "on":
        faults["sure"] = "this to be ticked"
    due = reauthentication.due()
    if faults or due:
        return render_template("desk/kill.html", **around(revision), faults=faults, due=due), 422 if faults else 403
    return _made(revision, "kill")


@session.signed_in
def times(article_id: str) -> Answer:
    """Set an article's embargo and expiry."""
    session.require("articles:write")
    revision = _sent(article_id)

    def change() -> bool:
        wanted = {"embargoed_until_ms": _moment("embargo"), "expires_ms": _moment("expires")}
        how = Writing("minor", _version(), None, wanted, hand(request.form.get("reason")))
        return publish(the_house().engine, article_id, revision.article, how, the_house().offer).changed

    return _done(revision, change)


@session.signed_in
def share(article_id: str) -> Answer:
    """Make a link under which whoever has it sees the article as it stands, for a while."""
    session.require("articles:read")
    revision, house = _sent(article_id), the_house()
    language = request.form.get("language", "")
    hours = request.form.get("hours", "")
    if language not in house.settings.languages or hours not in map(str, LIVES_H):
        raise Invalid("expected a language that is offered and one of the times to live")
    expires_ms = clock.now_ms() + min(int(hours) * 3600, LONGEST_S) * 1000
    token = sign(Preview(article_id, language, expires_ms), obtain(house.engine, SECRET))
    return shown(revision, link=f"{house.settings.public_url}/preview/{token}", link_expires_ms=expires_ms)


def _sent(article_id: str) -> Revision:
    session.check_form()
    return find(article_id)


def _made(revision: Revision, action: str) -> Answer:
    def change() -> bool:
        publish_ms = _moment("publish_at") if action == "schedule" else None
        if action == "schedule" and publish_ms is None:
            raise refusal([Fault("publishAt", "a day and a time", "none")])
        who = hand(request.form.get("reason", "")[:1000])
        house = the_house()
        return make(house.engine, revision.article_id, action, who, house.offer, _version(), publish_ms).changed

    return _done(revision, change)


def _done(revision: Revision, change: Any) -> Answer:
    """Make a change and show what came of it, or why it was not made."""
    try:
        if change():
            the_house().announce(revision.article_id)
    except PreconditionFailed:
        current = find(revision.article_id)
        told = f"Somebody else changed it meanwhile: it is {STATES[current.state].lower()} now. Nothing was done."
        return shown(current, trouble=told), 409
    except Invalid as problem:
        faults = {_FIELDS.get(each.field, each.field): each.expected for each in problem.fields}
        return shown(revision, faults=faults, trouble="Nothing was done."), 422
    except Problem as problem:
        return shown(revision, trouble=f"Nothing was done. {problem.detail}"), 409
    return redirect(url_for("desk.article", article_id=revision.article_id), 303)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _moment(name: str) -> int | None:
    try:
        return moments.read(name, request.form.get(name, ""), zone())
    except Fault as fault:
        raise refusal([fault]) from None
