"""``publisher token``: who may use the API."""

import click

from chassis import sql
from chassis.tokens import Tokens
from publisher.commands import check_migrated, configured
from publisher.store.tables import api_token

SCOPES = ("articles:read", "articles:write", "media:write", "webhooks", "pages:purge")


@click.group()
def token() -> None:
    """Look after the tokens of the API."""


@token.command()
@click.option("--label", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What it may do.")
@click.option("--ttl", "ttl_s", type=click.IntRange(min=1), help="Seconds it lives; for ever without.")
def create(label: str, scopes: tuple[str, ...], ttl_s: int | None) -> None:
    """Make a token and print it, this once only."""
    click.echo(_tokens().create(label, scopes, ttl_s=ttl_s))


@token.command(name="list")
def list_tokens() -> None:
    """List the tokens without their secrets."""
    for each in _tokens().all():
        click.echo(f"{each.id}\t{each.label}\t{' '.join(sorted(each.scopes))}")


@token.command()
@click.argument("identifier")
def revoke(identifier: str) -> None:
    """End a token."""
    _tokens().revoke(identifier)


def _tokens() -> Tokens:
    settings = configured()
    check_migrated(settings)
    return Tokens(sql.connect(settings.database_url), api_token)
