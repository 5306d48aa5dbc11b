"""The console's one box: an id, a link, a notice's first digits, an entry's number or a day leads to its page."""

from collections.abc import Iterator

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from chassis.errors import NotFound
from chassis.sign_in import session
from consent.api import access, exporting
from consent.api.exporting import Asker
from consent.api.services import services
from consent.audit import Filter, Row
from consent.console import pasted, sight
from consent.console.pasted import Pasted
from consent.ledger.entries import subject_ref

READ, PERSONS = "audit:read", "subjects:read"
LONGEST = 500


@session.signed_in
def find() -> Response | tuple[str, int] | str:
    """Lead to what the text names; where it names nothing here, say what was looked for."""
    asked = request.args.get("q", "")[:LONGEST]
    wanted = pasted.read(asked)
    if not wanted.word:
        return render_template("console/find.html", asked="")
    steps = (_by_id, _by_entry, _by_days, _site) if READ in g.signed_in.scopes else ()
    for step in (*steps, _notice):
        address = next(step(wanted), None)
        if address is not None:
            return redirect(address)
    if READ in g.signed_in.scopes and (wanted.ids or wanted.entry is not None):
        access.note("search", 0, {"find": True})
    return render_template("console/find.html", asked=wanted.word), 404


def _by_id(wanted: Pasted) -> Iterator[str]:
    for each in wanted.ids:
        for step in (_record, _act, _event, _export, _subject):
            yield from step(each)


def _record(own_id: str) -> Iterator[str]:
    row = services().audit.one(own_id)
    if row is not None and g.signed_in.site in (None, row.site):
        yield _led_to(row)


def _led_to(row: Row) -> str:
    # the address alone tells of a record: whoever knows its id has its receipt
    access.note("search", 1, {"record": row.record}, site=row.site)
    return url_for("console.record", record=row.record)


def _act(own_id: str) -> Iterator[str]:
    row = services().act_log.one(own_id)
    if row is not None and g.signed_in.site in (None, row.site):
        yield url_for("console.act", act=own_id)


def _event(own_id: str) -> Iterator[str]:
    """Find the record that an event id has led to: a site's server and a browser's log know no other."""
    for site in sight.sites():
        yield from _record(services().record_of(site, own_id))


def _export(own_id: str) -> Iterator[str]:
    try:
        found = exporting.find(own_id, Asker(g.signed_in.id, g.signed_in.site, sight.sees_held()))
    except NotFound:
        return
    yield url_for("console.export", export=found.id)


def _subject(own_id: str) -> Iterator[str]:
    refs = tuple(subject_ref(services().pepper, site, own_id) for site in sight.sites())
    readable = refs if sight.sees_held() else services().holds.readable(refs)
    if services().audit.page(Filter(subjects=readable), 1):
        persons = PERSONS in g.signed_in.scopes
        access.note("search", 1, {"subject": own_id}, readable)
        yield url_for("console.subject" if persons else "console.records", subject=own_id)


def _by_entry(wanted: Pasted) -> Iterator[str]:
    if wanted.entry is None:
        return
    below = wanted.entry + 1
    for row in services().audit.page(Filter(), 1, below):
        if row.index == wanted.entry and g.signed_in.site in (None, row.site):
            yield _led_to(row)
    for deed in services().act_log.page(1, below):
        if deed.index == wanted.entry and g.signed_in.site in (None, deed.site):
            yield url_for("console.act", act=deed.id)


def _by_days(wanted: Pasted) -> Iterator[str]:
    if wanted.days is not None:
        yield url_for("console.records", **{"from": wanted.days.first, "to": wanted.days.last})  # type: ignore[arg-type]


def _site(wanted: Pasted) -> Iterator[str]:
    if wanted.word in sight.sites():
        yield url_for("console.records", site=wanted.word)


def _notice(wanted: Pasted) -> Iterator[str]:
    for digits in wanted.notices:
        for site in sight.sites():
            found = services().notices.begins(site, digits)
            if found is not None:
                yield url_for("console.notice", sha256=found)
