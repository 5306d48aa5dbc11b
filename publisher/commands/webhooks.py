"""``publisher webhook``: who is told of what happens to articles."""

import click

from chassis import sql
from chassis.errors import NotFound
from publisher import clock
from publisher.commands import moment, the_house
from publisher.store import webhooks
from publisher.webhooks import EVENTS, check_webhook, new_secret


@click.group()
def webhook() -> None:
    """Look after the webhooks."""


@webhook.command()
@click.argument("url")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="Once for each; all without.")
def add(url: str, events: tuple[str, ...]) -> None:
    """Add a webhook; print its id and its secret, this once only."""
    house, secret = the_house(), new_secret()
    check_webhook(url, events or EVENTS, house.settings.webhook_private)
    with sql.write(house.engine) as connection:
        made = webhooks.add(connection, url, secret, events or EVENTS, clock.now_ms())
    click.echo(f"{made.id}\t{secret}")


@webhook.command(name="list")
def list_webhooks() -> None:
    """List the webhooks: id, address, events, and what became of their last message."""
    with sql.read(the_house().engine) as connection:
        for each in webhooks.every(connection):
            last = webhooks.deliveries(connection, each.id, 1)
            told = "disabled" if each.disabled_ms else f"{last[0].state} {moment(last[0].created_ms)}" if last else "-"
            click.echo(f"{each.id}\t{each.url}\t{' '.join(each.events)}\t{told}")


@webhook.command()
@click.argument("identifier")
def remove(identifier: str) -> None:
    """Remove a webhook; what was still to be told it is dropped."""
    with sql.write(the_house().engine) as connection:
        if not webhooks.remove(connection, identifier):
            raise NotFound(f"no webhook {identifier!r}")
