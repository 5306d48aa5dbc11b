"""Where the law lets purposes run until the reader objects, and where a browser's signal is the objection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner.living import Living
from tests.consent.banner.reading import is_choice, press, state

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
GIVEN = "['analytics', 'marketing'].map((purpose) => imprimatur.has(purpose))"
TAG = '<script src="{0}/v1/sites/{1}/signals.js" data-google></script>'
HELD = "dataLayer.filter(([what]) => what === 'consent').map(([, kind, state]) => [kind, state.ad_storage])"


def with_signal(page: Page) -> Page:
    """Turn Global Privacy Control on, as browsers that know it do: header and property."""
    page.context.set_extra_http_headers({"Sec-GPC": "1"})
    page.add_init_script(SIGNAL)
    return page


def test_purposes_run_until_the_reader_objects_and_the_reader_is_told(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site(region="US-CA")
    ran = served.serve("document.title = 'ran'", "text/javascript")
    page.goto(site.page(f'<script type="text/plain" data-category="marketing" data-src="{ran}"></script>'))
    expect(page).to_have_title("ran")
    expect(page.get_by_role("region", name="Your privacy, your choice")).to_be_visible()
    assert page.evaluate(GIVEN) == [True, True]
    page.get_by_role("button", name="Preferences").click()
    expect(page.get_by_role("switch", name="Marketing")).to_be_checked()
    page.keyboard.press("Escape")
    assert press(page, "Refuse all")["event"] == "refused"
    assert page.evaluate(GIVEN) == [False, False]


def test_elsewhere_nothing_runs_before_an_agreement(served: Living, reader: Reader) -> None:
    page = reader()
    page.goto(served.site().page())
    expect(page.get_by_role("button", name="Refuse all")).to_be_visible()
    assert page.evaluate(GIVEN) == [False, False]


def test_the_signal_is_recorded_as_an_objection_once_and_shown(served: Living, reader: Reader) -> None:
    page, site = with_signal(reader()), served.site(region="US-CA")
    address = site.page()
    with page.expect_response(lambda answer: is_choice(answer)) as choice:
        page.goto(address)
    assert choice.value.json()["event"] == "refused"
    expect(page.get_by_role("status")).to_have_text("Opt-Out Request Honored")
    expect(page.get_by_role("region", name="Your privacy, your choice")).to_have_count(0)
    assert page.evaluate(GIVEN) == [False, False]
    assert state(page, site)["g"] == "1"
    page.get_by_role("button", name="Cookie settings").click()
    expect(page.get_by_role("dialog").get_by_text("Opt-Out Request Honored")).to_be_visible()
    served.settle()
    [record] = served.records(site.id)
    assert (record["action"], record["gpc"], record["regulation"]) == ("gpc", True, "us-ca")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert not [url for url in sent if "/v1/consents" in url or "/notice" in url]


def test_the_signal_undoes_an_earlier_agreement(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site(region="US-CA")
    address = site.page()
    page.goto(address)
    press(page, "Agree to all")
    with_signal(page)
    with page.expect_response(lambda answer: is_choice(answer)):
        page.goto(address)
    assert page.evaluate(GIVEN) == [False, False]


def test_an_agreement_made_with_the_signal_on_stands(served: Living, reader: Reader) -> None:
    page, site = with_signal(reader()), served.site(region="US-CA")
    address = site.page()
    with page.expect_response(lambda answer: is_choice(answer)):
        page.goto(address)
    page.get_by_role("button", name="Cookie settings").click()
    press(page, "Agree to all")
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert page.evaluate(GIVEN) == [True, True]


def test_where_no_law_counts_the_signal_the_reader_is_asked(served: Living, reader: Reader) -> None:
    page, site = with_signal(reader()), served.site()
    page.goto(site.page())
    expect(page.get_by_role("button", name="Agree to all")).to_be_visible()
    expect(page.get_by_text("Opt-Out Request Honored")).to_be_visible()
    assert page.evaluate(GIVEN) == [False, False]


@pytest.mark.parametrize(("region", "signal", "told"), [
    ("US-CA", False, [["default", "denied"], ["update", "granted"]]),
    ("US-CA", True, [["default", "denied"]]),
    (None, False, [["default", "denied"]]),
])  # fmt: skip
def test_tags_hear_what_may_run(
    served: Living, reader: Reader, region: str | None, signal: bool, told: list[list[str]]
) -> None:
    page, site = reader(), served.site(region=region)
    if signal:
        with_signal(page)
    page.goto(site.page(TAG.format(served.url, site.id)))
    page.evaluate("new Promise((done) => (window.imprimatur ||= []).push(() => done()))")
    expect(page.get_by_role("button", name="Cookie settings" if signal else "Refuse all")).to_be_visible()
    page.wait_for_function(f"{HELD}.length === {len(told)}")
    assert page.evaluate(HELD) == told
