"""`consent anchor`: each day's checkpoint, sent to places that are not the log's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chassis import sql
from consent import instants
from consent.anchors import anchoring, configured
from consent.commands import configured as settings_of
from consent.commands import now_ms
from consent.store.anchors import Anchors
from consent.store.ledger import Ledger


@contextmanager
def _ledger() -> Iterator[Ledger]:
    settings = settings_of()
    engine = sql.connect(settings.database_url)
    try:
        yield Ledger(engine, settings.log_origin, settings.patience_ms)
    finally:
        engine.dispose()


@click.group()
def anchor() -> None:
    """Each day's checkpoint, kept outside: the worker's clock sends it, and so does `send`."""


@anchor.command()
@click.pass_context
def send(context: click.Context) -> None:
    """Send what is due, today's checkpoint and what did not arrive before; exit 1 where anything does not arrive."""
    ways = configured.ways(settings_of())
    if not ways:
        raise click.ClickException("no way is set up: see ANCHOR_DIR, ANCHOR_URL, ANCHOR_MAIL, ANCHOR_TSA_URL")
    failed = False
    with _ledger() as ledger:
        for sent in anchoring.send_due(ledger, ways, now_ms):
            click.echo(f"{sent.day}\t{sent.way}\t{sent.fault or 'sent'}")
            failed |= sent.fault is not None
    context.exit(1 if failed else 0)


@anchor.command(name="list")
def list_anchors() -> None:
    """Tell of the last days what was sent in which way, and when."""
    with _ledger() as ledger:
        newest = Anchors(ledger).newest()
    for each in newest:
        told = each.fault or "waits" if each.sent_ms is None else instants.text(each.sent_ms)
        click.echo(f"{each.day}\t{each.way}\t{told}")


@anchor.command()
@click.argument("day")
@click.option("--stamp", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the time-stamp.")
def show(day: str, stamp: Path | None) -> None:
    """Print the checkpoint that was sent on DAY, as 2026-11-26."""
    with _ledger() as ledger:
        states = Anchors(ledger).of_day(day)
    if not states:
        raise click.ClickException(f"no anchor of {day}")
    if stamp:
        evidence = next((each.evidence for each in states if each.evidence), None)
        if evidence is None:
            raise click.ClickException(f"no time-stamp of {day}")
        stamp.write_bytes(evidence)
    click.echo(states[0].note, nl=False)
