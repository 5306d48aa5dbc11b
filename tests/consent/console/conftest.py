"""The console really served, for the tests that open it in a browser."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.consent.service import Service, start


@pytest.fixture
def live(redis_url: str, sqlite_url: str, tmp_path: Path, migrated: Path, free_port: int) -> Iterator[Service]:
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(migrated.read_bytes())
    running = start(redis_url, sqlite_url, tmp_path, f"http://localhost:{free_port}")
    server = make_server("localhost", free_port, running.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield running
    server.shutdown()
    thread.join()
    server.server_close()
    running.app.extensions["ledger"].engine.dispose()
    running.engine.dispose()
    running.redis.close()
