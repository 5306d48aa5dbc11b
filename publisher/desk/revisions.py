"""The revisions of an article: listed with who made them, compared block by block, and restored."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import NotFound, PreconditionFailed, Problem
from chassis.sign_in import session
from chassis.sql import read
from publisher.api.forms import find, the_house
from publisher.articles import Article, Revision
from publisher.desk.article import around
from publisher.desk.comparing import compare
from publisher.desk.frame import hand
from publisher.desk.rights import require_writing
from publisher.desk.words import BLOCKS
from publisher.editing.publishing import Writing, publish
from publisher.store import articles, transitions

RESTORED_KINDS = ("update", "minor")


@session.signed_in
def revisions(article_id: str) -> Response | tuple[str, int] | str:
    """List an article's revisions, and compare two of them."""
    session.require("articles:read")
    revision = find(article_id)
    return _page(revision)


@session.signed_in
def restore(article_id: str, number: int) -> Response | tuple[str, int] | str:
    """Make a revision of before the newest one."""
    session.check_form()
    revision = find(article_id)
    require_writing(revision)
    _, _, article = _content(revision, number)
    kind = request.form.get("kind", "")
    version = request.form.get("version", "")
    how = Writing(
        kind if kind in RESTORED_KINDS else "update",
        int(version) if version.isdecimal() and len(version) < 10 else -1,
        hand=hand(f"revision {number} restored"),
    )
    house = the_house()
    try:
        done = publish(house.engine, article_id, article, how, house.offer)
    except PreconditionFailed:
        return _page(find(article_id), "Somebody else changed it meanwhile. Nothing was restored."), 409
    except Problem as problem:
        return _page(revision, f"Nothing was restored. {problem.detail}"), 422
    if done.changed:
        house.announce(article_id)
    return redirect(url_for("desk.revisions", article_id=article_id), 303)


def _page(revision: Revision, trouble: str = "") -> str:
    with read(the_house().engine) as connection:
        listed = articles.revisions(connection, revision.article_id)
        made = transitions.makers(connection, revision.article_id)
    newest = revision.number
    older, newer = _asked("from", max(1, newest - 1), newest), _asked("to", newest, newest)
    compared: dict[str, Any] = {"rows": None}
    if newest > 1:
        compared["rows"] = compare(_content(revision, older)[2], _content(revision, newer)[2])
    return render_template(
        "desk/revisions.html",
        **around(revision),
        **compared,
        listed=listed,
        made=made,
        older=older,
        newer=newer,
        trouble=trouble,
        block_words=BLOCKS,
        kinds=RESTORED_KINDS,
    )


def _asked(name: str, default: int, newest: int) -> int:
    text = request.args.get(name, "")
    return min(int(text), newest) if text.isdecimal() and 0 < len(text) < 10 and int(text) else default


def _content(revision: Revision, number: int) -> tuple[str, int, Article]:
    with read(the_house().engine) as connection:
        found = articles.content_of(connection, revision.article_id, number) if number < 2**31 else None
    if found is None:
        raise NotFound(f"no revision {number} of article {revision.article_id!r}")
    return found
