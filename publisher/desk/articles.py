"""The desk's list of articles: what is there, in which state, in which languages, changed when and by whom."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from chassis.errors import Invalid
from chassis.sign_in import session
from chassis.sql import read
from publisher import clock
from publisher.api.forms import the_house
from publisher.api.schemas import Word
from publisher.articles import section_slug
from publisher.desk.frame import source_languages
from publisher.states import STATES
from publisher.store import listing, transitions, variants
from publisher.store.listing import Selection

PER_PAGE = 50


class ArticlesFilter(Schema):
    """What the list is asked for."""

    text = Word()
    state = fields.String(validate=validate.OneOf(STATES, error="a state"))
    section = Word()
    language = Word()
    cursor = fields.String()


@session.signed_in
def articles() -> Response | tuple[str, int] | str:
    """List the articles that match, a page at a time, the one that changed last first."""
    session.require("articles:read")
    asked = {name: text.strip() for name, text in request.args.items() if text.strip()}
    if len(asked) < len(request.args):
        return redirect(url_for("desk.articles", **asked))  # type: ignore[arg-type]
    try:
        query = ArticlesFilter().load(asked)
        page = _page(query)
    except ValidationError as error:
        refused = {name: " ".join(map(str, told)) for name, told in dict(error.messages_dict).items()}
        return render_template("desk/articles.html", **_around(asked), errors=refused, rows=[], older=None), 422
    except Invalid as error:
        refused = {each.field: each.expected for each in error.fields}
        return render_template("desk/articles.html", **_around(asked), errors=refused, rows=[], older=None), 422
    return render_template("desk/articles.html", **_around(asked), errors={}, **page)


def _page(query: dict[str, Any]) -> dict[str, Any]:
    selection = Selection(
        state=query.get("state"),
        section=section_slug(query["section"]) if "section" in query else None,
        language=query.get("language"),
        text=query.get("text"),
    )
    with read(the_house().engine) as connection:
        found, cursor = listing.page(connection, selection, query.get("cursor"), PER_PAGE)
        ids = [each.article_id for each in found]
        states = variants.states(connection, ids, clock.now_ms())
        last = transitions.newest(connection, ids)
    rows = [
        {
            "revision": each,
            "public": each.is_public(clock.now_ms()),
            "variants": {name: state for name, state in states.get(each.article_id, {}).items() if state != "original"},
            "last": last.get(each.article_id),
        }
        for each in found
    ]
    asked = {name: text for name, text in request.args.items() if name != "cursor"}
    return {"rows": rows, "older": {**asked, "cursor": cursor} if cursor else None}


def _around(asked: dict[str, str]) -> dict[str, Any]:
    with read(the_house().engine) as connection:
        sections = listing.sections(connection)
    offered = {"state": STATES, "section": sections, "language": source_languages()}
    filters = {name: text for name, text in asked.items() if name != "cursor"}
    return {"asked": asked, "filters": filters, "offered": offered, "label": g.signed_in.label}
