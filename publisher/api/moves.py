"""``/v1/articles/{id}/publish`` and the other moves, their record, and previews of what is not public."""

from datetime import datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from chassis.authorisation import require
from chassis.sql import read
from publisher import clock
from publisher.api.forms import article_form, article_headers, find, hand, milliseconds, moment, the_house
from publisher.api.idempotency import HEADER, idempotent
from publisher.api.preconditions import expected_version
from publisher.api.schemas import ArticleOut, HistoryOut, HistoryQuery, MoveIn, PreviewIn, PreviewOut, ScheduleIn
from publisher.editing.moving import ANY_VERSION, move
from publisher.faults import Fault, refusal
from publisher.page.answers import page_headers
from publisher.previews import SECRET, Preview, sign, verify
from publisher.store import transitions
from publisher.store.secrets import obtain
from publisher.store.transitions import Transition

IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "The version that you move, if it must be no other.",
}
MOVES = {
    "submit": "Hand an article in for review.",
    "draft": "Take an article back to be worked on.",
    "publish": "Make an article public.",
    "unpublish": "Take an article off the pages; it can be published again.",
    "kill": "Take an article down for good: its pages are 410, and nothing of it can be changed any more.",
}

Answer = tuple[dict[str, Any], int, dict[str, str]]

blueprint = Blueprint("moves", __name__, url_prefix="/v1/articles", description="States of articles")


def _add(action: str, doc: str) -> None:
    @blueprint.route(f"/<article_id>/{action}", methods=["POST"], endpoint=action)
    @require("articles:write")
    @idempotent
    @blueprint.arguments(MoveIn)
    @blueprint.response(200, ArticleOut)
    @blueprint.doc(summary=doc, parameters=[IF_MATCH, HEADER])
    def view(sent: dict[str, Any], article_id: str) -> Answer:
        return _moved(article_id, action, sent.get("reason"))


for _action, _doc in MOVES.items():
    _add(_action, _doc)


@blueprint.route("/<article_id>/schedule", methods=["POST"])
@require("articles:write")
@idempotent
@blueprint.arguments(ScheduleIn)
@blueprint.response(200, ArticleOut)
@blueprint.doc(parameters=[IF_MATCH, HEADER])
def schedule(sent: dict[str, Any], article_id: str) -> Answer:
    """Have an article published at a time."""
    return _moved(article_id, "schedule", sent.get("reason"), sent["publishAt"])


@blueprint.route("/<article_id>/history")
@require("articles:read")
@blueprint.arguments(HistoryQuery, location="query", unknown=RAISE)
@blueprint.response(200, HistoryOut)
def history(sent: dict[str, Any], article_id: str) -> Answer:
    """List what was done to an article and by whom, the newest first; also of one that was deleted."""
    with read(the_house().engine) as connection:
        listed = transitions.of_article(connection, article_id, sent.get("cursor"), sent["limit"])
    if not listed:
        find(article_id)
    more = len(listed) == sent["limit"]
    body = {"transitions": [_transition(each) for each in listed], "next": listed[-1].id if more else None}
    return body, 200, {"Cache-Control": "private, no-store"}


@blueprint.route("/<article_id>/previews", methods=["POST"])
@require("articles:read")
@blueprint.arguments(PreviewIn)
@blueprint.response(201, PreviewOut)
def make_preview(sent: dict[str, Any], article_id: str) -> Answer:
    """Make a link under which whoever has it sees the article as it stands, public or not, for a while."""
    revision, house = find(article_id), the_house()
    language = sent.get("language") or revision.article.language
    if language not in house.settings.languages:
        raise refusal([Fault("language", f"one of {', '.join(house.settings.languages)}", repr(language))])
    preview = Preview(article_id, language, clock.now_ms() + sent["ttl_s"] * 1000)
    token = sign(preview, obtain(house.engine, SECRET))
    body = {"url": f"{house.settings.public_url}/preview/{token}", "expires": moment(preview.expires_ms)}
    return body, 201, {"Cache-Control": "private, no-store"}


def show_preview(token: str) -> Response:
    """Show what a link previews; never kept by anybody, never indexed, its address told to nobody."""
    house = the_house()
    preview = verify(token, obtain(house.engine, SECRET), clock.now_ms())
    rendered = house.renderer.preview(preview.article_id, preview.language)
    response = Response(rendered.html, rendered.status)
    for name, value in page_headers(rendered, house.site):
        response.headers[name] = value
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _moved(article_id: str, action: str, reason: str | None, publish_at: datetime | None = None) -> Answer:
    house, given = the_house(), expected_version()
    expected = ANY_VERSION if given is None else given
    done = move(house.engine, article_id, action, hand(reason), house.offer, expected, milliseconds(publish_at))
    if done.changed:
        house.announce(article_id)
    return article_form(done.revision), 200, article_headers(done.revision)


def _transition(each: Transition) -> dict[str, Any]:
    return {
        "id": each.id,
        "at": moment(each.at_ms),
        "who": each.who,
        "action": each.action,
        "fromState": each.from_state,
        "toState": each.to_state,
        "reason": each.reason,
        "revision": each.revision,
    }
