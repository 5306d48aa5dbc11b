"""The console's records: a search with the filters in the address, and one record."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from chassis.errors import NotFound
from chassis.sign_in import session
from consent.api import access
from consent.api import audit as api
from consent.api.services import services
from consent.audit import Row
from consent.choice.events import EVENTS
from consent.choice.records import ACTIONS, LAYERS, OWN_ACTIONS, WRITERS
from consent.console import displayed, searches, sight
from consent.console.query import COLUMNS, USUAL, RecordsQuery, calendar_spans, filled
from consent.notices import direction

READ, RECTIFY = "audit:read", "records:write"
#: Filters that are seldom asked for, and what they are called.
RARE = {
    "receipt": "Receipt", "vendor": "Vendor", "language": "Language", "regulation": "Regulation", "region": "Region",
    "layer": "Layer", "writer": "Sent by", "gpc": "Privacy signal",
}  # fmt: skip


@session.signed_in
def records() -> AnyResponse | tuple[str, int] | str:
    """Show the records that match, a page at a time."""
    session.require(READ)
    plain = {name: text for name, text in request.args.items() if name != "columns"}
    asked = filled(plain) | _columns(request.args.getlist("columns"))
    if sorted(asked.items()) != sorted(request.args.items(multi=True)):
        return redirect(url_for("console.records", **asked))  # type: ignore[arg-type]
    try:
        query = RecordsQuery().load(asked)
    except ValidationError as error:
        refused = {"records": [], "older": None, "errors": error.messages}
        return render_template("console/records.html", **_around(asked), **refused), 422
    columns = query.pop("columns")
    wanted = api.to_filter_of(query, g.signed_in.site, sight.sees_held())
    rows = services().audit.page(wanted, query["limit"] + 1, api.before(query))
    shown = rows[: query["limit"]]
    api.note_search(query, wanted, len(shown))
    older = {**asked, "cursor": shown[-1].index} if len(rows) > len(shown) else None
    optional = {row.notice: services().catalogue.notice(row.notice).optional for row in shown}
    count = None if query["cursor"] else services().audit.count(wanted)
    page = {"records": [api.told(row) for row in shown], "optional": optional, "older": older, "errors": {}}
    around = {**_around(asked), "columns": columns}
    return render_template("console/records.html", **around, **page, count=count)


@session.signed_in
def record(record: UUID) -> str:
    """Show one record: what was decided, what was shown, and what proves it."""
    session.require(READ)
    return page(seen(record))


def seen(record: UUID) -> Row:
    """Return a record that who is signed in may see.

    Raises:
        NotFound: there is none of that id, or not for them, or not yet.
    """
    row = services().audit.one(str(record), sight.sees_held())
    if row is None or g.signed_in.site not in (None, row.site):
        pending = row is None and services().stream.is_pending(str(record))
        raise NotFound("It is on disk, and in the ledger in a moment." if pending else f"There is no record {record}.")
    return row


def page(row: Row, errors: Mapping[str, Any] | None = None, sent: Mapping[str, str] | None = None) -> str:
    """Write the page of a record, and note that it was seen.

    Args:
        row: the record.
        errors: what is wrong with a rectification of it.
        sent: what that said.
    """
    note(row)
    around = {"errors": errors or {}, "sent": sent or {}, "rectified": request.args.get("rectified", type=UUID)}
    may = RECTIFY in g.signed_in.scopes and can_be_rectified(api.told(row))
    return render_template("console/record.html", **_whole(row), **around, may_rectify=may)


def note(row: Row) -> None:
    """Note that who is signed in is told of a record."""
    access.note_row("record", row, api.told(row)["subject"])


def can_be_rectified(told: Mapping[str, Any]) -> bool:
    """Tell whether a record, as the API tells it, is a choice of somebody, and not the end of one."""
    return bool(told["subject"] and told["purposes"] and told["event"] != "expired")


@session.signed_in
def proof(record: UUID) -> Response:
    """Return a record's proof of inclusion as a file."""
    session.require(READ)
    return api.proof_file(str(record), g.signed_in.site)


def _columns(ticked: list[str]) -> dict[str, str]:
    """Return the columns that a form has ticked, as one field; the usual ones need none."""
    names = ",".join(ticked)
    return {"columns": names} if names and names != ",".join(USUAL) else {}


def _around(asked: Mapping[str, str]) -> dict[str, Any]:
    sites = sight.sites()
    filters = {name: text for name, text in asked.items() if name not in ("cursor", "limit", "columns")}
    kept = {name: text for name, text in asked.items() if name == "columns"}
    offered = {
        "site": sites,
        "purpose": _purposes(sites),
        "decision": ["given", "refused"],
        "event": EVENTS,
        "action": ACTIONS + OWN_ACTIONS,
    }
    offered |= {"layer": LAYERS, "writer": WRITERS, "gpc": ["yes", "no"]}
    saved = services().saved_searches.all(g.signed_in.site)
    newest = {**filters, **kept}
    today = datetime.fromtimestamp(services().now_ms() / 1000, UTC).date()
    spans = [
        (word, url_for("console.records", **{**newest, **days}), days.items() <= filters.items())  # type: ignore[arg-type]
        for word, days in calendar_spans(today).items()
    ]
    return {
        "asked": asked, "filters": filters, "kept": kept, "newest": newest, "offered": offered,
        "spans": spans, "rare": RARE, "heads": COLUMNS, "columns": USUAL,
        "saved": saved, "saved_here": next((name for name, each in saved.items() if each == newest), None),
        "may_save": bool(newest) and not searches.UNSAVED & newest.keys(),
    }  # fmt: skip


def _purposes(sites: list[str]) -> list[str]:
    """List the optional purposes of the sites' current notices."""
    found: dict[str, None] = {}
    for site in sites:
        try:
            found.update(dict.fromkeys(services().catalogue.current(site).optional))
        except NotFound:
            continue  # it has published no notice
    return list(found)


def _whole(row: Row) -> dict[str, Any]:
    choice = None if row.choice is None else json.loads(row.choice)
    notice = services().catalogue.notice(row.notice)
    language = row.language if row.language in notice.languages else notice.default_language
    return {
        "record": api.told(row),
        "choice": choice,
        "notice": notice,
        "language": language,
        "direction": direction(language),
        "texts": notice.texts(language),
        "proof": api.proof(row),
        "shown": displayed.again(notice, row.language, choice),
    }
