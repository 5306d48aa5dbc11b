"""The pictures that were taken in: what they show, who made them, and which articles show them."""

import re
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import Problem
from chassis.sign_in import session
from chassis.sql import read
from publisher.api.forms import the_house
from publisher.editing.receiving import receive
from publisher.store import articles, media

PER_PAGE = 24
_CURSOR = re.compile(r"([0-9]{1,15})-([0-9a-f]{64})")


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
    found = _CURSOR.fullmatch(request.args.get("before", ""))
    before = (int(found[1]), found[2]) if found else None
    with the_house().renderer.assembly() as assembly:
        listed = media.page(assembly.connection, before, PER_PAGE + 1)
        shown = listed[:PER_PAGE]
        hashes = [each.sha256 for each, _ in shown]
        views = assembly.pictures(hashes)
        uses = media.uses(assembly.connection, hashes)
    rows = [
        {"media": each, "created_ms": ms, "view": views.get(each.sha256), "used": uses.get(each.sha256, [])}
        for each, ms in shown
    ]
    older = f"{shown[-1][1]}-{hashes[-1]}" if len(listed) > PER_PAGE else None
    return render_template("desk/pictures.html", rows=_described(rows), older=older, before=before, faults=faults or [])


def _described(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each picture what an article says of it."""
    with read(the_house().engine) as connection:
        for row in rows:
            row["as"] = None
            for article_id in row["used"]:
                found = articles.load(connection, article_id)
                told = found.article.pictures.values() if found else ()
                row["as"] = next((each for each in told if each.media == row["media"].sha256), row["as"])
    return rows
