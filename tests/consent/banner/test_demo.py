"""The page a developer tries first."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner.living import Living
from tests.consent.service import Service
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e


def test_demo_blocks_until_the_choice_and_tells_every_event(served: Living, reader: Callable[..., Page]) -> None:
    page, site = reader(), served.site(("en", "es"))
    page.goto(f"{served.url}/demo?site={site.id}")
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    events = page.get_by_label("Events, newest first")
    expect(events).not_to_contain_text("has run")
    assert violations(page) == {}
    with page.expect_response("**/v1/consents") as choice:
        page.get_by_role("button", name="Agree to all").click()
    assert choice.value.status == 201, choice.value.text()
    expect(events).to_contain_text("A blocked script has run: analytics")
    expect(events).to_contain_text("consent:recorded")
    expect(page.frame_locator("iframe").get_by_text("Here is the film")).to_be_visible()
    page.get_by_label("Corners").select_option("square")
    expect(page.locator("#css")).to_contain_text("--consent-radius: 0px")
    page.get_by_label("Language").select_option("es")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_demo_knows_only_sites_that_exist(served: Living, reader: Callable[..., Page]) -> None:
    page = reader()
    answer = page.request.get(f"{served.url}/demo?site=nowhere")
    assert answer.status == 404


def test_without_the_setting_there_is_no_demo_and_no_choice_of_our_own_origin(service: Service) -> None:
    client = service.app.test_client()
    assert client.get("/demo").status_code == 404
    browser = service.browser()
    answer = browser.post(browser.choice("refuse"), Origin=service.settings.public_url)
    assert answer.status_code == 403
