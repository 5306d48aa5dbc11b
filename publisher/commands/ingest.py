"""``publisher watch`` and ``publisher feeds``: what others send, by files and by feeds."""

import signal
import threading
from pathlib import Path

import click

from chassis import command_line, sql
from chassis.errors import Conflict, Invalid, NotFound
from publisher import clock
from publisher.commands import hand, moment, progress, the_house
from publisher.house import House
from publisher.ingest import polling
from publisher.ingest.files import read_file
from publisher.ingest.folder import SETTLE_S, Busy, Folder
from publisher.ingest.taking import Outcome, Taking, take_all
from publisher.store import feeds

LOOK_S = 0.5


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--once", is_flag=True, help="Take what is complete, and end.")
@click.option("--settle", "settle_s", type=click.FloatRange(min=0), default=SETTLE_S, help="Seconds of no change.")
def watch(directory: Path | None, once: bool, settle_s: float) -> int:
    """Take in the files that others put into a directory, INGEST_DIR without one, until SIGTERM; a line for each."""
    house = the_house()
    watched = directory or Path(house.settings.ingest_dir)
    if not str(house.settings.ingest_dir if directory is None else directory):
        raise click.UsageError("expected a directory, or INGEST_DIR, got neither")
    if not watched.is_dir():
        raise Invalid(f"expected a directory, got {str(watched)!r}")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    folder = Folder(watched, lambda path: _take(house, path), settle_s)
    failed = 0
    try:
        with folder.held():
            list(_say(folder))
            while not stopping.is_set():
                stopping.wait(settle_s if once else LOOK_S)
                failed += sum(_say(folder))
                if once:
                    break
    except Busy:
        raise Conflict(f"{watched} is watched by another process") from None
    return command_line.FAILED if once and failed else 0


def _say(folder: Folder) -> list[bool]:
    said = []
    for taken in folder.look():
        click.echo(taken.line, err=taken.failed)
        said.append(taken.failed)
    return said


def _take(house: House, path: Path) -> list[Outcome]:
    return take_all(house, read_file(path), Taking(hand(path.name)))


@click.group(name="feeds")
def feeds_group() -> None:
    """Look after the feeds of others that are polled."""


@feeds_group.command()
@click.argument("url")
@click.option("--language", help="Of its entries, where it tells none.")
@click.option("--section", help="Of its entries.")
@click.option("--every", "every_s", type=click.IntRange(60, 86_400), default=600, help="Seconds between two polls.")
def add(url: str, language: str | None, section: str | None, every_s: int) -> None:
    """Poll a feed (RSS, Atom, JSON Feed) from now on."""
    if not url.startswith(("http://", "https://")) or len(url) > 2000:
        raise Invalid(f"url: expected an http or https address, got {url[:80]!r}")
    with sql.write(the_house().engine) as connection:
        if not feeds.add(connection, url, language, section, every_s, clock.now_ms()):
            raise Conflict(f"{url} is polled already")
    click.echo(f"polled every {every_s} s: {url}")


@feeds_group.command(name="list")
def list_feeds() -> None:
    """List the feeds: address, last poll, what came of it, next poll."""
    with sql.read(the_house().engine) as connection:
        for each in feeds.every(connection):
            click.echo("\t".join([each.url, moment(each.polled_ms), each.outcome or "-", moment(each.next_ms)]))


@feeds_group.command()
@click.argument("url")
def remove(url: str) -> None:
    """Poll a feed no more; what came of it stays."""
    with sql.write(the_house().engine) as connection:
        if not feeds.remove(connection, url):
            raise NotFound(f"no feed {url!r}")


@feeds_group.command()
@click.argument("urls", nargs=-1)
def poll(urls: tuple[str, ...]) -> int:
    """Poll feeds now, all of them without an address."""
    house, failed = the_house(), 0
    with sql.read(house.engine) as connection:
        wanted = list(urls) or [each.url for each in feeds.every(connection)]
    with progress(wanted) as bar:
        for url in bar:
            with sql.write(house.engine) as connection:
                feed = feeds.claim_now(connection, url, clock.now_ms(), polling.LEASE_MS)
            if feed is None:
                raise NotFound(f"no feed {url!r}")
            made = polling.poll(house, feed)
            failed += bool(made.failures)
            click.echo(f"{url}: {made.outcome}", err=bool(made.failures))
    return command_line.FAILED if failed else 0
