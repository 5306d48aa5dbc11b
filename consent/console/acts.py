"""The console's acts: what was done to records and with them, by whom, and where in the log that stands."""

from typing import Any
from uuid import UUID

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from chassis.errors import NotFound
from chassis.sign_in import session
from consent.api import acts as api
from consent.api.services import services
from consent.console import act_words, sight, standing
from consent.console.query import ActsQuery, filled
from consent.ledger.acts import KINDS
from consent.store.act_log import ActRow

READ = "audit:read"


@session.signed_in
def acts() -> AnyResponse | tuple[str, int] | str:
    """List acts by the filters in the address, newest first, below what stands open."""
    session.require(READ)
    asked, done = filled(request.args), request.args.get("done")
    if len(asked) < len(request.args):
        return redirect(url_for("console.acts", **asked))  # type: ignore[arg-type]
    asked.pop("done", None)
    offered = {"kind": KINDS, "site": sight.sites()}
    around = {"asked": asked, "offered": offered, "open": standing.stands_open(), "done": done}
    try:
        query = ActsQuery().load(asked)
    except ValidationError as error:
        refused = {"listed": [], "older": None, "errors": error.messages}
        return render_template("console/acts.html", **around, **refused), 422
    before = None if query["cursor"] is None else int(query["cursor"])
    times = (query.get("from_"), query.get("to"))
    site = g.signed_in.site or query.get("site")
    rows = services().act_log.page(query["limit"] + 1, before, query.get("kind"), site, *times)
    shown = rows[: query["limit"]]
    older = {**asked, "cursor": shown[-1].index} if len(rows) > len(shown) else None
    page = {"listed": [_told(row) for row in shown], "older": older, "errors": {}}
    return render_template("console/acts.html", **around, **page)


@session.signed_in
def act(act: UUID) -> str:
    """Show one act: all that is told of it, and what proves it."""
    row = _one(act)
    told = _told(row)
    facts = {name: value for name, value in told["told"].items() if name not in ("by", "approved_by")}
    return render_template("console/act.html", act=told, facts=facts, proof=api.proof(row))


@session.signed_in
def act_file(act: UUID) -> Response:
    """Return an act and what proves it as JSON, for the page's script and as a file."""
    row = _one(act)
    answer = jsonify({**api.told(row), "proof": api.proof(row)})
    answer.headers["Content-Disposition"] = f'attachment; filename="act-{act}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _one(act: UUID) -> ActRow:
    session.require(READ)
    row = services().act_log.one(str(act))
    if row is None or g.signed_in.site not in (None, row.site):
        pending = row is None and services().stream.is_pending(str(act))
        raise NotFound("It is on disk, and in the ledger in a moment." if pending else f"There is no act {act}.")
    return row


def _told(row: ActRow) -> dict[str, Any]:
    told = api.told(row)
    return {**told, "words": act_words.of(row.kind, told["told"]), "by": act_words.doer(told["told"])}
