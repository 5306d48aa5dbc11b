"""The subcommands of ``publisher``, by what they are about."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from chassis import migrations, sql
from chassis.errors import Unavailable
from chassis.settings import read
from publisher.articles import Revision
from publisher.following import Hand
from publisher.house import House, open_house
from publisher.settings import Settings
from publisher.store import listing
from publisher.store.listing import Selection

MANY = 200


def configured() -> Settings:
    """Read the settings from the environment."""
    return read(Settings, os.environ)


def the_house() -> House:
    """Open the newsroom's parts; raise Unavailable with what to do about a database without tables."""
    settings = configured()
    check_migrated(settings)
    return open_house(settings)


def check_migrated(settings: Settings) -> None:
    """Say what to do about a database without tables, before a command stumbles over it."""
    lacking = migrations.fault("publisher", settings.database_url)
    if lacking:
        raise Unavailable(f"the publisher's database is not ready: {lacking}")


def hand(reason: str | None = None) -> Hand:
    """Name whose doing a command is: the user of this machine."""
    return Hand(f"{getpass.getuser()} on the command line", reason)


def each_article(house: House, selection: Selection) -> Iterator[Revision]:
    """Walk the articles, the one that changed last first, a page at a time."""
    cursor: str | None = None
    while True:
        with sql.read(house.engine) as connection:
            found, cursor = listing.page(connection, selection, cursor, MANY)
        yield from found
        if cursor is None:
            return


@contextmanager
def progress(items: list[Any]) -> Iterator[Any]:
    """Walk items with a bar on a terminal, where they are many enough to wait for."""
    hidden = len(items) < 3 or not sys.stderr.isatty()
    with click.progressbar(items, file=sys.stderr, hidden=hidden) as bar:
        yield bar


def moment(ms: int | None) -> str:
    """Write a time (unix ms) to the second; a dash for none."""
    return "-" if ms is None else datetime.fromtimestamp(ms // 1000, UTC).isoformat()
