"""The ``publisher`` command line."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from chassis import command_line, migrations, redis_roles, sql
from chassis.errors import Problem, Unavailable
from chassis.settings import read
from chassis.tokens import Tokens
from publisher import importing
from publisher.house import House, open_house
from publisher.publishing import offer_missing
from publisher.settings import Settings
from publisher.store import articles
from publisher.store.tables import api_token

SCOPES = ("articles:read", "articles:write", "media:write")


def main() -> None:
    """Run the command line."""
    command_line.run(commands)


@click.group()
def commands() -> None:
    """Publish articles and look after the publisher's store."""


@commands.command()
def migrate() -> None:
    """Bring the database to its newest shape; makes a missing one."""
    migrations.upgrade("publisher", _settings().database_url)


@commands.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def import_files(files: tuple[Path, ...]) -> int:
    """Publish Markdown files; one that is published already becomes its next revision if it changed."""
    house = _house()
    failed = 0
    with click.progressbar(files, file=sys.stderr, hidden=len(files) < 3 or not sys.stderr.isatty()) as each_file:
        for path in each_file:
            failed += not _import(house, path)
    return command_line.FAILED if failed else 0


def _import(house: House, path: Path) -> bool:
    try:
        done = importing.import_file(house, path, lambda text: click.echo(f"{path}: {text}", err=True))
    except Problem as problem:
        click.echo(f"{path}: {' '.join(problem.detail.split())}", err=True)
        return False
    what = "new" if done.new else "changed" if done.changed else "unchanged"
    click.echo(f"{done.revision.article_id} revision {done.revision.number} {what}")
    return True


@commands.command()
def translate() -> None:
    """Ask for the translations that articles lack: languages that are new, and jobs that failed."""
    house = _house()
    with sql.read(house.engine) as connection:
        ids = [row.id for row in articles.every(connection)]
    for article_id in ids:
        missing = offer_missing(house.engine, article_id, house.offer)
        if missing:
            click.echo(f"{article_id} {' '.join(missing)}")
            house.announce(article_id)


@commands.command(name="list")
def list_articles() -> None:
    """List the articles: id, revision, state, language, slug, time of the last change."""
    with sql.read(_house().engine) as connection:
        for row in articles.every(connection):
            changed = datetime.fromtimestamp(row.updated_ms // 1000, UTC).isoformat()
            click.echo(f"{row.id}\t{row.current_revision}\t{row.state}\t{row.language}\t{row.slug}\t{changed}")


@commands.group()
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


@commands.command()
def doctor() -> int:
    """Check what the publisher depends on; exit code 1 when anything is wrong."""
    house = open_house(_settings())
    faults = {
        "store": sql.fault(house.engine),
        "migrations": migrations.fault("publisher", house.settings.database_url),
        "cache": redis_roles.fault(house.redis),
        "broker": redis_roles.fault(redis_roles.broker(house.settings)),
        "media": None if os.access(_existing(house.media_dir), os.W_OK) else f"{house.media_dir} cannot be written",
    }
    for name, fault in faults.items():
        click.echo(f"{name}: {fault or 'ok'}")
    return command_line.FAILED if any(faults.values()) else 0


def _existing(path: Path) -> Path:
    """The path, or the nearest directory above it that is there."""
    return next(each for each in (path.resolve(), *path.resolve().parents) if each.exists())


def _settings() -> Settings:
    return read(Settings, os.environ)


def _house() -> House:
    settings = _settings()
    _check_migrated(settings)
    return open_house(settings)


def _tokens() -> Tokens:
    settings = _settings()
    _check_migrated(settings)
    return Tokens(sql.connect(settings.database_url), api_token)


def _check_migrated(settings: Settings) -> None:
    """Say what to do about a database without tables, before a command stumbles over it."""
    lacking = migrations.fault("publisher", settings.database_url)
    if lacking:
        raise Unavailable(f"the publisher's database is not ready: {lacking}")


if __name__ == "__main__":
    main()
