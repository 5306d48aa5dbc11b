"""The console really served, for the tests that open it in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.consent.service import Service, start
from tests.servers.web_server import WebServer


@pytest.fixture
def live(redis_url: str, sqlite_url: str, tmp_path: Path, migrated: Path, free_port: int) -> Iterator[Service]:
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(migrated.read_bytes())
    running = start(redis_url, sqlite_url, tmp_path, f"http://localhost:{free_port}")
    with WebServer(running.app, free_port, "localhost"):
        yield running
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()
