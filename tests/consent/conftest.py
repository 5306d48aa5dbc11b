"""The consent service for its tests: on SQLite, or on both databases where SQL is what is tested."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consent.service import Browser, Service, start


@pytest.fixture
def service(redis_url: str, sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    running = start(redis_url, sqlite_url, tmp_path)
    yield running
    _stop(running)


@pytest.fixture
def service_on_both(redis_url: str, sql_url: str, tmp_path: Path) -> Iterator[Service]:
    running = start(redis_url, sql_url, tmp_path)
    yield running
    _stop(running)


@pytest.fixture
def browser(service: Service) -> Browser:
    return service.browser()


def _stop(running: Service) -> None:
    running.engine.dispose()
    running.redis.close()
