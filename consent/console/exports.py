"""The console's exports: choosing a form, watching one being made, fetching it, and those of before."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, current_app, g, jsonify, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from chassis.errors import Gone, Invalid
from chassis.sign_in import session
from chassis.tokens import Tokens
from consent.api import export_files, exporting
from consent.api.access import PERSONAL
from consent.api.exporting import BUNDLE, Asker, Expected
from consent.api.services import services
from consent.console import confirming, sight
from consent.console.confirming import Question
from consent.console.query import filled, to_days, to_moments
from consent.store.exports import Export

SCOPE = "audit:read"
MOST = 50
#: What the forms are called, and what each is for.
WORDS = {
    "csv": ("CSV", "a table for a spreadsheet"),
    "jsonl": ("JSON Lines", "a record a line, as the audit API tells it"),
    "jsonld": ("JSON-LD", "one document of ISO/IEC TS 27560 in the terms of W3C DPV"),
    "parquet": ("Parquet", "columns with types, for analysts: DuckDB, Spark, pandas"),
    BUNDLE: ("Regulator bundle", "a zip file that proves its records offline: openings, proofs, notices, verifier"),
}


@session.signed_in
def exports() -> AnyResponse | tuple[str, int] | str:
    """Offer to export what matches the filters in the address; a form on the page asks for it."""
    session.require(SCOPE)
    if request.method == "POST":
        return _ask()
    asked = filled(request.args)
    if len(asked) < len(request.args):
        return redirect(url_for("console.exports", **asked))  # type: ignore[arg-type]
    try:
        return _page(asked, exporting.expect(_asker(), to_moments(asked)))
    except ValidationError as error:
        return _page(asked, None, error.messages_dict), 422


@session.signed_in
def export(export: UUID) -> AnyResponse | tuple[str, int] | str:
    """Show an export: how far it was made, where it is to be had, what it is."""
    session.require(SCOPE)
    found = exporting.find(str(export), _asker())
    try:
        return _one(exporting.measured(exporting.unchanged(found)))
    except Gone:
        return render_template("console/export.html", **_around(found), ended=True), 410


@session.signed_in
def export_state(export: UUID) -> Response:
    """Tell an export's manifest, and how far it was made, for the page's script and as a file."""
    session.require(SCOPE)
    found = exporting.measured(exporting.own(str(export), _asker()))
    answer = jsonify({**exporting.manifest(found), "progress": exporting.progress(found)._asdict()})
    answer.headers["Content-Disposition"] = f'attachment; filename="{export_files.file_name(found)}.manifest.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@session.signed_in
def export_file(export: UUID) -> Response:
    """Return an export's bytes; a cut download goes on."""
    session.require(SCOPE)
    return export_files.answer(exporting.own(str(export), _asker()))


@session.signed_in
def export_link(export: UUID) -> AnyResponse | str:
    """Make the link that opens an export once without a token, and show it this once."""
    session.require(SCOPE)
    session.check_form()
    found = exporting.own(str(export), _asker())
    back = url_for("console.export", export=export)
    asked = Question("Make a link that opens the export once", "Make the link", back)
    if (asks := confirming.ask(lambda: asked, only_who=True)) is not None:
        return asks
    return _one(found, exporting.link(found))


def _ask() -> AnyResponse:
    session.check_form()
    sent = {name: text for name, text in filled(request.form).items() if name not in confirming.OWN_FIELDS}
    form = sent.pop("format", "")
    if form not in WORDS:
        raise Invalid(f"format: expected one of {', '.join(WORDS)}, got {form[:32]!r}")
    back = url_for("console.exports", **sent)  # type: ignore[arg-type]
    asked = Question("Export records", "Start the export", back, sent={**sent, "format": form})
    if (asks := confirming.ask(lambda: asked, only_who=True)) is not None:
        return asks
    try:
        made = exporting.ask(_asker(), form, to_moments(sent))
    except ValidationError:  # only a form that is not ours gets here: the page names what is wrong with its filters
        return redirect(url_for("console.exports", **sent), 303)  # type: ignore[arg-type]
    return redirect(url_for("console.export", export=made.id), 303)


def _page(asked: Mapping[str, str], expected: Expected | None, errors: Mapping[str, list[str]] | None = None) -> str:
    epoch, now_ms = services().audit.epoch(), services().now_ms()
    known: Tokens = current_app.extensions["tokens"]
    labels = {token.id: token.label for token in known.all()}
    earlier = [
        {
            "export": each,
            "own": each.token_id == g.signed_in.id,
            "by": labels.get(each.token_id, ""),
            "filter": told_filter(each),
            "ended": each.epoch != epoch,
        }
        for each in services().exports.newest(g.signed_in.site, now_ms, MOST)
    ]
    around = {"asked": asked, "expected": expected, "errors": errors or {}, "words": WORDS, "earlier": earlier}
    return render_template("console/exports.html", **around)


def _one(found: Export, link: tuple[str, int] | None = None) -> str:
    around = _around(found) | {"manifest": exporting.manifest(found), "progress": exporting.progress(found)}
    return render_template("console/export.html", **around, link=link, ended=False)


def _around(found: Export) -> dict[str, Any]:
    name = export_files.file_name(found)
    return {"export": found, "word": WORDS[found.format][0], "filter": told_filter(found), "file_name": name}


def _asker() -> Asker:
    return Asker(g.signed_in.id, g.signed_in.site, sight.sees_held())


def told_filter(export: Export) -> dict[str, str]:
    """Tell the filters of an export as a page has them; another's filter by person names nobody."""
    own = export.token_id == g.signed_in.id
    return {name: text if own or name not in PERSONAL else "a person" for name, text in to_days(export.filter).items()}
