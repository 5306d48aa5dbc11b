"""`consent verify`, `consent export`: records outside the service."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from marshmallow import ValidationError

from chassis import sql
from chassis.problems import against_schema
from consent import instants
from consent import verify as verifier
from consent.audit_query import FilterSchema, to_filter
from consent.catalogue import Catalogue
from consent.commands import configured, now_ms
from consent.exports.bundle import Bundle, Head
from consent.exports.forms import FORMS
from consent.exports.making import Changed, Making
from consent.exports.shown import ShownNotices
from consent.keys import Keys
from consent.store.audit import Audit
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.sites import Sites


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def verify(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Check a receipt, a regulator bundle or a whole log; nothing of the service is needed."""
    context.exit(verifier.main(arguments))


@click.command()
@click.option("--format", "form", type=click.Choice((*FORMS, "bundle")), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@click.option("--site")
@click.option("--subject", help="A subject id.")
@click.option("--receipt", help="The id of a receipt.")
@click.option("--purpose")
@click.option("--vendor")
@click.option("--decision", help="given or refused: on the purpose and the vendor, or on any optional purpose.")
@click.option("--event", help="given, refused or withdrawn.")
@click.option("--action", help="agree, refuse, preferences, withdraw or gpc.")
@click.option("--notice", help="The SHA-256 of a notice.")
@click.option("--language", help="A BCP 47 tag.")
@click.option("--regulation", help="The id of a regulation pack.")
@click.option("--region", help="ISO 3166, or unknown.")
@click.option("--layer", help="script, form or api.")
@click.option("--writer", help="browser, form, unverified, server or import.")
@click.option("--gpc", help="yes or no: Global Privacy Control.")
@click.option("--from", "from_", metavar="TIME", help="The first moment, as 2026-11-23T00:00:00Z.")
@click.option("--to", metavar="TIME", help="The moment after the last.")
def export(form: str, output: Path | None, **filters: Any) -> None:
    """Write the matching records, newest first; as a bundle, with everything that proves them."""
    settings = configured()
    engine = sql.connect(settings.database_url)
    asked = {("from" if name == "from_" else name): value for name, value in filters.items() if value is not None}
    try:
        query = FilterSchema().load(asked)
    except ValidationError as error:
        raise against_schema(error.messages) from None
    ledger, catalogue = Ledger(engine, settings.log_origin), Catalogue(Sites(engine), Notices(engine))
    wanted = to_filter(query, None, catalogue.sites(), Keys(settings.keys_dir).secret("pepper"))
    head = ledger.published()
    if head is None:
        raise click.ClickException("no checkpoint is signed yet: there is nothing to export")
    audit = Audit(engine, settings.log_origin)
    walk = audit.walk(wanted, head.size, openings=form == "bundle")
    about = {
        "export": str(uuid4()),
        "filter": asked,
        "tree_size": head.size,
        "checkpoint": head.note,
        "created_at": instants.text(now_ms()),
        "epoch": walk.epoch(),
    }
    making: Making | Bundle
    if form == "bundle":
        signed = Head(settings.log_origin, head.note, head.vkey, head.witnesses)
        shown = ShownNotices(catalogue.notice)
        making = Bundle(walk, lambda: ledger.tree(head.size), shown, signed, about, lambda _: None)
    else:
        written = FORMS[form](f"{settings.public_url}/v1/receipts/")
        making = Making(written, walk, about, [], lambda *_: None, lambda _: None)
    try:
        _write(making.bytes_from(0), output)
    except Changed:
        raise click.ClickException("records were erased or held meanwhile: export again") from None


def _write(pieces: Iterator[bytes], output: Path | None) -> None:
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    draft = output.with_name(f".{output.name}.part")  # what bears the name is whole
    with draft.open("wb") as file, click.progressbar(label=str(output), length=0, show_pos=True) as bar:
        for piece in pieces:
            bar.update(file.write(piece))
    draft.replace(output)
