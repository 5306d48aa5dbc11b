"""An officer at the console, in Chromium: with script for axe's sake, and without, which is how the pages are made."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from chassis.tokens import Tokens
from consent.roles import ROLES
from consent.store.site_tables import api_token
from tests.consent.console.officer import EVER
from tests.consent.console.test_notices import LATER, publish_later
from tests.consent.service import Service
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e

SCREENS = [
    pytest.param({"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}, id="desktop-light"),
    pytest.param({"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, id="phone-dark"),
]


def _choose(service: Service) -> str:
    reader = service.browser()
    for analytics in (True, False):
        reader.choose("preferences", purposes={"analytics": analytics, "marketing": False}, page="/en/slug")
    service.browser().choose("withdraw")
    service.drain()
    publish_later(service)
    return str(reader.client.get_cookie("subject_newsroom", domain="localhost").value)  # type: ignore[union-attr]


def _sign_in(page: Page, service: Service) -> None:
    page.goto(service.settings.public_url + "/console")
    page.get_by_label("Token").fill(
        Tokens(service.engine, api_token).create("Officer", ROLES["administrator"].scopes, one_time=True)
    )
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


@pytest.mark.parametrize("settings", SCREENS)
def test_axe_finds_nothing_on_any_page(chromium: Browser, live: Service, settings: dict[str, Any]) -> None:
    subject = _choose(live)
    context = chromium.new_context(**settings)
    page = context.new_page()
    page.goto(live.settings.public_url + "/console")
    assert violations(page) == {}, "sign-in"
    page.get_by_label("Token").fill("guessed")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("opens nothing")
    assert violations(page) == {}, "sign-in refused"
    _sign_in(page, live)
    paths = ("", EVER.removeprefix("/console"), "?from=2020-01-01&to=2020-01-02", "?from=yesterday")
    records = ("/records", "/records?event=given", "/records?subject=me&from=yesterday", "/records?purpose=none")
    for path in (*paths, *records):
        page.goto(f"{live.settings.public_url}/console{path}")
        for summary in page.locator("summary").all():
            summary.click()
        assert violations(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    for path in (
        "notices",
        f"notices/{LATER.sha256}",
        "subjects",
        "subjects?subject=me",
        f"subjects/{subject}",
        f"subjects/{subject}/letter",
        "find?q=nothing",
        "tokens",
        "sessions",
        "exports?event=given",
        "acts",
        "acts?kind=held&from=yesterday",
    ):
        page.goto(f"{live.settings.public_url}/console/{path}")
        assert violations(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{live.settings.public_url}/console/subjects/{subject}")
    page.get_by_label("Under which rule").fill("GDPR Art. 17(1)(b)")
    page.get_by_role("button", name="Erase this person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erase this person?")
    assert violations(page) == {}, "erasure"
    page.goto(live.settings.public_url + "/console/records")
    page.locator("tbody th a").first.click()
    page.get_by_text("Proof of inclusion").click()
    assert violations(page) == {}, "record"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "record"
    context.close()


def test_an_officer_finds_a_record_without_a_script(chromium: Browser, live: Service) -> None:
    _choose(live)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    _sign_in(page, live)
    page.get_by_role("link", name="Records").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_label("Purpose", exact=True).select_option("analytics")
    page.get_by_label("Decision", exact=True).select_option("given")
    page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(1)
    assert page.url.endswith("/console/records?purpose=analytics&decision=given")
    page.locator("tbody th a").click()
    expect(page.get_by_role("row", name="Analytics analytics")).to_contain_text("given")
    expect(page.get_by_text("/en/slug")).to_be_visible()
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(live.settings.public_url + "/console/records")
    page.get_by_role("link", name="Export these 3").click()
    page.get_by_label("JSON Lines").check()
    page.get_by_role("button", name="Start the export").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 records as JSON Lines")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert len(download.value.path().read_text().splitlines()) == 3
    page.goto(live.settings.public_url + "/console/records")
    page.locator("tbody th a").last.click()
    analytics = page.get_by_role("group", name="Analytics")
    expect(analytics.get_by_label("given")).to_be_checked()
    analytics.get_by_label("given").press("ArrowRight")
    page.get_by_label("Reason").fill("misheard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rectify this record?")
    expect(page.get_by_text("is refused in it.")).to_be_visible()
    page.get_by_role("button", name="Rectify it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The rectification is on disk")
    page.get_by_role("button", name="Sign out").click()
    page.goto(live.settings.public_url + "/console/records")
    assert page.url.endswith("/console/sign-in")
    context.close()


def test_an_officer_reads_the_counts_without_a_script_and_by_keyboard(chromium: Browser, live: Service) -> None:
    _choose(live)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    _sign_in(page, live)
    page.goto(live.settings.public_url + EVER)
    refused = page.get_by_role("region", name="By purpose").get_by_role("row", name="analytics")
    expect(refused).to_contain_text("33 %")
    page.get_by_text("Table of choices").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Choices by day").get_by_role("row")).not_to_have_count(0)
    page.get_by_role("link", name="7 days").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    context.close()


def test_a_printed_overview_holds_every_table(chromium: Browser, live: Service) -> None:
    _choose(live)
    context = chromium.new_context()
    page = context.new_page()
    _sign_in(page, live)
    page.goto(live.settings.public_url + EVER)
    table = page.locator("details table").first
    expect(table).not_to_be_visible()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.get_by_role("button", name="Show")).not_to_be_visible()
    context.close()


def test_keys_lead_through_the_console_until_they_are_switched_off(chromium: Browser, live: Service) -> None:
    _choose(live)
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    _sign_in(page, live)
    opener = page.get_by_role("button", name="Keyboard shortcuts")  # shows once the script listens
    expect(opener).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Records")
    expect(opener).to_be_visible()
    links = page.locator("tbody th a")
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    newest = links.first.get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{newest}")
    expect(opener).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_have_text("Records")
    expect(opener).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("gr " + newest.removeprefix("/console/records/"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{newest}")
    expect(opener).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert violations(page) == {}
    page.get_by_label("Switch single keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    context.close()
