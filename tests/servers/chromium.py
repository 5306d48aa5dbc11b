"""Debian's Chromium under Playwright, and axe-core to ask it about accessibility."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# to tell what passed, node by node, takes as long again
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
# only a failure waits so long: a machine that is busy with other things must not make one
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


def path() -> str | None:
    """Find the browser, the one without windows first; None where none is installed."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def running() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=ARGUMENTS)
        yield browser
        browser.close()


def violations(page: Page) -> dict[str, Any]:
    """Return what axe-core finds on the page, by rule; it looks into open shadow roots too."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return {each["id"]: [node["html"] for node in each["nodes"]] for each in found}
