"""A new notice asks those who chose before, and only for what it has gained."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consent.banner import texts
from tests.consent.banner.living import PURPOSES, Living, Site
from tests.consent.banner.reading import come_later, press, state

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]


def gain_media(site: Site) -> None:
    """Publish a notice with one purpose more."""
    purposes = [*site.document["purposes"], {"id": "media", "required": False}]
    site.publish(purposes=purposes, texts=texts.standard(["en"], (*PURPOSES, "media")))


def gain_vendor(site: Site) -> None:
    vendors = copy.deepcopy(site.document["vendors"])
    site.publish(vendors=[*vendors, {**vendors[0], "id": "another", "name": "Another Ads"}])


def banner(page: Page) -> Any:
    return page.get_by_role("region", name="Your privacy, your choice")


def test_a_mended_word_asks_nobody_and_is_asked_for_once(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    press(page, "Agree to all")
    site.publish(validity_days=90)
    come_later(page, address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    expect(banner(page)).to_have_count(0)
    assert page.evaluate("imprimatur.has('marketing')") is True
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert not [url for url in requests if "/notice" in url]


@pytest.mark.parametrize(
    ("button", "decided"),
    [
        ("Agree to all", "necessary:1/analytics:1/marketing:0/media:1"),
        ("Refuse all", "necessary:1/analytics:1/marketing:0/media:0"),
    ],
)
def test_a_new_purpose_is_asked_alone(served: Living, reader: Reader, button: str, decided: str) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("switch", name="Analytics").click()
    first = press(page, "Save my choice")
    gain_media(site)
    come_later(page, address)
    expect(banner(page).get_by_role("listitem")).to_have_text(["External media"])
    assert page.evaluate("['analytics', 'marketing', 'media'].map((id) => imprimatur.has(id))") == [True, False, False]
    answer = press(page, button)
    assert state(page, site)["p"] == decided
    served.settle()
    [record] = [row for row in served.records(site.id) if row["record"] == answer["record"]]
    assert (record["asked"], record["supersedes"]) == (["media"], first["record"])
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    expect(banner(page)).to_have_count(0)


def test_a_new_vendor_is_asked_of_those_who_agreed_to_its_purpose(served: Living, reader: Reader) -> None:
    agreed, refused, site = reader(), reader(), served.site()
    address = site.page()
    for page, button in ((agreed, "Agree to all"), (refused, "Refuse all")):
        page.goto(address)
        press(page, button)
    gain_vendor(site)
    for page in (agreed, refused):
        come_later(page, address)
    expect(banner(agreed).get_by_role("listitem")).to_have_text(["Marketing"])
    expect(refused.get_by_role("button", name="Cookie settings")).to_be_visible()
    expect(banner(refused)).to_have_count(0)


def test_preferences_of_a_partial_question_show_and_decide_everything(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    press(page, "Agree to all")
    gain_media(site)
    come_later(page, address)
    page.get_by_role("button", name="Preferences").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("switch", name="Analytics")).to_be_checked()
    expect(dialog.get_by_role("switch", name="External media")).not_to_be_checked()
    dialog.get_by_role("switch", name="Analytics").click()
    press(page, "Save my choice")
    assert state(page, site)["p"] == "necessary:1/analytics:0/marketing:1/media:0"


def test_the_form_names_what_is_new_and_keeps_what_stands(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    press(page, "Agree to all")
    gain_media(site)
    page.goto(f"{served.url}/v1/sites/{site.id}/banner")
    expect(page.locator(".names li")).to_have_text(["External media"])
    expect(page.locator(".decisions li")).to_have_text(
        ["Necessary: Always on", "Analytics: Allowed", "Marketing: Allowed"]
    )
    page.get_by_text("Preferences", exact=True).click()
    assert page.locator("[name=purpose]:checked").evaluate_all("all => all.map((box) => box.value)") == [
        "analytics",
        "marketing",
    ]
