"""One article at the desk: how it stands, who did what, and its page as readers would see it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request

from chassis.errors import NotFound
from chassis.sign_in import session
from chassis.sql import read
from publisher import clock
from publisher.api.forms import find, the_house
from publisher.articles import Revision
from publisher.desk import moments
from publisher.desk.frame import zone
from publisher.desk.rights import may_write, open_moves
from publisher.page.answers import page_headers
from publisher.states import KILLED
from publisher.store import transitions, variants

MOST_TRANSITIONS = 200
# without scripts a browser would show what stands in for them: the banner's frame, which is not let in either
_SCRIPT = re.compile(r"<(script|noscript)\b[^>]*>.*?</\1>\n?", re.DOTALL)
LIVES_H = (24, 72, 168, 720)
"""Hours that a link to share may live."""


@session.signed_in
def article(article_id: str) -> str:
    """Show how an article stands, with its record and its page."""
    session.require("articles:read")
    return shown(find(article_id))


def shown(
    revision: Revision,
    faults: Mapping[str, str] | None = None,
    trouble: str = "",
    link: str = "",
    link_expires_ms: int | None = None,
) -> str:
    """Make an article's page, with what was wrong or what came of the form that was sent."""
    with read(the_house().engine) as connection:
        record = transitions.of_article(connection, revision.article_id, limit=MOST_TRANSITIONS)
    return render_template(
        "desk/article.html",
        **around(revision),
        record=record,
        shown=request.args.get("language", revision.article.language),
        moves=open_moves(revision),
        lives_h=LIVES_H,
        sent=request.form,
        faults=faults or {},
        trouble=trouble,
        link=link,
        link_expires_ms=link_expires_ms,
        zone=zone().key,
        field=lambda ms: moments.field(ms, zone()),
        now=moments.field(clock.now_ms(), zone()),
    )


@session.signed_in
def page(article_id: str, language: str) -> Response:
    """Show an article's page, public or not, inside of the desk."""
    session.require("articles:read")
    find(article_id)
    house = the_house()
    if language not in house.settings.languages:
        raise NotFound(f"no language {language[:40]!r} is offered")
    return framed(house.renderer.preview(article_id, language))


def framed(rendered: Any) -> Response:
    """Answer with a page that the desk, and nobody else, may put in a frame; without its scripts."""
    response = Response(_SCRIPT.sub("", rendered.html), rendered.status)
    without_consent = replace(the_house().site, consent_url="")
    for name, value in page_headers(rendered, without_consent, frame_ancestors="'self'"):
        response.headers[name] = value
    return response


def around(revision: Revision) -> dict[str, Any]:
    """Gather what the head of each of an article's pages shows."""
    with read(the_house().engine) as connection:
        there = variants.states(connection, [revision.article_id], clock.now_ms()).get(revision.article_id, {})
    return {
        "revision": revision,
        "article": revision.article,
        "public": revision.is_public(clock.now_ms()),
        "killed": revision.state == KILLED,
        "writable": may_write(revision),
        "variants": there,
        "address": the_house().settings.public_url + revision.article.path_in(revision.article.language),
    }
