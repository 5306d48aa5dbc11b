"""One newsroom a database kind; the Azure test server behind it lets translating take its time."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.azure_server.app import State
from tests.azure_server.server import AzureServer
from tests.e2e.newsroom import LiveNewsroom

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def azure() -> Iterator[AzureServer]:
    with AzureServer(state=State()) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_held(azure: AzureServer) -> Iterator[None]:
    """Let translations go on after a test that failed while it held them back."""
    yield
    azure.state.holding.clear()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def newsroom(
    request: pytest.FixtureRequest, azure: AzureServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveNewsroom]:
    environ = {
        "AZURE_TRANSLATOR_KEY": azure.state.key,
        "AZURE_TRANSLATOR_ENDPOINT": azure.url,
        "TRANSLATION_ENGINES": "azure,pseudo",
        "TRENDS_S": "1",
    }
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        for package in ("consent", "publisher"):
            environ[f"{package.upper()}_DATABASE_URL"] = server.url(f"e2e_{package}")
    newsroom = LiveNewsroom(tmp_path_factory.mktemp("newsroom"), environ).start()
    yield newsroom
    assert newsroom.stop() == 0, "Ctrl-C ends it cleanly"


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser profile of its own; options as Playwright's `new_context` takes them."""
    contexts = []

    def open_page(**options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
