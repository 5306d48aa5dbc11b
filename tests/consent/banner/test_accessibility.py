"""axe-core finds nothing (WCAG 2.0 to 2.2 A and AA, best practice) in any state that a reader meets."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consent.banner import texts
from tests.consent.banner.living import Living
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
LANGUAGES = ("en", "fr", "de", "es", "el", "hi", "ja", "zh-Hans", "ar", "he")
FRAME = '<iframe title="A film" width="300" height="200" data-category="marketing" data-src="about:blank"></iframe>'


def _readers() -> Iterator[Any]:
    """Give each language a screen and a scheme: large and light, small and dark, and crossed from right to left."""
    for at, language in enumerate(LANGUAGES):
        small, right_to_left = at % 2 == 1, language in ("ar", "he")
        dark = small != right_to_left
        settings = {"viewport": PHONE if small else DESKTOP, "color_scheme": "dark" if dark else "light"}
        name = f"{language}-{'phone' if small else 'desktop'}-{settings['color_scheme']}"
        yield pytest.param(language, "rtl" if right_to_left else "ltr", settings, id=name)


READERS = list(_readers())
#: One of each direction on each screen, for pages that differ in little.
FEW = [READERS[0], READERS[1], *READERS[-2:]]


def press(page: Page, texts: dict[str, Any], action: str) -> None:
    page.get_by_role("button", name=texts[action], exact=True).click()


@pytest.mark.parametrize(("language", "direction", "settings"), READERS)
def test_banner_in_every_state(
    served: Living, reader: Callable[..., Page], language: str, direction: str, settings: dict[str, Any]
) -> None:
    told = texts.standard([language], ["necessary"])[language]
    page = reader(**settings)
    page.goto(served.site((language,)).page(FRAME, lang=language, direction=direction))
    expect(page.get_by_role("region", name=told["title"])).to_be_visible()
    expect(page.get_by_role("group", name="A film")).to_be_visible()
    assert violations(page) == {}, "first layer, and a frame's stand-in"
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
    words = texts.pages(language)[1]
    page.get_by_role("link", name=words["own"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["own"])
    assert violations(page) == {}, "own records"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=words["erase"]).press("Enter")
    expect(page.get_by_role("status")).to_have_text(words["erased"])
    assert violations(page) == {}, "erased"


def test_banner_as_modal(served: Living, reader: Callable[..., Page]) -> None:
    page = reader()
    page.goto(served.site(position="modal").page())
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == {}


def test_a_screen_reader_hears_the_question_before_the_answers_and_the_page_last(
    served: Living, reader: Callable[..., Page]
) -> None:
    page = reader()
    page.goto(served.site().page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    expect(page.locator("body")).to_match_aria_snapshot(
        """
        - region "Your privacy, your choice":
          - heading "Your privacy, your choice" [level=2]
          - paragraph: /With your consent.*/
          - list:
            - listitem: Necessary
            - listitem: Analytics
            - listitem: Marketing
          - button "Refuse all"
          - button "Preferences"
          - button "Agree to all"
        - status
        - main
        """
    )


def test_a_screen_reader_hears_of_each_purpose_what_it_is_for(served: Living, reader: Callable[..., Page]) -> None:
    page = reader()
    page.goto(served.site().page())
    page.get_by_role("button", name="Preferences").click()
    expect(page.get_by_role("heading", name="Cookie settings")).to_be_focused()
    expect(page.get_by_role("switch", name="Analytics")).to_have_accessible_description(
        "Counts visits and shows us which pages are read, so that we can improve them."
    )
    assert page.get_by_role("switch").evaluate_all("all => all.every((one) => !one.checked)")


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_cut_off_at_four_times_the_text(served: Living, reader: Callable[..., Page], width: int) -> None:
    """WCAG 1.4.4 and 1.4.10: at 400 % a screen of 1280 px has 320, and the reader's own text size may grow as well."""
    page = reader(viewport={"width": width // (4 if width > 320 else 1), "height": 256 if width > 320 else 640})
    page.goto(served.site().page())
    for name in ("Refuse all", "Preferences", "Agree to all"):
        button = page.get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        assert button.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("switch", name="Marketing").click()  # which waits until nothing lies over it
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
