"""``publisher token``: who may use the API and the desk."""

import click

from chassis import sql
from chassis.tokens import Tokens
from publisher.commands import check_migrated, configured
from publisher.roles import ROLES, SCOPES
from publisher.store.tables import api_token


@click.group()
def token() -> None:
    """Look after the tokens of the API and the desk."""


@token.command()
@click.option("--label", default="", help="What it is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), help="What it may do.")
@click.option("--role", "roles", multiple=True, type=click.Choice(list(ROLES)), help="What its holder usually may do.")
@click.option("--ttl", "ttl_s", type=click.IntRange(min=1), help="Seconds it lives; for ever without.")
@click.option("--one-time", is_flag=True, help="It signs in once, and is gone.")
def create(label: str, scopes: tuple[str, ...], roles: tuple[str, ...], ttl_s: int | None, one_time: bool) -> None:
    """Make a token and print it, this once only."""
    allowed = {*scopes, *(scope for role in roles for scope in ROLES[role].scopes)}
    if not allowed:
        raise click.UsageError("expected a --scope or a --role, got neither")
    click.echo(_tokens().create(label, allowed, ttl_s=ttl_s, one_time=one_time))


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
