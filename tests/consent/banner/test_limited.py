"""Readers whose network has sent as much as it may: nothing that they decided is lost, and withdrawing always works."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chassis.limits.quota import Quota
from consent.banner import texts
from tests.consent.banner import living
from tests.consent.banner.living import Living, Site
from tests.consent.banner.test_accessibility import FEW
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A service that takes one choice from an address in a day, and shows a notice twice."""
    limits = {"limit_choices": Quota(1, 86_400), "limit_notices": Quota(2, 86_400)}
    with living.running(tmp_path_factory.mktemp("strict"), **limits) as servers:
        yield servers


def next_day(strict: Living) -> None:
    for key in strict.redis.scan_iter("limit:*"):
        strict.redis.delete(key)


def used_up(page: Page, strict: Living) -> Site:
    """Return a site to which somebody at this address has sent a choice."""
    site = strict.site()
    page.goto(site.page())
    page.get_by_role("button", name="Refuse all").click()
    page.wait_for_function("() => imprimatur.receipt()")
    return site


def agree_once_too_often(page: Page, site: Site) -> str:
    address = site.page()
    page.goto(address)
    with page.expect_response("**/v1/consents") as answered:
        page.get_by_role("button", name="Agree to all").click()
    assert answered.value.status == 429
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    return address


def queue(page: Page, site: Site) -> list[Any]:
    stored: dict[str, Any] = json.loads(page.evaluate("name => localStorage[name]", site.cookie))
    return list(stored["queue"])


def forgive(page: Page) -> None:
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser reports each 429


def test_a_choice_that_a_limit_refused_holds_at_once_and_arrives_later_once(strict: Living, reader: Reader) -> None:
    site, page = used_up(reader(), strict), reader()
    address = agree_once_too_often(page, site)
    assert page.evaluate("imprimatur.has('analytics')") is True
    [waiting] = queue(page, site)
    with page.expect_response("**/v1/consents") as answered:
        page.goto(address)
    assert answered.value.status == 429
    assert queue(page, site) == [waiting]
    next_day(strict)
    with page.expect_request("**/v1/consents") as sent:
        page.evaluate("dispatchEvent(new Event('online'))")
    assert sent.value.post_data_json == waiting["event"]
    page.wait_for_function("() => imprimatur.receipt()")
    assert queue(page, site) == []
    strict.settle()
    assert [each["event"] for each in strict.records(site.id)] == ["given", "refused"]
    forgive(page)


def test_a_withdrawal_does_not_wait_behind_a_choice_that_a_limit_refused(strict: Living, reader: Reader) -> None:
    site, page = used_up(reader(), strict), reader()
    agree_once_too_often(page, site)
    with page.expect_response(lambda answer: answer.url.endswith("/v1/consents") and answer.status == 201):
        page.evaluate("imprimatur.withdraw()")
    page.wait_for_function("() => imprimatur.receipt()")
    assert page.evaluate("imprimatur.has('analytics')") is False
    assert queue(page, site) == []
    strict.settle()
    assert [each["event"] for each in strict.records(site.id)] == ["withdrawn", "refused"]
    forgive(page)


@pytest.mark.parametrize(("language", "direction", "settings"), FEW)
def test_a_reader_without_scripts_can_always_withdraw(
    strict: Living, reader: Reader, language: str, direction: str, settings: dict[str, Any]
) -> None:
    told, words = texts.standard([language], ["necessary"])[language], texts.pages(language)[1]
    page, site = reader(java_script_enabled=False, **settings), strict.site((language,))
    address = f"{strict.url}/v1/sites/{site.id}/banner?lang={language}"
    page.goto(address)
    page.get_by_role("button", name=told["agree"], exact=True).click()
    expect(page.get_by_role("status")).to_have_text(told["saved"])
    page.goto(address)
    page.goto(address)
    expect(page.get_by_role("status")).to_have_text(words["busy"])
    assert page.locator("html").get_attribute("dir") == direction
    page.get_by_role("button", name=told["withdraw"], exact=True).click()
    expect(page.get_by_role("status")).to_have_text(words["busy"])
    expect(page.get_by_role("button")).to_have_count(0)
    strict.settle()
    assert [each["event"] for each in strict.records(site.id)] == ["withdrawn", "given"]
    forgive(page)


@pytest.mark.parametrize(("language", "direction", "settings"), FEW)
def test_the_page_of_a_busy_network_has_no_barriers(
    strict: Living, reader: Reader, language: str, direction: str, settings: dict[str, Any]
) -> None:
    told = texts.standard([language], ["necessary"])[language]
    page, site = reader(**settings), strict.site((language,))
    address = f"{strict.url}/v1/sites/{site.id}/banner?lang={language}"
    page.goto(address)
    page.get_by_role("button", name=told["agree"], exact=True).click()
    for _ in range(2):
        page.goto(address)
    expect(page.get_by_role("button", name=told["withdraw"], exact=True)).to_be_visible()
    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=told["withdraw"], exact=True)).to_be_focused()
    forgive(page)
