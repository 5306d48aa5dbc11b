"""A fresh Azure test server for each test that asks."""

from collections.abc import Iterator

import pytest

from tests.azure_server.server import AzureServer


@pytest.fixture
def azure_server() -> Iterator[AzureServer]:
    with AzureServer() as server:
        yield server
