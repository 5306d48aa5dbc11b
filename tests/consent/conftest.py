"""The consent service for its tests: on SQLite, or on both databases where SQL is what is tested."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.migrations import upgrade
from tests.consent.service import Browser, Service, start


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("consent") / "migrated.db"
    upgrade("consent", f"sqlite:///{path}")
    return path


@pytest.fixture
def service(redis_url: str, tmp_path: Path, migrated: Path) -> Iterator[Service]:
    path = shutil.copy(migrated, tmp_path / "consent.db")
    running = start(redis_url, f"sqlite:///{path}", tmp_path)
    yield running
    _stop(running)


@pytest.fixture
def service_on_both(redis_url: str, sql_url: str, tmp_path: Path) -> Iterator[Service]:
    upgrade("consent", sql_url)
    running = start(redis_url, sql_url, tmp_path)
    yield running
    _stop(running)


@pytest.fixture
def browser(service: Service) -> Browser:
    return service.browser()


def _stop(running: Service) -> None:
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()
