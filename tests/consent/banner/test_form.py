"""The same choices by a reader whose browser runs no script, in an iframe on the publisher's page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from consent.banner import texts
from tests.consent.banner.living import HOUR_MS, Living, Site

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]


def framed(page: Page, site: Site, lang: str = "en") -> FrameLocator:
    """Open a page whose iframe, as wide as a phone, shows the form."""
    frame = f'<iframe title="Privacy" src="{site.service.url}/v1/sites/{site.id}/banner?lang={lang}"></iframe>'
    page.goto(site.page(frame))
    return page.frame_locator("iframe")


def decisions(page: Page, site: Site) -> str:
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    return cookies[site.cookie].partition("&p=")[2].partition("&")[0]


@pytest.mark.parametrize(
    ("button", "decided"),
    [("Agree to all", "necessary:1/analytics:1/marketing:1"), ("Refuse all", "necessary:1/analytics:0/marketing:0")],
)
def test_one_press_decides_and_says_so(served: Living, reader: Reader, button: str, decided: str) -> None:
    page, site = reader(java_script_enabled=False), served.site()
    form = framed(page, site)
    form.get_by_role("button", name=button).click()
    expect(form.get_by_role("status")).to_have_text("Your choice has been saved.")
    assert decisions(page, site) == decided


def test_preferences_start_unticked_and_keep_each_purpose_apart(served: Living, reader: Reader) -> None:
    page, site = reader(java_script_enabled=False), served.site()
    form = framed(page, site)
    form.get_by_text("Preferences").click()
    assert [box.is_checked() for box in form.get_by_role("checkbox").all()] == [False, False]
    form.get_by_role("checkbox", name="Marketing").check()
    form.get_by_role("button", name="Save my choice").click()
    expect(form.get_by_role("status")).to_be_visible()
    assert decisions(page, site) == "necessary:1/analytics:0/marketing:1"


def test_enter_in_a_box_saves_and_does_not_agree(served: Living, reader: Reader) -> None:
    page, site = reader(java_script_enabled=False), served.site()
    form = framed(page, site)
    form.get_by_text("Preferences").click()
    form.get_by_role("checkbox", name="Analytics").press("Enter")
    expect(form.get_by_role("status")).to_be_visible()
    assert decisions(page, site) == "necessary:1/analytics:0/marketing:0"


def test_own_choice_is_shown_and_withdrawn_in_one_press(served: Living, reader: Reader) -> None:
    page, site = reader(java_script_enabled=False), served.site()
    form = framed(page, site)
    form.get_by_role("button", name="Agree to all").click()
    expect(form.get_by_role("status")).to_be_visible()
    form = framed(page, site)
    expect(form.get_by_text("Your choice of")).to_be_visible()
    expect(form.get_by_text("Allowed")).to_have_count(2)
    form.get_by_role("button", name="Withdraw consent").click()
    expect(form.get_by_role("status")).to_be_visible()
    assert decisions(page, site) == "necessary:1/analytics:0/marketing:0"


def test_form_that_stood_open_too_long_is_shown_again(served: Living, reader: Reader) -> None:
    page, site = reader(java_script_enabled=False), served.site()
    form = framed(page, site)
    form.get_by_role("button", name="Agree to all").wait_for()
    served.ahead_ms = 25 * HOUR_MS
    form.get_by_role("button", name="Agree to all").click()
    expect(form.get_by_role("status")).to_have_text("This page stood open for too long. Please choose again.")
    form.get_by_role("button", name="Agree to all").click()
    expect(form.get_by_role("status")).to_have_text("Your choice has been saved.")


def test_receipt_is_a_page_to_read_and_a_file_to_keep(served: Living, reader: Reader) -> None:
    page, site = reader(java_script_enabled=False), served.site(("es",))
    form = framed(page, site, "es")
    form.get_by_role("button", name="Aceptar todo").click()
    served.settle()
    page.goto(str(form.get_by_role("link", name="Justificante").get_attribute("href")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Usted aceptó")
    words = texts.pages("es")[1]
    with page.expect_download() as download:
        page.get_by_role("link", name=words["download"]).click()
    assert download.value.suggested_filename.startswith("receipt-")
    assert site.id in download.value.path().read_text()


def test_script_and_form_speak_of_one_choice(served: Living, reader: Reader) -> None:
    """A choice by the form stands for the script as well."""
    page, site = reader(), served.site()
    page.goto(f"{served.url}/v1/sites/{site.id}/banner")
    page.get_by_role("button", name="Agree to all").click()
    page.goto(site.page())
    page.get_by_role("button", name="Cookie settings").click()
    expect(page.get_by_role("switch", name="Marketing")).to_be_checked()
