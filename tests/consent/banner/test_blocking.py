"""What waits for consent, what goes when it is withdrawn, and what other vendors' tags are told."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner.living import Living, Site
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]

SCRIPT = "text/javascript"


def press(page: Page, name: str) -> None:
    with page.expect_response("**/v1/consents") as choice:
        page.get_by_role("button", name=name, exact=True).click()
    assert choice.value.status == 201


def note(served: Living, word: str, busy_ms: int = 0) -> str:
    """Serve a script that takes its time and writes a word into the log."""
    wait = f"for (const end = performance.now() + {busy_ms}; performance.now() < end;);"
    return served.serve(f"{wait} ran.push('{word}')", SCRIPT)


def blocked(address: str, attributes: str = "") -> str:
    return f'<script type="text/plain" data-category="analytics" data-src="{address}" {attributes}></script>'


def test_deferred_scripts_and_modules_run_after_the_others_in_order(served: Living, reader: Reader) -> None:
    page = reader()
    waiting = [
        blocked(note(served, "deferred"), "defer"),
        blocked(note(served, "module"), 'data-type="module"'),
        blocked(note(served, "first", busy_ms=30)),
        blocked(note(served, "second")),
    ]
    page.goto(served.site().page("".join(waiting)))
    press(page, "Agree to all")
    page.wait_for_function("() => ran.length === 4")
    assert page.evaluate("ran") == ["first", "second", "deferred", "module"]


def test_attributes_are_kept_and_the_type_is_not(served: Living, reader: Reader) -> None:
    page = reader()
    attributes = 'id="tag" crossorigin="anonymous" data-site="7" async'
    page.goto(served.site().page(blocked(note(served, "ran"), attributes)))
    press(page, "Agree to all")
    page.wait_for_function("() => ran.length === 1")
    kept = page.evaluate(
        "({async, crossOrigin, type, dataset}) => [async, crossOrigin, type, {...dataset}]", page.query_selector("#tag")
    )
    assert kept == [True, "anonymous", "", {"category": "analytics", "site": "7"}]


def test_on_a_page_of_nonces_only_what_carries_the_pages_own_is_run(served: Living, reader: Reader) -> None:
    site, page = served.site(), reader()
    inline = '<script type="text/plain" data-category="analytics" {0}>ran.push(`{0}`)</script>'
    nonces = ("", 'nonce="guessed"', 'nonce="r4nd0m"')
    address = site.page("".join(map(inline.format, nonces)), tag='nonce="r4nd0m"')
    policy = served.pages[address.removeprefix(served.pages_url)].headers
    strict = policy["Content-Security-Policy"].replace("script-src", "script-src 'nonce-r4nd0m' 'strict-dynamic'")
    policy["Content-Security-Policy"] = strict
    page.goto(address)
    press(page, "Agree to all")
    page.wait_for_function("() => ran.length > 0")
    assert page.evaluate("ran") == ['nonce="r4nd0m"']
    assert [each for each in page.complaints if "no nonce" not in each] == []
    assert len(page.complaints) == 2
    page.complaints.clear()


def test_code_in_an_address_stays_what_it_was_an_inert_attribute(served: Living, reader: Reader) -> None:
    page = reader()
    code = "java\tscript:ran.push(1)"
    addresses = {"a": f'data-href="{code}"', "iframe": f'data-src="{code}"', "a id=good": 'data-href="/more"'}
    tags = [f'<{tag} data-category="necessary" {at}></{tag.split()[0]}>' for tag, at in addresses.items()]
    page.goto(served.site().page("".join(tags)))
    page.wait_for_selector("#good[href='/more']", state="attached")
    live = "[...document.querySelectorAll('[data-category]')].map(e => e.getAttribute('href') ?? e.getAttribute('src'))"
    assert page.evaluate(live) == [None, None, "/more"]


def test_script_that_needs_two_purposes_waits_for_both(served: Living, reader: Reader) -> None:
    page = reader()
    both = f'<script type="text/plain" data-category="analytics, marketing" data-src="{note(served, "both")}"></script>'
    page.goto(served.site().page(both))
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("switch", name="Analytics").click()
    press(page, "Save my choice")
    assert page.evaluate("ran") == []
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Agree to all")
    page.wait_for_function("() => ran.length === 1")


def test_script_that_arrives_later_runs_or_waits_as_decided(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page())
    press(page, "Agree to all")
    page.evaluate(
        "html => document.body.append(document.createRange().createContextualFragment(html))",
        blocked(note(served, "late")),
    )
    page.wait_for_function("() => ran.length === 1")


def test_what_a_page_rendered_it_may_take_out_and_render_anew(served: Living, reader: Reader) -> None:
    """As React and its like do, which remember each element that they have made."""
    page, film = reader(), served.serve("<!doctype html><title>Film</title><p>The film", "text/html")
    frame = f'<iframe title="Film" data-category="marketing" data-src="{film}"></iframe>'
    page.goto(served.site().page(f"<p id=root>{blocked(note(served, 'ran'))}<p id=films>{frame}"))
    expect(page.get_by_role("group", name="Film")).to_be_visible()
    page.evaluate("window.frame = films.querySelector('iframe'); films.removeChild(frame)")
    expect(page.get_by_role("group", name="Film")).to_have_count(0)
    page.evaluate("films.append(frame)")
    expect(page.get_by_role("group", name="Film")).to_be_visible()

    page.evaluate("window.rendered = root.querySelector('script')")
    press(page, "Agree to all")
    page.wait_for_function("() => ran.length === 1")
    page.evaluate("root.removeChild(rendered)")
    page.wait_for_function("() => frame.src")
    page.evaluate("film => frame.setAttribute('data-src', film + '?2')", film)
    page.wait_for_function("() => frame.src.endsWith('?2')")


def test_banner_returns_when_the_page_exchanges_its_body(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    page.evaluate("document.body = document.createElement('body')")
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()


@pytest.fixture
def framed(served: Living) -> tuple[Site, str]:
    film = served.serve("<!doctype html><title>Film</title><p>The film", "text/html")
    size = 'width="480" height="270"'
    site = served.site()
    return site, site.page(
        f'<iframe title="Film of the bridge" {size} data-category="marketing" data-src="{film}"></iframe>'
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frame_keeps_its_place_and_says_why_it_waits(reader: Reader, framed: tuple[Site, str], scheme: str) -> None:
    page = reader(color_scheme=scheme)
    page.goto(framed[1])
    stand_in = page.get_by_role("group", name="Film of the bridge")
    expect(stand_in).to_contain_text("Northlight Ads")
    box = stand_in.bounding_box()
    assert box is not None and (box["width"], box["height"]) == (480, 270)
    assert violations(page) == {}


def test_frame_is_allowed_by_its_own_button_and_nothing_else_is(reader: Reader, framed: tuple[Site, str]) -> None:
    page = reader()
    page.goto(framed[1])
    page.get_by_role("button", name="Allow: Marketing").click()
    expect(page.frame_locator("iframe").get_by_text("The film")).to_be_visible()
    expect(page.get_by_role("group", name="Film of the bridge")).to_have_count(0)
    expect(page.get_by_role("region", name="Your privacy, your choice")).to_have_count(0)
    assert page.evaluate("['analytics', 'marketing'].map(imprimatur.has)") == [False, True]


def test_withdrawal_deletes_the_cookies_of_what_was_given_and_no_others(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    page.goto(site.page())
    press(page, "Agree to all")
    page.evaluate("['_ga', '_ga_X1', '_gat', 'basket'].forEach(name => document.cookie = name + '=1; Path=/')")
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Withdraw consent")
    page.wait_for_function("() => !/_ga[=_]/.test(document.cookie)")
    left = {each["name"] for each in page.context.cookies()}
    assert left == {"_gat", "basket", site.cookie, f"subject_{site.id}"}
    page.evaluate(
        "document.cookie = '_ga=2; Path=/'"
    )  # as another host of the site finds it, and never heard of a press
    page.reload()
    page.wait_for_function("() => !/_ga[=_]/.test(document.cookie)")


def test_page_may_ask_to_be_loaded_anew_after_withdrawal(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page(tag="data-reload"))
    press(page, "Agree to all")
    page.evaluate("window.stale = true; document.cookie = '_ga=1; Path=/'")
    page.get_by_role("button", name="Cookie settings").click()
    with page.expect_event("load"):
        page.get_by_role("button", name="Withdraw consent").click()
    assert page.evaluate("window.stale") is None
    assert "_ga" not in page.evaluate("document.cookie")


def test_signal_in_the_request_is_said_to_be_honoured(served: Living, reader: Reader) -> None:
    page = reader(extra_http_headers={"Sec-GPC": "1"})
    page.goto(served.site().page())
    expect(page.get_by_text("Opt-Out Request Honored")).to_be_visible()


def test_signal_of_the_browser_is_said_to_be_honoured(served: Living, reader: Reader) -> None:
    page = reader()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})")
    page.goto(served.site().page())
    expect(page.get_by_text("Opt-Out Request Honored")).to_be_visible()
    page.get_by_role("button", name="Preferences").click()
    expect(page.get_by_role("dialog").get_by_text("Opt-Out Request Honored")).to_be_visible()


def pushed(page: Page, layer: str) -> list[Any]:
    """Read a tag's queue, in which Google's and Clarity's calls lie as arguments objects."""
    unpack = "each => Object.prototype.toString.call(each) === '[object Arguments]' ? [...each] : each"
    return list(page.evaluate(f"{layer}.map({unpack})"))


def test_google_hears_the_default_first_and_then_the_choice(served: Living, reader: Reader) -> None:
    site = served.site()
    options = 'data-google data-redact data-region="DE,US-CA"'
    address = site.page(f'<script src="{served.url}/v1/sites/{site.id}/signals.js" {options}></script>')
    page = reader()
    page.goto(address)
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    default, redaction = pushed(page, "dataLayer")
    assert default[:2] == ["consent", "default"]
    assert default[2] == {
        "ad_storage": "denied",
        "ad_user_data": "denied",
        "ad_personalization": "denied",
        "analytics_storage": "denied",
        "functionality_storage": "denied",
        "personalization_storage": "denied",
        "security_storage": "granted",
        "wait_for_update": 500,
        "region": ["DE", "US-CA"],
    }
    assert redaction == ["set", "ads_data_redaction", True]
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("switch", name="Analytics").click()
    press(page, "Save my choice")
    command, kind, state = pushed(page, "dataLayer")[-1]
    assert (command, kind) == ("consent", "update")
    assert {signal for signal, value in state.items() if value == "granted"} == {
        "analytics_storage",
        "security_storage",
    }
    page.goto(address)
    assert [each[1] for each in pushed(page, "dataLayer")] == ["default", "ads_data_redaction", "update"]


def test_behind_a_signal_stand_the_purposes_of_its_kind_whatever_their_names(served: Living, reader: Reader) -> None:
    site, page = served.site(), reader()
    texts = site.document["texts"]["en"]
    purposes = {"necessary": "necessary", "counts": "analytics", "tests": "analytics", "ads": "marketing"}
    named = {own: texts["purposes"][usual] for own, usual in purposes.items()}
    asked = [{"id": own, "required": False, "kind": kind} for own, kind in purposes.items() if own != kind]
    site.publish(
        purposes=[{"id": "necessary", "required": True}, *asked], vendors=[], texts={"en": {**texts, "purposes": named}}
    )
    page.goto(site.page(f'<script src="{served.url}/v1/sites/{site.id}/signals.js" data-google></script>'))
    page.get_by_role("button", name="Preferences").click()
    page.locator("#ads, #counts").evaluate_all("boxes => boxes.forEach(box => box.click())")
    press(page, "Save my choice")
    granted = [signal for signal, state in pushed(page, "dataLayer")[-1][2].items() if state == "granted"]
    assert granted == ["ad_storage", "ad_user_data", "ad_personalization", "security_storage"]
    served.settle()
    assert served.records(site.id)[0]["consent_mode"] == pushed(page, "dataLayer")[-1][2]
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Agree to all")
    assert pushed(page, "dataLayer")[-1][2]["analytics_storage"] == "granted"


def test_microsoft_hears_the_same_in_its_own_words(served: Living, reader: Reader) -> None:
    site = served.site()
    page = reader()
    page.goto(site.page(f'<script src="{served.url}/v1/sites/{site.id}/signals.js" data-uet data-clarity></script>'))
    press(page, "Agree to all")
    assert pushed(page, "uetq") == [
        "consent", "default", {"ad_storage": "denied"}, "consent", "update", {"ad_storage": "granted"},
    ]  # fmt: skip
    assert pushed(page, "clarity.q")[-1] == ["consentv2", {"ad_Storage": "granted", "analytics_Storage": "granted"}]
    assert page.evaluate("typeof dataLayer") == "undefined"
