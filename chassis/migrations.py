"""Bring a package's database to its newest shape with Alembic; `<package>/migrations/versions` holds the steps."""

import contextlib
from functools import lru_cache
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql as pg
from sqlalchemy import URL, make_url

from chassis.errors import Unavailable
from chassis.sql import connect, read, write


def upgrade(package: str, url: str, step: str = "head") -> None:
    """Make a missing database and run the steps that it lacks, in one transaction.

    Args:
        package: `consent` or `publisher`.
        url: the database.
        step: the last step to run.

    Raises:
        Unavailable: the database is away.
    """
    target = make_url(url)
    try:
        make_database(target)
    except (psycopg.OperationalError, OSError) as error:
        raise Unavailable(
            f"the database of {package} is away: {' '.join(str(error).split())}", retry_after_s=2
        ) from error
    engine = connect(url, reflects=True)
    config = _config(package)
    with write(engine) as connection:
        if target.get_backend_name() == "postgresql":
            # services of one deployment may start at once
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('imprimatur migrations'))")
        config.attributes["connection"] = connection
        command.upgrade(config, step)
    engine.dispose()


def fault(package: str, url: str) -> str | None:
    """Say whether the database lacks a step, or None; for `/readyz`."""
    engine = connect(url)
    try:
        with read(engine) as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    except Unavailable as error:
        return error.detail
    finally:
        engine.dispose()
    wanted = _newest(package)
    return None if found == wanted else f"at {found or 'nothing'}, expected {wanted}: run `{package} migrate`"


@lru_cache
def _newest(package: str) -> tuple[str, ...]:
    """Return the last steps of a release; reading them all takes longer than asking the database where it is."""
    return tuple(ScriptDirectory.from_config(_config(package)).get_heads())


def _config(package: str) -> Config:
    config = Config()
    # One env.py serves both packages: what it needs comes with the configuration.
    config.set_main_option("script_location", str(Path(__file__).with_name("alembic_environment")))
    versions = Path(__file__).parent.parent / package / "migrations" / "versions"
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "os")
    return config


def make_database(target: URL) -> None:
    """Make a database where there is none: for SQLite the directory of its file."""
    if target.get_backend_name() == "sqlite":
        if target.database and target.database != ":memory:":
            Path(target.database).parent.mkdir(parents=True, exist_ok=True)
        return
    maintenance = target.set(drivername="postgresql", database="postgres")
    dsn = maintenance.render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (target.database,)).fetchone()
        if not there:
            # another process may be faster
            with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(pg.SQL("CREATE DATABASE {}").format(pg.Identifier(target.database or "")))
