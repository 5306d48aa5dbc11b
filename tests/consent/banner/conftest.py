"""A reader at a publisher's page: Chromium, the consent service and the pages, all real."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.consent.banner import living
from tests.consent.banner.living import Living
from tests.servers.chromium import PATIENCE_MS


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living.running(tmp_path_factory.mktemp("living")) as servers:
        yield servers


@pytest.fixture
def served(running: Living) -> Iterator[Living]:
    yield running
    running.ahead_ms = 0


def is_complaint(said: ConsoleMessage) -> bool:
    return said.type == "error" and not said.location["url"].endswith("/favicon.ico")


@pytest.fixture
def reader(chromium: Browser, served: Living) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own for a reader; whatever its pages complain about fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_page(**settings: Any) -> Page:
        context = chromium.new_context(locale="en-GB", timezone_id="UTC", reduced_motion="reduce", **settings)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script("window.ran = []")  # where the pages' scripts note that they ran
        contexts.append(context)
        context.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        context.on("weberror", lambda thrown: complaints.append(str(thrown.error)))
        page = context.new_page()
        page.complaints = complaints  # type: ignore[attr-defined]
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
