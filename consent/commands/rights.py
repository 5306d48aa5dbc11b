"""`consent erasures`, `consent hold`: a person's rights from a shell."""

import json
import sys
from typing import Any, TextIO

import click

from chassis import redis_roles, sql
from chassis.errors import Unavailable
from consent import instants
from consent.acting import Acting
from consent.catalogue import Catalogue
from consent.commands import BY, configured, now_ms
from consent.durability import Durability
from consent.keys import Keys
from consent.ledger.acts import HELD, RELEASED
from consent.ledger.commitments import PARTS
from consent.ledger.entries import subject_ref
from consent.ledger.stream import Stream
from consent.settings import Settings
from consent.store import reapplying
from consent.store.act_log import ActLog
from consent.store.holds import Holds
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.sites import Sites

PAGE = 500


def acting(settings: Settings) -> Acting:
    """Return the way of acts into the stream."""
    redis = redis_roles.durable(settings)
    return Acting(Keys(settings.keys_dir), Stream(redis), Durability(redis), now_ms)


@click.group()
def erasures() -> None:
    """What was erased; and erasing it again in a copy of the database that is older."""


@erasures.command(name="list")
def list_erasures() -> None:
    """Print every erasure, newest first, one JSON object a line: keep it beside the backups. It names nobody."""
    settings = configured()
    log = ActLog(sql.connect(settings.database_url), settings.log_origin)
    before: int | None = None
    while acts := log.page(PAGE, before, "erased"):
        for act in acts:
            told = json.loads(act.body)
            kept = {"id": act.id, "at": instants.text(act.received_ms), "parts": told["parts"]}
            click.echo(json.dumps({**kept, "outcome": told["outcome"], "records": told["records"]}))
        before = acts[-1].index


@erasures.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--force", is_flag=True, help="Even while the ledger may still catch up by itself.")
def reapply(file: TextIO, force: bool) -> None:
    """Erase again what FILE lists (see `list`), in a database restored from a copy that is older than the erasures.

    Needed only where the stream does not reach back to that copy: within 48 hours the drain erases again by itself,
    and must come first, or the ledger would not come to the root that was signed.
    """
    settings = configured()
    engine = sql.connect(settings.database_url)
    ledger = Ledger(engine, settings.log_origin)
    behind = None if force else _behind(settings, ledger)
    if behind:
        raise click.ClickException(f"{behind}: let the drain catch up first, or say --force")
    asked = [_listed(line, number) for number, line in enumerate(file, start=1) if line.strip()]
    count = 0
    with click.progressbar(asked, label="erasing", file=sys.stderr) as listed:
        for parts, records in listed:
            count += reapplying.reapply(engine, settings.log_origin, parts, records)
    while not ledger.scrub():
        click.pause("somebody reads the database; press a key to try again")
    click.echo(f"{count} parts erased again")


def _behind(settings: Settings, ledger: Ledger) -> str | None:
    try:
        state = Stream(redis_roles.durable(settings)).state()
    except Unavailable as error:
        return error.detail
    own = ledger.state()
    waiting = state is not None and state.last_id != own.cursor and (state.added or 0) > own.consumed
    return f"the ledger is at {own.cursor}, the stream at {state.last_id}" if waiting and state else None


def _listed(line: str, number: int) -> tuple[list[str], list[str]]:
    try:
        told: dict[str, Any] = json.loads(line)
        parts, records = told["parts"], told["records"]
        if not set(parts) <= set(PARTS) or not all(isinstance(each, str) for each in records):
            raise ValueError("no parts and records")
    except (ValueError, KeyError, TypeError) as error:
        expected = "an erasure as `consent erasures list` prints it"
        raise click.ClickException(f"line {number}: expected {expected}: {error}") from None
    return parts, records


@click.group()
def hold() -> None:
    """Legal holds: a person's records are kept from erasure, and from readers without the scope holds:read."""


@hold.command()
@click.argument("subject", type=click.UUID)
@click.option("--rule", required=True, help="As `GDPR Art. 17(3)(e)`.")
@click.option("--reason", help="In words that name nobody: it stays in the log.")
@click.option("--site", help="The one site that is meant; every site without.")
def add(subject: Any, rule: str, reason: str | None, site: str | None) -> None:
    """Hold the records of SUBJECT."""
    settings = configured()
    engine = sql.connect(settings.database_url)
    sites = Catalogue(Sites(engine), Notices(engine)).sites() if site is None else (site,)
    pepper = Keys(settings.keys_dir).secret("pepper")
    references = [subject_ref(pepper, each, str(subject)) for each in sites]
    made = acting(settings).act(HELD, {"rule": rule, "reason": reason, "by": BY}, references, site)
    click.echo(f"hold {made}: laid as soon as the ledger has it")


@hold.command()
@click.argument("identifier", metavar="ID", type=click.UUID)
def remove(identifier: Any) -> None:
    """End a hold."""
    settings = configured()
    holds = Holds(sql.connect(settings.database_url), settings.log_origin).all()
    known = next((each for each in holds if each.act_id == str(identifier)), None)
    if known is None:
        raise click.ClickException(f"no hold {identifier}")
    acting(settings).act(RELEASED, {"hold": known.act_id, "by": BY}, site=known.site)
    click.echo(f"hold {identifier}: ends as soon as the ledger has it")


@hold.command(name="list")
def list_holds() -> None:
    """List the holds; none names a person."""
    settings = configured()
    for each in Holds(sql.connect(settings.database_url), settings.log_origin).all():
        told = json.loads(each.body)
        since = instants.text(each.received_ms)
        click.echo(f"{each.act_id}\t{since}\t{each.site or 'every site'}\t{told['rule']}\t{told.get('reason') or ''}")
