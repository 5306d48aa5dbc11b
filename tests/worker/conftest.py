"""What the worker's tests share: an Azure test server, and a workshop on real databases and a real Redis."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis import migrations
from tests.azure_server.server import AzureServer
from worker.settings import Settings
from worker.workshop import Workshop

Make = Callable[..., Workshop]


@pytest.fixture
def azure_server() -> Iterator[AzureServer]:
    with AzureServer() as server:
        yield server


@pytest.fixture
def make_workshop(redis_url: str, tmp_path: Path, azure_server: AzureServer) -> Iterator[Make]:
    """Makes workshops whose Azure is the test server; closed after the test."""
    made: list[Workshop] = []

    def make(database_url: str, **settings: Any) -> Workshop:
        migrations.upgrade("publisher", database_url)
        chosen = {
            "database_url": database_url,
            "redis_url": redis_url,
            "media_dir": str(tmp_path / "media"),
            "worker_dir": tmp_path / "worker",
            "translation_engines": ("azure", "pseudo"),
            "azure_key": "test-key",
            "azure_endpoint": azure_server.url,
        }
        made.append(Workshop(Settings(**chosen | settings)))
        return made[-1]

    yield make
    for workshop in made:
        workshop.close()


@pytest.fixture
def workshop(make_workshop: Make, publisher_database: str) -> Workshop:
    return make_workshop(publisher_database)
