"""`consent token`: who may call what needs a token."""

import click

from chassis import sql
from chassis.tokens import Tokens
from consent import instants
from consent.commands import BY, configured, configuring
from consent.roles import ROLES, SCOPES
from consent.store.site_tables import api_token


def _tokens() -> Tokens:
    return Tokens(sql.connect(configured().database_url), api_token)


@click.group()
def token() -> None:
    """Tokens for the API and the console."""


@token.command()
@click.option("--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), help="Once for each.")
@click.option("--role", "roles", multiple=True, type=click.Choice(list(ROLES)), help="A bundle of scopes.")
@click.option("--site", help="The one site that it is for; every site without.")
@click.option("--label", default="", help="What it is for.")
@click.option("--ttl", "ttl_s", type=click.IntRange(1), metavar="SECONDS", help="How long it lives; for ever without.")
@click.option("--one-time", is_flag=True, help="Good for one sign-in to the console.")
def create(
    scopes: tuple[str, ...], roles: tuple[str, ...], site: str | None, label: str, ttl_s: int | None, one_time: bool
) -> None:
    """Make a token and print it; it is not shown again."""
    allowed = frozenset(scopes).union(*(ROLES[role].scopes for role in roles))
    if not allowed:
        raise click.UsageError("expected a --role, or a --scope")
    click.echo(configuring().make_token(BY, label, allowed, site, ttl_s, one_time))


@token.command(name="list")
def list_tokens() -> None:
    """List the tokens, without their secrets."""
    for each in _tokens().all():
        expires = "never" if each.expires_ms is None else instants.text(each.expires_ms)
        click.echo(f"{each.id}\t{' '.join(sorted(each.scopes))}\t{each.site or 'every site'}\t{expires}\t{each.label}")


@token.command()
@click.argument("identifier", metavar="ID")
def revoke(identifier: str) -> None:
    """End a token."""
    configuring().end_token(BY, identifier)
