"""``publisher trends``: what readers see as trending searches, and the editors' hand in it."""

import click
from redis.exceptions import RedisError

from chassis import sql
from publisher.commands import hand, moment, the_house
from publisher.editing import trending
from publisher.house import House
from publisher.store import trend_choices


@click.group()
def trends() -> None:
    """Look after the trending searches."""


@trends.command(name="list")
def list_trends() -> None:
    """List what readers see, language by language, and what is pinned or hidden, since when and by whom."""
    house = the_house()
    with sql.read(house.engine) as connection:
        for language in house.settings.languages:
            shown = house.trends.current(language)
            for each in shown.terms:
                click.echo(f"{language}\t{'pinned' if each.pinned else shown.kind}\t{each.term}")
            for choice in trend_choices.of_language(connection, language):
                click.echo(f"{language}\t{choice.what}\t{choice.term}\t{moment(choice.at_ms)}\t{choice.who}")


@trends.command()
@click.argument("language")
@click.argument("term")
def pin(language: str, term: str) -> None:
    """Show a term before all others, as chosen by the editors, while a search for it finds something."""
    house = the_house()
    click.echo(f"{language} {trending.choose(house, language, term, trend_choices.PIN, hand())} pinned")
    _show(house, language)


@trends.command()
@click.argument("language")
@click.argument("term")
def hide(language: str, term: str) -> None:
    """Never show a term."""
    house = the_house()
    click.echo(f"{language} {trending.choose(house, language, term, trend_choices.HIDE, hand())} hidden")
    _show(house, language)


def _take_back(language: str, term: str) -> None:
    house = the_house()
    click.echo(f"{language} {trending.take_back(house, language, term)} left to the readers")
    _show(house, language)


for name, told in (("unpin", "Undo a pin."), ("unhide", "Undo a hide.")):
    arguments = click.argument("language")(click.argument("term")(_take_back))
    trends.command(name=name, help=told)(arguments)


def _show(house: House, language: str) -> None:
    try:
        trending.compute(house, [language])
    except RedisError:
        click.echo("Redis is away; pages show it once the worker computes the trends again", err=True)
