"""A ledger to copy and to lose; databases to come back to."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from consent.keys import Keys
from consent.settings import Settings
from tests.consent.ledger.conftest import ORIGIN, drain, keys, ledger, make_entry, redis

__all__ = ["drain", "keys", "ledger", "make_entry", "redis"]
_numbers = itertools.count()


@pytest.fixture
def settings(redis_url: str, consent_database: str, keys: Keys) -> Settings:
    return Settings(redis_url=redis_url, database_url=consent_database, keys_dir=keys.directory, log_origin=ORIGIN)


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], Settings]]:
    """Makes settings of a place with no database yet, of the same kind."""
    made: list[str] = []

    def make() -> Settings:
        url = make_url(settings.database_url)
        if url.get_backend_name() == "sqlite":
            return replace(settings, database_url=f"sqlite:///{tmp_path / f'restored-{next(_numbers)}.db'}")
        made.append(f"restored_{next(_numbers)}")
        return replace(settings, database_url=url.set(database=made[-1]).render_as_string(hide_password=False))

    yield make
    if made:
        dsn = make_url(settings.database_url).set(drivername="postgresql", database="postgres").render_as_string()
        with psycopg.connect(dsn, autocommit=True) as connection:
            for name in made:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
