"""The script under a strict policy of its page, pinned to its bytes (OWASP ASVS 5.0, 3.6.1)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from consent import notices
from consent.banner import assets
from tests.consent.banner.conftest import reader, running, served  # noqa: F401
from tests.consent.banner.living import PAGE, Living, Site

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(served: Living) -> Iterator[Site]:  # noqa: F811
    yield served.site()


def pinned(site: Site, integrity: str | None = None) -> str:
    """Serve a page with a pinned tag, under a policy that allows no inline code; return its address."""
    script = assets.of("banner.js", notices.of(site.document))
    source = f"{site.service.url}/v1/sites/{site.id}/{script.hashed_name}"
    tag = f'<script async src="{source}" integrity="{integrity or script.integrity}" crossorigin></script>'
    return site.service.serve(PAGE.format(script=tag, body="", lang="en", direction="ltr"))


def test_a_pinned_script_asks_and_takes_the_answer(site: Site, reader: Callable[..., Page]) -> None:  # noqa: F811
    page = reader()
    page.goto(pinned(site))
    page.get_by_role("button", name="Agree to all").click()
    page.wait_for_function("() => imprimatur.receipt()")


def test_a_script_of_other_bytes_does_not_run(site: Site, reader: Callable[..., Page]) -> None:  # noqa: F811
    page = reader()
    with page.expect_console_message(lambda said: "integrity" in said.text):
        page.goto(pinned(site, integrity="sha384-" + "A" * 64))
    assert page.evaluate("typeof imprimatur") == "undefined"
    expect(page.get_by_role("button")).to_have_count(0)
    page.complaints.clear()  # type: ignore[attr-defined]
