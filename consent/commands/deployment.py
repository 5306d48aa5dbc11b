"""`consent migrate`, `consent keys`, `consent doctor`: what a deployment needs before it serves."""

import click

from chassis import migrations, redis_roles, sql
from chassis.errors import Unavailable
from consent import frameworks
from consent.commands import configured
from consent.keys import KeyFileError, Keys
from consent.store.ledger import Ledger
from consent.vendor_lists import VendorLists


@click.command()
def migrate() -> None:
    """Make the database, or bring it to its newest shape."""
    migrations.upgrade("consent", configured().database_url)


@click.group()
def keys() -> None:
    """The key files that the service signs and seals with."""


@keys.command()
def create() -> None:
    """Make the key files that are missing; those that are there stay."""
    settings = configured()
    try:
        made = Keys.create(settings.keys_dir, settings.log_origin)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{settings.keys_dir}: keys of the log {settings.log_origin}, {made.signer.verifier.vkey}")


@keys.command()
def rotate() -> None:
    """Make a new signing key for the log; it signs beside the old one from the drain's next start on."""
    settings = configured()
    try:
        made = Keys(settings.keys_dir).rotate()
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{made.verifier.vkey} is made: restart the drain, tell the witnesses, then `consent keys retire`")


@keys.command()
def retire() -> None:
    """Delete the older of the log's two signing keys; what it has signed stays valid."""
    settings = configured()
    held = Keys(settings.keys_dir)
    try:
        newest = held.signer.verifier
        if newest not in Ledger(sql.connect(settings.database_url), settings.log_origin).keys:
            raise click.ClickException(f"the drain has not signed with {newest.vkey} yet: restart it first")
        click.echo(f"{held.retire().verifier.vkey} signs no more: restart the drain")
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check what the service depends on; exit 1 where anything is wrong."""
    settings = configured()
    redis = redis_roles.durable(settings)
    results = {
        "database": migrations.fault("consent", settings.database_url),
        "redis": "; ".join(redis_roles.durability_faults(redis)) or None,
        "keys": _keys_fault(Keys(settings.keys_dir)),
    }
    if settings.cmp_id:
        results["vendor list"] = VendorLists(settings.vendor_list).fault()
        results["engines"] = frameworks.lacking()
    for name, fault in results.items():
        click.echo(f"{name}: {fault or 'ok'}")
    if any(results.values()):
        context.exit(1)


def _keys_fault(found: Keys) -> str | None:
    try:
        for name in ("record", "pepper", "display-token", "session"):
            found.secret(name)
        found.secrets()
    except (KeyFileError, Unavailable) as error:
        return f"{error}: run `consent keys create`"
    return None
