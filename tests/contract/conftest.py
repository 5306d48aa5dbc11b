"""The ledger's fixtures, for those who look at it from outside."""

from collections.abc import Iterator

import pytest

from consent.app import create_app
from consent.keys import Keys
from consent.settings import Settings
from consent.store.ledger import Ledger
from tests.consent.ledger.conftest import ORIGIN, drain, keys, ledger, make_entry, redis
from tests.servers.web_server import WebServer

__all__ = ["drain", "keys", "ledger", "make_entry", "redis"]


@pytest.fixture
def prefix(redis_url: str, consent_database: str, keys: Keys, ledger: Ledger) -> Iterator[str]:
    """The log's address at a service."""
    app = create_app(
        Settings(redis_url=redis_url, database_url=consent_database, keys_dir=keys.directory, log_origin=ORIGIN)
    )
    with WebServer(app) as server:
        yield f"http://127.0.0.1:{server.port}/log"
    app.extensions["ledger"].engine.dispose()
