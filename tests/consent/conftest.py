"""The consent service for its tests: on SQLite, or on both databases where SQL is what is tested."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.consent.service import Browser, Service, start
from tests.servers.templates import Templates


@pytest.fixture(scope="session")
def migrated(templates: Templates) -> Path:
    """An empty SQLite file to copy."""
    return templates.sqlite("consent")


@pytest.fixture
def service(redis_url: str, tmp_path: Path, migrated: Path) -> Iterator[Service]:
    path = shutil.copy(migrated, tmp_path / "consent.db")
    running = start(redis_url, f"sqlite:///{path}", tmp_path)
    yield running
    _stop(running)


@pytest.fixture
def service_on_both(redis_url: str, consent_database: str, tmp_path: Path) -> Iterator[Service]:
    running = start(redis_url, consent_database, tmp_path)
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
