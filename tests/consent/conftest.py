"""The consent service for its tests: on SQLite, or on both databases where SQL is what is tested."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
def serve(redis_url: str, tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Service]]:
    """Starts the service with settings of the test's own."""
    started: list[Service] = []

    def start_one(**configured: Any) -> Service:
        directory = tmp_path / f"service-{len(started)}"
        directory.mkdir()
        path = shutil.copy(migrated, directory / "consent.db")
        started.append(start(redis_url, f"sqlite:///{path}", directory, **configured))
        return started[-1]

    yield start_one
    for each in started:
        _stop(each)


@pytest.fixture
def browser(service: Service) -> Browser:
    return service.browser()


def _stop(running: Service) -> None:
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()
