"""Exports on behalf of whoever asks, with a token or at the console: asking for them, measuring and telling them."""

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from chassis.errors import Forbidden, Gone, NotFound, Unavailable
from chassis.limits import partitions
from chassis.limits.answers import charge
from consent import instants
from consent.api.audit import note_search, to_filter_of
from consent.api.services import services
from consent.audit_query import FilterSchema
from consent.exports import bundle
from consent.exports.bundle import Bundle
from consent.exports.forms import FORMS
from consent.exports.lines import Form, Line
from consent.exports.making import HEAD, Changed, Making, Segment, Whole
from consent.exports.shown import ShownNotices
from consent.store.exports import Export
from consent.store.record_search import Count
from consent.store.record_walk import WIDTH, RecordWalk

BUNDLE = "bundle"
LIFE_MS = 24 * 3600 * 1000
LINK_LIFE_MS = 15 * 60 * 1000
PATIENCE_S = 2.0
SAMPLE = 200


class Expected(NamedTuple):
    """What an export would come to: how many records, and how many bytes in each form whose size can be told before."""

    found: Count
    size_bytes: dict[str, int]


class Progress(NamedTuple):
    """How far an export was made: the entries of the log that were looked at, and what was found so far."""

    looked: int
    records: int
    size_bytes: int


class Asker(NamedTuple):
    """Whose exports they are: with which token, of which one site (None: all), and whether holds are seen through."""

    token: str
    site: str | None
    sees_held: bool


def ask(asker: Asker, form: str, asked: Mapping[str, str]) -> Export:
    """Note an export of the records that match, as the log is now.

    Args:
        asker: who asks.
        form: one of `FORMS`, or BUNDLE.
        asked: the filters, as the API has them.

    Raises:
        ValidationError: they are no filters.
        Forbidden: they ask for another site than the asker's.
        RateLimited: the asker has asked for too many.
        Unavailable: no checkpoint is signed yet, or the access cannot be written.
    """
    query = FilterSchema().load(asked)
    charge(services().limits.exports, partitions=partitions.of_token(asker.token))
    head = services().ledger.published()
    if head is None:
        raise Unavailable("no checkpoint is signed yet: there is nothing to export", retry_after_s=2)
    if asker.site is not None and query.get("site") not in (None, asker.site):
        raise Forbidden(f"the token is for the site {asker.site!r}")
    now_ms = services().now_ms()
    export = Export(
        id=str(uuid4()),
        token_id=asker.token,
        site=asker.site,
        sees_held=asker.sees_held,
        format=form,
        filter=dict(asked),
        tree_size=head.size,
        checkpoint=head.note,
        key=head.vkey,
        witnesses=head.witnesses,
        epoch=-1,
        created_ms=now_ms,
        expires_ms=now_ms + LIFE_MS,
        etag=secrets.token_hex(16),
    )
    export = Export(**vars(export) | {"epoch": services().audit.epoch()})
    wanted = to_filter_of(query, export.site, export.sees_held)
    note_search(query, wanted, None, "export", format=export.format, export=export.id)
    services().exports.add(export, now_ms)
    return export


def link(export: Export) -> tuple[str, int]:
    """Give an export the link that opens it once without a token; returns its address, and until when it does."""
    secret, until_ms = secrets.token_urlsafe(32), services().now_ms() + LINK_LIFE_MS
    services().exports.set_link(export.id, secret, until_ms)
    return f"{_file_of(export)}?link={secret}", until_ms


def find(export_id: str, asker: Asker) -> Export:
    """Return an export of the asker's, which may have ended.

    Raises:
        NotFound: there is none of that id, or it is another's, which is not told.
    """
    found = _found(export_id)
    if found.token_id != asker.token:
        raise NotFound(f"no export {export_id}")
    return found


def own(export_id: str, asker: Asker) -> Export:
    """Return an export of the asker's that is still to be had.

    Raises:
        NotFound: there is none of that id, or it is another's, which is not told.
        Gone: records were erased or held since it was asked for.
    """
    return unchanged(find(export_id, asker))


def measured(export: Export) -> Export:
    """Make some more of an export whose end is not known, for size and hash only; returns what is known then.

    Raises:
        Gone: records were erased or held since it was asked for.
    """
    if export.size_bytes is not None:
        return export
    end = time.monotonic() + PATIENCE_S
    try:
        making(export).measure(lambda: time.monotonic() > end)
    except Changed:
        raise _ended() from None
    return _found(export.id)


def is_ended(export: Export) -> bool:
    """Tell whether records were erased or held since an export was asked for, so that it is not to be had any more."""
    return services().audit.epoch() != export.epoch


def expect(asker: Asker, asked: Mapping[str, str]) -> Expected:
    """Tell what an export of the records that match would come to, at a bounded cost.

    Raises:
        ValidationError: they are no filters.
        Unavailable: the access cannot be written.
    """
    query = FilterSchema().load(asked)
    wanted = to_filter_of(query, asker.site, asker.sees_held)
    found = services().audit.count(wanted)
    if asked:  # how many match tells of a person or an hour as a search does
        note_search(query, wanted, found.records)
    walk = services().audit.walk(wanted, services().ledger.size)
    _, lines = next(walk.lines(), (0, []))
    some = lines[:SAMPLE]
    forms = {name: form(services().at("/v1/receipts/")) for name, form in FORMS.items()} if some else {}
    sizes = {name: found.records * _size(form, some, walk) // len(some) for name, form in forms.items()}
    return Expected(found, sizes)


def progress(export: Export) -> Progress:
    """Tell how far an export was made that is not complete."""
    known = services().exports.segments(export.id)
    below = known[-1].block * WIDTH if known else HEAD
    looked = max(0, export.tree_size - below)
    return Progress(looked, sum(each.records for each in known), sum(each.size_bytes for each in known))


def manifest(export: Export) -> dict[str, Any]:
    """Tell what an export is, as far as it is known."""
    return {
        **_about(export),
        "complete": export.size_bytes is not None,
        "records": export.records,
        "size_bytes": export.size_bytes,
        "sha256": export.sha256,
        "segments": [_told(each) for each in services().exports.segments(export.id) if each.size_bytes],
        "file": _file_of(export),
    }


def _found(export_id: str) -> Export:
    found = services().exports.find(export_id, services().now_ms())
    if found is None:
        raise NotFound(f"no export {export_id}")
    return found


def unchanged(export: Export) -> Export:
    """Return an export that is still to be had.

    Raises:
        Gone: records were erased or held since it was asked for.
    """
    if is_ended(export):
        raise _ended()
    return export


def _ended() -> Gone:
    return Gone("records were erased or held since this export was asked for: ask for another")


def making(export: Export) -> Making | Bundle:
    """Return what makes an export's bytes, and notes what becomes known of them."""
    exports, own_id = services().exports, export.id
    about = {**_about(export), "epoch": export.epoch}

    def finish(whole: Whole) -> None:
        exports.finish(own_id, whole)

    def keep(number: int, segment: Segment) -> None:
        exports.keep(own_id, number, segment)

    if export.format == BUNDLE:
        head = bundle.Head(services().ledger.origin, export.checkpoint, export.key, export.witnesses)
        shown = ShownNotices(services().catalogue.notice)
        walk = _walk(export, openings=True)
        return Bundle(walk, lambda: services().ledger.tree(export.tree_size), shown, head, about, finish, keep)
    known = exports.segments(own_id)
    form = FORMS[export.format](services().at("/v1/receipts/"))
    return Making(form, _walk(export), about, known, keep, finish)


def _walk(export: Export, openings: bool = False) -> RecordWalk:
    query = FilterSchema().load(export.filter)
    return services().audit.walk(to_filter_of(query, export.site, export.sees_held), export.tree_size, openings)


def _about(export: Export) -> dict[str, Any]:
    return {
        "export": export.id,
        "format": export.format,
        "filter": export.filter,
        "tree_size": export.tree_size,
        "checkpoint": export.checkpoint,
        "created_at": instants.text(export.created_ms),
        "expires_at": instants.text(export.expires_ms),
    }


def _file_of(export: Export) -> str:
    return services().at(f"/v1/audit/exports/{export.id}/file")


def _size(form: Form, lines: Sequence[Line], walk: RecordWalk) -> int:
    return len(form.write(lines, walk.terms)) + len(form.end()[0])


def _told(segment: Segment) -> dict[str, Any]:
    told = segment._asdict()
    del told["block"], told["note"]
    return told
