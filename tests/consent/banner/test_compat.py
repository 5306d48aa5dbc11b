"""Pages made for another consent tool go on working: its markup, its globals, its events."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner.living import Living, Site

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]

SCRIPT = "text/javascript"
HEARD = {
    "orestbida": [f"cc:on{name}" for name in ("FirstConsent", "Consent", "Change", "ModalShow", "ModalHide")],
    "klaro": [],
    "cookiebot": [
        f"CookiebotOn{name}" for name in ("ConsentReady", "Accept", "Decline", "DialogDisplay", "TagsExecuted")
    ],
}


class Old:
    """A page as it was written for another tool, with a script that notes what that tool's events say."""

    def __init__(self, served: Living, site: Site, tool: str, options: str = "") -> None:
        self.served, self.site, self.tag = served, site, f'data-compat="{tool}" {options}'
        listen = f"for (const name of {json.dumps(HEARD[tool])}) addEventListener(name, () => said.push(name));"
        self.early = f"window.said = []; {listen}"

    def code(self, code: str) -> str:
        return f'<script src="{self.address(code)}"></script>'

    def address(self, code: str) -> str:
        return self.served.serve(code, SCRIPT)

    def notes(self, word: str) -> str:
        return self.address(f"ran.push('{word}')")

    def page(self, body: str) -> str:
        return self.site.page(body, tag=self.tag, early=self.early)

    def in_its_place(self, body: str) -> str:
        """Serve a page on which our script has taken the place of the other tool's, and nothing else has changed."""
        address = f"{self.served.url}/v1/sites/{self.site.id}/compat.js"
        return self.served.serve(
            f'<!doctype html><html lang="en"><title>Old</title>{self.code(self.early)}'
            f'<script src="{address}" {self.tag}></script>'
            f"<body>{body}"
        )


def press(page: Page, name: str) -> None:
    with page.expect_response("**/v1/consents") as choice:
        page.get_by_role("button", name=name, exact=True).click()
    assert choice.value.status == 201, choice.value.text()


def allow(page: Page, *purposes: str) -> None:
    page.get_by_role("button", name="Preferences").click()
    for purpose in purposes:
        page.get_by_role("switch", name=purpose).click()
    press(page, "Save my choice")


def until(page: Page, condition: str) -> None:
    """Wait for a condition; the pages' policy forbids Playwright's own way, which evaluates it within the page."""
    deadline = time.monotonic() + 30
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"{condition}: {page.evaluate('[ran, said]')}"
        page.wait_for_timeout(20)


def said(page: Page) -> list[str]:
    return list(page.evaluate("said"))


def ran(page: Page, count: int) -> list[str]:
    until(page, f"ran.length >= {count}")
    return list(page.evaluate("ran"))


def test_orestbida_markup_waits_by_its_own_category_names(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "orestbida")
    page.goto(
        old.page(
            f'<script type="text/plain" data-category="ads" data-src="{old.notes("ads")}"></script>'
            f'<script type="text/plain" data-category="statistics" src="{old.notes("statistics")}"></script>'
            f'<script type="text/plain" data-category="!ads" data-src="{old.notes("ads lost")}"></script>'
        )
    )
    allow(page, "Analytics")
    assert ran(page, 1) == ["statistics"]
    assert page.evaluate("['ads', 'statistics'].map(CookieConsent.acceptedCategory)") == [False, True]
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Agree to all")
    assert ran(page, 2) == ["statistics", "ads"]
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Withdraw consent")
    assert ran(page, 3)[-1] == "ads lost"


def test_orestbida_events_come_in_its_order(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "orestbida")
    address = old.page("")
    page.goto(address)
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert said(page) == ["cc:onModalShow"]
    press(page, "Agree to all")
    assert said(page)[1:] == ["cc:onModalHide", "cc:onFirstConsent", "cc:onConsent"]
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Withdraw consent")
    until(page, "said.length === 7")
    assert said(page)[4:] == ["cc:onModalShow", "cc:onChange", "cc:onModalHide"]
    page.goto(address)
    until(page, "said.includes('cc:onConsent')")
    assert said(page) == ["cc:onConsent"]


RUN = """
CookieConsent.run({
  categories: {necessary: {readOnly: true}, analytics: {services: {ga: {}}}, ads: {}},
  onFirstConsent: ({cookie}) => ran.push(cookie.categories.join()),
  onChange: ({changedCategories}) => ran.push('changed ' + changedCategories.join()),
});
document.addEventListener('click', ({target}) => target.id === 'own' && CookieConsent.acceptCategory(['ads']));
"""


def test_orestbida_page_works_with_only_the_script_address_changed(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "orestbida")
    address = old.in_its_place(
        old.code(RUN) + '<button id="own">Ads only</button><button data-cc="show-preferencesModal">Privacy</button>'
    )
    page.goto(address)
    allow(page, "Analytics")
    assert ran(page, 1) == ["necessary,analytics"]
    preferences = page.evaluate("CookieConsent.getUserPreferences()")
    assert preferences["acceptType"] == "custom"
    assert (preferences["acceptedCategories"], preferences["rejectedCategories"]) == (
        ["necessary", "analytics"],
        ["ads"],
    )
    assert preferences["acceptedServices"]["analytics"] == ["ga"]
    page.get_by_role("button", name="Privacy").click()
    expect(page.get_by_role("dialog", name="Cookie settings")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    with page.expect_response("**/v1/consents"):
        page.get_by_role("button", name="Ads only").click()
    assert ran(page, 2)[-1] == "changed analytics,ads"
    assert page.evaluate("CookieConsent.getCookie('categories')") == ["necessary", "ads"]
    page.evaluate("CookieConsent.reset(true)")
    until(page, "!CookieConsent.acceptedCategory('ads')")
    page.goto(address)
    assert page.evaluate("CookieConsent.validConsent()") is True


def test_page_cannot_agree_for_its_reader_in_their_words_either(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "orestbida")
    page.goto(old.in_its_place(old.code("CookieConsent.acceptCategory('all')")))
    expect(page.get_by_role("button", name="Agree to all")).to_be_visible()
    assert page.evaluate("CookieConsent.validConsent()") is False
    assert page.context.cookies() == []


KLARO = """
window.klaroConfig = {
  services: [{name: 'matomo', purposes: ['analytics']}, {name: 'pixel', purposes: ['advertising']}],
};
"""
WATCH = "klaro.getManager().watch({update: (manager, name, data) => said.push([name, data])})"


def test_klaro_services_follow_the_purposes_of_its_configuration(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "klaro", 'data-map="film:marketing"')
    film = served.serve("<!doctype html><title>Film</title><p>The film")
    tag = '<script type="text/plain" data-type="application/javascript" data-name="{0}" data-src="{1}"></script>'
    page.goto(
        old.page(
            old.code(KLARO)
            + tag.format("pixel", old.notes("pixel"))
            + tag.format("matomo", old.notes("matomo"))
            + f'<iframe title="Film" data-name="film" data-src="{film}"></iframe>'
            + '<p data-type="placeholder" data-name="film">The film waits.</p>'
        )
    )
    until(page, "window.klaro")
    page.evaluate(WATCH)
    allow(page, "Analytics")
    assert ran(page, 1) == ["matomo"]
    assert page.evaluate("klaro.getManager().consents") == {"matomo": True, "pixel": False}
    names = [name for name, _ in said(page)]
    assert [name for name in names if name != "showNotice"] == ["consents", "saveConsents", "applyConsents"]
    saved = next(data for name, data in said(page) if name == "saveConsents")
    assert saved["changes"] == {"matomo": True}
    expect(page.get_by_text("The film waits.")).to_be_visible()
    page.evaluate("klaro.show()")
    press(page, "Agree to all")
    expect(page.frame_locator("iframe").get_by_text("The film")).to_be_visible()
    expect(page.get_by_text("The film waits.")).to_be_hidden()
    assert ran(page, 2) == ["matomo", "pixel"]


def test_klaro_manager_saves_what_a_reader_ticks_on_the_page(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "klaro")
    tick = """
    document.addEventListener('click', ({target}) => {
      if (target.id !== 'own') return;
      const manager = klaro.getManager();
      manager.updateConsent('pixel', true);
      manager.saveAndApplyConsents();
    });"""
    page.goto(old.in_its_place(old.code(KLARO + tick) + '<button id="own">Pixel</button>'))
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    with page.expect_response("**/v1/consents") as choice:
        page.get_by_role("button", name="Pixel").click()
    assert choice.value.json()["purposes"] == {"necessary": True, "analytics": False, "marketing": True}


def test_their_names_mean_the_purposes_of_that_kind_whatever_ours_are_called(served: Living, reader: Reader) -> None:
    site = served.site()
    texts = site.document["texts"]["en"]
    usual = {"necessary": "necessary", "counts": "analytics", "tests": "analytics", "marketing": "marketing"}
    site.publish(
        purposes=[
            {"id": each, "required": each == "necessary"} | ({"kind": kind} if kind != each else {})
            for each, kind in usual.items()
        ],
        texts={"en": {**texts, "purposes": {each: texts["purposes"][kind] for each, kind in usual.items()}}},
    )
    page, old = reader(), Old(served, site, "klaro")
    tag = '<script type="text/plain" data-type="text/javascript" data-name="statistics" data-src="{}"></script>'
    page.goto(old.page(tag.format(old.notes("statistics"))))
    page.get_by_role("button", name="Preferences").click()
    page.locator("#counts").click()
    press(page, "Save my choice")
    assert page.evaluate("ran") == []
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Agree to all")
    assert ran(page, 1) == ["statistics"]


def test_cookiebot_markup_globals_and_events(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "cookiebot")
    film = served.serve("<!doctype html><title>Film</title><p>The film")
    tag = '<script type="text/plain" data-cookieconsent="{0}" src="{1}"></script>'
    address = old.page(
        tag.format("statistics,marketing", old.notes("both"))
        + tag.format("statistics", old.notes("statistics"))
        + f'<iframe title="Film" data-cookieconsent="marketing" data-cookieblock-src="{film}"></iframe>'
        + '<p class="cookieconsent-optout-marketing">Allow marketing to see the film.</p>'
    )
    page.goto(address)
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert said(page) == ["CookiebotOnDialogDisplay"]
    allow(page, "Analytics")
    assert ran(page, 1) == ["statistics"]
    until(page, "said.includes('CookiebotOnTagsExecuted')")
    assert [name for name in said(page) if "Dialog" not in name] == [
        "CookiebotOnConsentReady", "CookiebotOnAccept", "CookiebotOnTagsExecuted",
    ]  # fmt: skip
    consent = page.evaluate(
        "['necessary', 'preferences', 'statistics', 'marketing'].map((name) => Cookiebot.consent[name])"
    )
    assert consent == [True, False, True, False]
    expect(page.get_by_text("Allow marketing to see the film.")).to_be_visible()
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Agree to all")
    assert ran(page, 2) == ["statistics", "both"]
    expect(page.frame_locator("iframe").get_by_text("The film")).to_be_visible()
    expect(page.get_by_text("Allow marketing to see the film.")).to_be_hidden()
    page.evaluate("Cookiebot.withdraw()")
    until(page, "said.includes('CookiebotOnDecline')")
    assert page.evaluate("[Cookiebot.declined, Cookiebot.hasResponse]") == [True, True]
    page.goto(address)
    until(page, "said.includes('CookiebotOnTagsExecuted')")
    assert said(page) == ["CookiebotOnConsentReady", "CookiebotOnDecline", "CookiebotOnTagsExecuted"]


def test_cookiebot_custom_consent_within_a_readers_act(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "cookiebot")
    own = "({target}) => target.id && Cookiebot.submitCustomConsent(false, true, false)"
    page.goto(
        old.in_its_place(
            old.code(f"document.addEventListener('click', {own})") + '<button id="own">Statistics only</button>'
        )
    )
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    with page.expect_response("**/v1/consents") as choice:
        page.get_by_role("button", name="Statistics only").click()
    assert choice.value.json()["purposes"] == {"necessary": True, "analytics": True, "marketing": False}


def test_sites_that_do_not_move_load_nothing_for_it(served: Living, reader: Reader) -> None:
    page, requests = reader(), list[str]()
    page.on("request", lambda request: requests.append(request.url))
    page.goto(served.site().page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert not [url for url in requests if "compat" in url]
    known: Any = page.evaluate("['CookieConsent', 'klaro', 'Cookiebot'].map((name) => typeof window[name])")
    assert known == ["undefined"] * 3


AT = "2026-10-01T08:00:00.000Z"
THEIRS = {
    "orestbida": ("cc_cookie", json.dumps({"categories": ["necessary", "analytics"], "consentTimestamp": AT})),
    "klaro": ("klaro", json.dumps({"matomo": True, "pixel": False})),
    "cookiebot": (
        "CookieConsent",
        "{stamp:'x',necessary:true,preferences:false,statistics:true,marketing:false,method:'explicit',utc:1790841600000}",
    ),
}


def cookie(name: str, value: str) -> str:
    return f"document.cookie = '{name}=' + encodeURIComponent({json.dumps(value)}) + '; Path=/'"


@pytest.mark.parametrize("tool", THEIRS)
def test_choice_told_to_another_tool_stands_as_an_import(served: Living, reader: Reader, tool: str) -> None:
    site = served.site()
    page, old = reader(), Old(served, site, tool, 'data-import="stands" data-map="matomo:analytics pixel:marketing"')
    address = old.page(old.code(cookie(*THEIRS[tool])))
    with page.expect_response("**/v1/consents") as sent:
        page.goto(address)
    assert sent.value.status == 201, sent.value.text()
    assert sent.value.request.post_data_json["action"] == "import"
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    expect(page.get_by_role("button", name="Refuse all")).to_have_count(0)
    assert page.evaluate("['analytics', 'marketing'].map(imprimatur.has)") == [True, False]
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert not [url for url in requests if url.endswith("/consents")], "read once"


def test_import_that_does_not_stand_is_recorded_and_the_reader_asked(served: Living, reader: Reader) -> None:
    site = served.site()
    page, old = reader(), Old(served, site, "orestbida", 'data-import="ask"')
    with page.expect_response("**/v1/consents") as sent:
        page.goto(old.page(old.code(cookie(*THEIRS["orestbida"]))))
    assert sent.value.status == 201, sent.value.text()
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert page.evaluate("imprimatur.has('analytics')") is False
    assert site.cookie not in {each["name"] for each in page.context.cookies()}
    press(page, "Refuse all")
    assert page.evaluate("imprimatur.choice().purposes.analytics") is False


def test_implied_consent_is_not_imported(served: Living, reader: Reader) -> None:
    page, old = reader(), Old(served, served.site(), "cookiebot", 'data-import="stands"')
    name, value = THEIRS["cookiebot"]
    page.goto(old.page(old.code(cookie(name, value.replace("explicit", "implied")))))
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
