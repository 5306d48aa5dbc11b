"""`consent migrate`, `consent keys`, `consent doctor`: what a deployment needs before it serves."""

import click

from chassis import migrations, sql
from chassis.examination import tell
from consent.commands import BY, configured, configuring
from consent.doctor import examine
from consent.keys import KeyFileError, Keys
from consent.store.ledger import Ledger


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
        keys = Keys(settings.keys_dir)
        vkey = configuring().change_key(BY, "signing-key-made", lambda: keys.rotate().verifier.vkey)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{vkey} is made: restart the drain, tell the witnesses, then `consent keys retire`")


@keys.command()
def retire() -> None:
    """Delete the older of the log's two signing keys; what it has signed stays valid."""
    settings = configured()
    held = Keys(settings.keys_dir)
    try:
        newest = held.signer.verifier
        if newest not in Ledger(sql.connect(settings.database_url), settings.log_origin).keys:
            raise click.ClickException(f"the drain has not signed with {newest.vkey} yet: restart it first")
        retired = configuring().change_key(BY, "signing-key-retired", lambda: held.retire().verifier.vkey)
        click.echo(f"{retired} signs no more: restart the drain")
    except KeyFileError as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Look at what the service and its log depend on, a line each; exit 1 where anything is a fault."""
    context.exit(tell(examine(configured())))
