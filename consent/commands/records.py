"""`consent verify`, `consent export`: records outside the service."""

import sys
from typing import Any

import click
from marshmallow import ValidationError

from chassis import sql
from chassis.problems import against_schema
from consent import audit
from consent import verify as verifier
from consent.audit_query import FilterSchema, to_filter
from consent.catalogue import Catalogue
from consent.commands import configured
from consent.keys import Keys
from consent.store.audit import Audit
from consent.store.notices import Notices
from consent.store.sites import Sites


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def verify(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Check a receipt, a regulator bundle or a whole log; nothing of the service is needed."""
    context.exit(verifier.main(arguments))


@click.command()
@click.option("--format", "form", type=click.Choice(("csv", "jsonl")), default="jsonl", show_default=True)
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
def export(form: str, **filters: Any) -> None:
    """Write the matching records to standard output, newest first."""
    settings = configured()
    engine = sql.connect(settings.database_url)
    asked = {("from" if name == "from_" else name): value for name, value in filters.items() if value is not None}
    try:
        query = FilterSchema().load(asked)
    except ValidationError as error:
        raise against_schema(error.messages) from None
    sites = Catalogue(Sites(engine), Notices(engine)).sites()
    wanted = to_filter(query, None, sites, Keys(settings.keys_dir).secret("pepper"))
    rows = Audit(engine, settings.log_origin).all(wanted)
    told = (audit.tell(row, f"{settings.public_url}/v1/receipts/{row.record}") for row in rows)
    lines = audit.csv_lines if form == "csv" else audit.json_lines
    for line in lines(told):
        sys.stdout.write(line)
