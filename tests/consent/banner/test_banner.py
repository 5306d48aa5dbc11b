"""What a reader lives through, in a browser against the real service."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner.living import HOUR_MS, PURPOSES, Living, Site
from tests.consent.banner.reading import is_choice, press, state

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]

BLOCKED = """
<script type="text/plain" data-category="analytics" data-src="{slow}"></script>
<script type="text/plain" data-category="marketing" data-src="{marketing}"></script>
<script type="text/plain" data-category="analytics" data-src="{fast}"></script>
<img alt="" data-category="marketing" data-src="{pixel}">"""


def stored(page: Page) -> dict[str, Any]:
    return dict(page.evaluate("() => ({cookie: document.cookie, local: {...localStorage}})"))


def queue(page: Page, site: Site) -> list[Any]:
    return list(json.loads(page.evaluate("name => localStorage[name]", site.cookie))["queue"])


def test_nothing_is_stored_before_a_choice(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert stored(page) == {"cookie": "", "local": {}}
    assert page.context.cookies() == []


def test_purposes_are_named_before_three_equal_buttons(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page())
    banner = page.get_by_role("region", name="Your privacy, your choice")
    expect(banner.get_by_role("listitem")).to_have_text(["Necessary", "Analytics", "Marketing"])
    buttons = banner.get_by_role("button")
    expect(buttons).to_have_text(["Refuse all", "Preferences", "Agree to all"])
    look = "b => [getComputedStyle(b).backgroundColor, getComputedStyle(b).font, b.offsetWidth, b.offsetHeight].join()"
    assert len({button.evaluate(look) for button in buttons.all()}) == 1
    follows = "ul => ul.getRootNode().querySelector('button').compareDocumentPosition(ul)"
    assert banner.get_by_role("list").evaluate(follows) == 2  # the list precedes


@pytest.mark.parametrize(
    ("button", "decided"),
    [("Agree to all", "necessary:1/analytics:1/marketing:1"), ("Refuse all", "necessary:1/analytics:0/marketing:0")],
)
def test_one_press_decides_and_is_remembered(served: Living, reader: Reader, button: str, decided: str) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    answer = press(page, button)
    assert state(page, site)["p"] == decided
    assert state(page, site)["r"] == answer["record"]
    expect(page.get_by_role("status")).to_have_text("Your choice has been saved.")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert page.get_by_role("button").count() == 1
    assert not [url for url in requests if "/notice" in url], "who has chosen costs the service nothing"


def test_one_answer_brings_script_and_notice(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    address = site.page(brings="en")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    expect(page.get_by_role("button", name="Agree to all")).to_be_visible()
    assert [url.removeprefix(served.url) for url in requests if url.startswith(served.url)] == [
        f"/v1/sites/{site.id}/banner.js?lang=en"
    ]
    press(page, "Agree to all")
    page.reload()
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert page.evaluate("imprimatur.has('analytics')") is True


def test_a_page_in_another_language_than_its_tag_says_is_asked_in_its_own(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site(("en", "es")).page(lang="es", brings="en"))
    expect(page.get_by_role("button", name="Aceptar todo")).to_be_visible()


def test_preferences_keep_each_purpose_apart(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    page.get_by_role("button", name="Preferences").click()
    dialog = page.get_by_role("dialog", name="Cookie settings")
    expect(dialog.get_by_role("switch")).to_have_count(2)
    expect(dialog.get_by_text("Always on")).to_be_visible()
    assert not any(switch.is_checked() for switch in dialog.get_by_role("switch").all())
    dialog.get_by_text("Partners (1)").click()
    expect(dialog.get_by_role("link", name="Northlight Ads")).to_be_visible()
    dialog.get_by_role("switch", name="Marketing").click()
    answer = press(page, "Save my choice")
    assert answer["purposes"] == {"necessary": True, "analytics": False, "marketing": True}
    assert state(page, site)["p"] == "necessary:1/analytics:0/marketing:1"


def test_way_back_shows_own_choice_and_withdraws_in_one_press(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    record = press(page, "Agree to all")["record"]
    page.get_by_role("button", name="Cookie settings").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Your choice of")).to_be_visible()
    expect(dialog.get_by_role("link", name="Receipt")).to_have_attribute("href", f"{served.url}/v1/receipts/{record}")
    expect(dialog.get_by_role("switch", name="Analytics")).to_be_checked()
    assert press(page, "Withdraw consent")["event"] == "withdrawn"
    assert state(page, site)["p"] == "necessary:1/analytics:0/marketing:0"
    page.get_by_role("button", name="Cookie settings").click()
    expect(dialog.get_by_role("button", name="Refuse all")).to_be_visible()
    expect(dialog.get_by_role("button", name="Withdraw consent")).to_have_count(0)


def test_site_may_bring_its_own_way_back(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page('<a href="#" data-consent-open>Privacy</a>'))
    press(page, "Refuse all")
    expect(page.get_by_role("button", name="Cookie settings")).to_have_count(0)
    page.get_by_role("link", name="Privacy").click()
    expect(page.get_by_role("dialog", name="Cookie settings")).to_be_visible()


def test_keyboard_alone_reaches_everything_and_escape_never_chooses(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    focused = "(e = document.activeElement) => (e.shadowRoot?.activeElement || e).textContent"
    assert page.evaluate("document.activeElement.localName") == "body", "the banner has taken the focus from the page"
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(f"({focused})()"))
    assert reached == ["Privacy policy", "Refuse all", "Preferences", "Agree to all", "More"]
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cookie settings")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Preferences")).to_be_focused()
    assert stored(page) == {"cookie": "", "local": {}}


def test_modal_is_modal_and_survives_escape(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site(position="modal")
    page.goto(site.page())
    dialog = page.get_by_role("dialog", name="Your privacy, your choice")
    expect(dialog).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    press(page, "Refuse all")
    expect(dialog).to_have_count(0)


def test_page_stays_usable_and_unmoved_behind_the_bar(served: Living, reader: Reader) -> None:
    page = reader(viewport={"width": 800, "height": 600})
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(served.site().page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    page.get_by_role("link", name="More").click()
    assert page.url.endswith("#more")
    assert page.evaluate("shift") == 0


def test_site_styles_do_not_reach_the_banner(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page())
    button = page.get_by_role("button", name="Agree to all")
    look = button.evaluate(
        "b => [getComputedStyle(b).borderRadius, getComputedStyle(b).letterSpacing, getComputedStyle(b).fontSize]"
    )
    assert look == ["8px", "normal", "16px"]


def test_site_sets_colours_corners_and_font_by_custom_properties(served: Living, reader: Reader) -> None:
    css = served.serve(
        ":root { --consent-accent: #b00020; --consent-radius: 0px; --consent-font: monospace }", "text/css"
    )
    page = reader()
    page.goto(served.site().page(f'<link rel="stylesheet" href="{css}">'))
    button = page.get_by_role("button", name="Agree to all")
    look = button.evaluate(
        "b => [getComputedStyle(b).borderColor, getComputedStyle(b).borderRadius, getComputedStyle(b).fontFamily]"
    )
    assert look == ["rgb(176, 0, 32)", "0px", "monospace"]


@pytest.fixture
def blocked(served: Living) -> str:
    """Scripts that wait for consent; the slow one stands first and must still run first."""
    script = "text/javascript"
    return BLOCKED.format(
        slow=served.serve("for (const end = Date.now() + 50; Date.now() < end;); ran.push('slow')", script),
        marketing=served.serve("ran.push('marketing')", script),
        fast=served.serve("ran.push('fast')", script),
        pixel=served.serve("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    )


def test_blocked_scripts_run_in_order_once_their_purpose_is_given(served: Living, reader: Reader, blocked: str) -> None:
    page, site = reader(), served.site()
    address = site.page(blocked)
    page.goto(address)
    page.get_by_role("button", name="Preferences").click()
    assert page.evaluate("ran") == []
    page.get_by_role("switch", name="Analytics").click()
    press(page, "Save my choice")
    page.wait_for_function("() => ran.length === 2")
    assert page.evaluate("ran") == ["slow", "fast"]
    assert not page.locator("img").get_attribute("src")
    page.evaluate("imprimatur.accept()")
    page.wait_for_function("() => ran.length === 3")
    assert page.locator("img").get_attribute("src")
    page.goto(address)
    page.wait_for_function("() => ran.length === 3")
    assert page.evaluate("ran") == ["slow", "marketing", "fast"]


def test_refusal_lets_nothing_in(served: Living, reader: Reader, blocked: str) -> None:
    page, site = reader(), served.site()
    address = site.page(blocked)
    page.goto(address)
    press(page, "Refuse all")
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert page.evaluate("ran") == []


def test_choice_made_offline_applies_at_once_and_is_sent_later_once(
    served: Living, reader: Reader, blocked: str
) -> None:
    page, site = reader(), served.site()
    page.goto(site.page(blocked))
    page.get_by_role("button", name="Agree to all").wait_for()
    page.route("**/v1/consents", lambda route: route.abort())
    page.get_by_role("button", name="Agree to all").click()
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert page.evaluate("imprimatur.has('analytics')") is True
    assert page.evaluate("imprimatur.receipt()") is None
    [waiting] = queue(page, site)
    page.unroute("**/v1/consents")
    with page.expect_request("**/v1/consents") as sent:
        page.reload()
    assert sent.value.post_data_json == waiting["event"]
    page.wait_for_function("() => imprimatur.receipt()")
    assert queue(page, site) == []
    assert state(page, site)["p"] == "necessary:1/analytics:1/marketing:1"
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser reports each request that failed


def test_choice_survives_leaving_the_page_at_once(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    page.get_by_role("button", name="Agree to all").evaluate("button => { button.click(); location.href += '?next' }")
    page.wait_for_url("**?next")
    page.wait_for_function("() => window.imprimatur?.receipt?.()")
    assert state(page, site)["p"] == "necessary:1/analytics:1/marketing:1"
    assert queue(page, site) == []


def test_reader_withdraws_while_the_service_is_out_of_reach(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    press(page, "Agree to all")
    page.goto(address)
    page.wait_for_function("() => window.imprimatur?.receipt?.()")
    page.route(f"{served.url}/**", lambda route: route.abort())
    page.evaluate("imprimatur.withdraw()")
    assert page.evaluate("imprimatur.has('analytics')") is False
    page.unroute(f"{served.url}/**")
    page.goto(address)
    page.wait_for_function("name => document.cookie.includes('analytics:0')")
    assert queue(page, site) == []
    page.complaints.clear()  # type: ignore[attr-defined]


def test_banner_follows_the_page_into_another_language(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site(("en", "de"))
    page.goto(site.page())
    press(page, "Refuse all")
    page.evaluate("document.documentElement.lang = 'de'")
    page.evaluate("imprimatur.preferences()")
    expect(page.get_by_role("dialog", name="Cookie-Einstellungen")).to_be_visible()


def test_token_that_lapsed_while_the_page_stood_open_is_renewed_unasked(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    page.get_by_role("button", name="Agree to all").wait_for()
    served.ahead_ms = 25 * HOUR_MS
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if is_choice(answer) else None)
    page.get_by_role("button", name="Agree to all").click()
    expect(page.get_by_role("status")).to_have_text("Your choice has been saved.")
    assert answers == [422, 201]
    page.complaints.clear()  # type: ignore[attr-defined]


def test_reader_is_asked_again_when_the_notice_behind_a_lapsed_token_has_changed(
    served: Living, reader: Reader
) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    page.get_by_role("button", name="Agree to all").wait_for()
    served.ahead_ms = 25 * HOUR_MS
    site.publish(validity_days=90)
    page.get_by_role("button", name="Agree to all").click()
    expect(page.get_by_role("region", name="Your privacy, your choice")).to_be_visible()
    assert state(page, site) == {} and queue(page, site) == []
    press(page, "Refuse all")
    assert state(page, site)["p"] == "necessary:1/analytics:0/marketing:0"
    page.complaints.clear()  # type: ignore[attr-defined]


def test_other_tab_follows(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    address = site.page()
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_role("button", name="Refuse all")).to_be_visible()
    press(page, "Agree to all")
    expect(other.get_by_role("button", name="Refuse all")).to_have_count(0)
    assert other.evaluate("imprimatur.has('marketing')") is True


def test_interface_and_events_tell_the_page(served: Living, reader: Reader) -> None:
    early = (
        "window.told = []; (window.imprimatur ||= []).push(api => told.push('pushed:' + api.has('analytics')));"
        "for (const type of ['ready', 'change', 'recorded'])"
        " document.addEventListener('consent:' + type, e => told.push(type + ':' + (e.detail.action || '')))"
    )
    page, site = reader(), served.site()
    page.goto(site.page(early=early))
    page.wait_for_function("() => told.includes('ready:')")
    page.evaluate("void imprimatur.onChange((purposes, action) => told.push(action + ':' + purposes.marketing))")
    page.evaluate("imprimatur.refuse()")
    page.wait_for_function("() => told.some(e => e.startsWith('recorded'))")
    assert page.evaluate("told") == ["pushed:false", "ready:", "change:refuse", "refuse:false", "recorded:"]
    assert page.evaluate("imprimatur.has('necessary')") is True
    assert page.evaluate("imprimatur.receipt()").startswith(f"{served.url}/v1/receipts/")


def test_page_cannot_agree_for_its_reader(served: Living, reader: Reader) -> None:
    """Called without a click or a key of the reader's, accept() only asks."""
    eager = "document.addEventListener('consent:ready', e => e.detail.accept())"
    page, site = reader(), served.site()
    # Playwright looks at pages with the rights of a reader's click; here nobody has clicked.
    page.add_init_script("Object.defineProperty(navigator, 'userActivation', {value: {isActive: false}})")
    page.goto(site.page(early=eager))
    expect(page.get_by_role("button", name="Agree to all")).to_be_visible()
    assert stored(page) == {"cookie": "", "local": {}}


@pytest.mark.parametrize("rubbish", ["{", "[]", '{"queue": 5}', "null", '{"queue": [], "labels": null}'])
def test_rubbish_in_storage_and_cookie_only_means_asking(served: Living, reader: Reader, rubbish: str) -> None:
    page, site = reader(), served.site()
    page.context.add_cookies([{"name": site.cookie, "value": "v=1&n&p=x", "url": served.url}])
    page.goto(site.page(early=f"localStorage['{site.cookie}'] ||= {json.dumps(rubbish)}"))
    press(page, "Refuse all")
    assert state(page, site)["p"] == "necessary:1/analytics:0/marketing:0"


def test_banner_speaks_the_page_language_and_direction(served: Living, reader: Reader) -> None:
    page = reader(viewport={"width": 320, "height": 640})
    page.goto(served.site(("en", "ar")).page(lang="ar", direction="rtl"))
    banner = page.get_by_role("region", name="خصوصيتك، والقرار لك")
    expect(banner).to_be_visible()
    assert banner.evaluate("b => getComputedStyle(b).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_banner_at_four_hundred_per_cent_can_be_read_and_pressed(served: Living, reader: Reader) -> None:
    """1280 by 1024 at 400 % leaves 320 by 256 CSS pixels."""
    page = reader(viewport={"width": 320, "height": 256})
    page.goto(served.site().page())
    page.get_by_role("button", name="Agree to all").wait_for()
    assert page.get_by_role("region").evaluate("b => b.scrollWidth <= b.clientWidth")
    press(page, "Agree to all")


def test_choices_reach_the_ledger_with_what_the_reader_saw(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    record = press(page, "Refuse all")["record"]
    served.settle()
    receipt = page.context.request.get(f"{served.url}/v1/receipts/{record}")
    assert receipt.ok, receipt.text()
    assert set(PURPOSES) <= set(str(receipt.text()).replace('"', " ").split())
