"""``publisher migrate``, ``purge`` and ``doctor``."""

import os
from pathlib import Path

import click

from chassis import command_line, migrations, redis_roles, sql
from chassis.errors import Unavailable
from chassis.openid import settings as openid
from chassis.openid.provider import Provider
from publisher import clock
from publisher.commands import configured, the_house
from publisher.house import House, open_house
from publisher.roles import ROLES
from publisher.store import due, outbox, search, transitions, webhooks
from publisher.tags import SITE, article_tag

LATE_MS = 60_000


@click.command()
def migrate() -> None:
    """Bring the database to its newest shape; makes a missing one."""
    migrations.upgrade("publisher", configured().database_url)


@click.command()
@click.argument("tags", nargs=-1)
@click.option("--article", "articles", multiple=True, help="All pages of an article.")
@click.option("--all", "everything", is_flag=True, help="Every page.")
def purge(tags: tuple[str, ...], articles: tuple[str, ...], everything: bool) -> None:
    """Renew cached pages by their tags, as in their header Cache-Groups."""
    named = [*tags, *map(article_tag, articles), *([SITE] if everything else [])]
    if not named:
        raise click.UsageError("expected tags, --article or --all, got none")
    if not the_house().cache.purge(*named):
        raise Unavailable("the page cache is away; nothing was purged")
    click.echo(f"purged: {' '.join(named)}")


@click.command()
def doctor() -> int:
    """Check what the publisher depends on; exit code 1 when anything is wrong."""
    house = open_house(configured())
    faults = {
        "store": sql.fault(house.engine),
        "migrations": migrations.fault("publisher", house.settings.database_url),
        "cache": redis_roles.fault(house.redis),
        "broker": redis_roles.fault(redis_roles.broker(house.settings)),
        "media": None if os.access(_existing(house.media_dir), os.W_OK) else f"{house.media_dir} cannot be written",
    }
    client = openid.client(house.settings, "PUBLISHER", ROLES, with_sites=False)
    if client is not None:
        faults["openid"] = Provider(client).fault()
    if not faults["store"] and not faults["migrations"]:
        faults |= _late(house)
    for name, fault in faults.items():
        click.echo(f"{name}: {fault or 'ok'}")
    return command_line.FAILED if any(faults.values()) else 0


def _late(house: House) -> dict[str, str | None]:
    """What the worker should have done by now."""
    with sql.read(house.engine) as connection:
        before_ms = clock.now_ms() - LATE_MS
        late = {
            "clock": (len(due.reached(connection, before_ms, 1000)), "articles whose time has come"),
            "effects": (transitions.count_open(connection, before_ms), "effects of changes still to come"),
            "messages": (outbox.count_unsent(connection, before_ms), "messages not sent"),
            "webhooks": (webhooks.count_dead(connection), "messages given up within a week"),
            "search": (search.missing(connection), "articles not indexed; `publisher reindex` does it"),
        }
    return {name: f"{count} {what}" if count else None for name, (count, what) in late.items()}


def _existing(path: Path) -> Path:
    """The path, or the nearest directory above it that is there."""
    return next(each for each in (path.resolve(), *path.resolve().parents) if each.exists())
