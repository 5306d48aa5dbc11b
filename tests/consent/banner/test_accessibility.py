"""axe-core finds nothing (WCAG 2.0 to 2.2 A and AA, best practice) in any state that a reader meets."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consent.banner import texts
from tests.consent.banner.living import Living
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
READERS = [
    pytest.param("en", "ltr", {"viewport": DESKTOP, "color_scheme": "light"}, id="en-desktop-light"),
    pytest.param("en", "ltr", {"viewport": PHONE, "color_scheme": "dark"}, id="en-phone-dark"),
    pytest.param("ar", "rtl", {"viewport": PHONE, "color_scheme": "light"}, id="ar-phone-light"),
    pytest.param("ar", "rtl", {"viewport": DESKTOP, "color_scheme": "dark"}, id="ar-desktop-dark"),
]


def press(page: Page, texts: dict[str, Any], action: str) -> None:
    page.get_by_role("button", name=texts[action], exact=True).click()


@pytest.mark.parametrize(("language", "direction", "settings"), READERS)
def test_banner_in_every_state(
    served: Living, reader: Callable[..., Page], language: str, direction: str, settings: dict[str, Any]
) -> None:
    told = texts.standard([language], ["necessary"])[language]
    page = reader(**settings)
    page.goto(served.site((language,)).page(lang=language, direction=direction))
    expect(page.get_by_role("region", name=told["title"])).to_be_visible()
    assert violations(page) == {}, "first layer"
    press(page, told, "preferences")
    page.get_by_text(told["vendors"]).click()
    assert violations(page) == {}, "preferences"
    page.get_by_role("switch").last.click()
    press(page, told, "save")
    expect(page.get_by_role("status")).to_have_text(told["saved"])
    assert violations(page) == {}, "saved"
    press(page, told, "settings")
    expect(page.get_by_role("button", name=told["withdraw"])).to_be_visible()
    assert violations(page) == {}, "reopened"


@pytest.mark.parametrize(("language", "direction", "settings"), READERS)
def test_pages_without_a_script(
    served: Living, reader: Callable[..., Page], language: str, direction: str, settings: dict[str, Any]
) -> None:
    told = texts.standard([language], ["necessary"])[language]
    page = reader(**settings)
    page.goto(f"{served.url}/v1/sites/{served.site((language,)).id}/banner?lang={language}")
    assert page.locator("html").get_attribute("dir") == direction
    page.get_by_text(told["preferences"], exact=True).click()
    assert violations(page) == {}, "form"
    page.locator("[name=purpose]").last.check()
    press(page, told, "save")
    expect(page.get_by_role("button", name=told["withdraw"])).to_be_visible()
    assert violations(page) == {}, "saved"
    served.settle()
    page.goto(str(page.get_by_role("link", name=told["receipt"]).get_attribute("href")))
    expect(page.get_by_role("heading", level=1)).to_have_text(texts.pages(language)[1]["receipt"])
    assert violations(page) == {}, "receipt"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_banner_as_modal(served: Living, reader: Callable[..., Page]) -> None:
    page = reader()
    page.goto(served.site(position="modal").page())
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == {}
