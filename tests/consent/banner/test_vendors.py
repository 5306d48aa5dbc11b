"""A reader decides on single vendors against what they say of purposes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner.living import Living
from tests.consent.banner.reading import press, state

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]
FRAME = '<iframe title="A film" data-category="marketing" data-service="northlight" data-src="{0}"></iframe>'
OTHER = '<iframe title="A map" data-category="marketing" data-src="{0}"></iframe>'


def two_vendors(served: Living) -> list[dict[str, object]]:
    northlight = {"id": "northlight", "name": "Northlight Ads", "privacy_policy": "https://northlight.example/privacy"}
    return [
        {**northlight, "purposes": ["marketing"]},
        {**northlight, "id": "both", "name": "Both Ltd", "purposes": ["analytics", "marketing"]},
    ]


def test_a_vendor_follows_its_purposes_until_it_is_decided_by_itself(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    site.publish(vendors=two_vendors(served))
    page.goto(site.page())
    page.get_by_role("button", name="Preferences").click()
    dialog = page.get_by_role("dialog")
    for partners in dialog.get_by_text("Partners").all():
        partners.click()
    expect(dialog.get_by_role("switch", name="Both Ltd")).to_have_count(2)
    dialog.get_by_role("switch", name="Marketing").click()
    expect(dialog.get_by_role("switch", name="Northlight Ads")).to_be_checked()
    for both in dialog.get_by_role("switch", name="Both Ltd").all():
        expect(both).not_to_be_checked()  # it wants analytics too
    dialog.get_by_role("switch", name="Northlight Ads").click()
    answer = press(page, "Save my choice")
    assert answer["purposes"] == {"necessary": True, "analytics": False, "marketing": True}
    assert answer["vendors"] == {"northlight": False}
    assert state(page, site)["x"] == "northlight:0"
    assert page.evaluate("[imprimatur.has('marketing'), imprimatur.has('marketing', 'northlight')]") == [True, False]
    served.settle()
    [record] = served.records(site.id)
    assert record["vendors"] == {"northlight": False, "both": False}


def test_one_vendor_has_one_switch_in_two_places(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    site.publish(vendors=two_vendors(served))
    page.goto(site.page())
    page.get_by_role("button", name="Preferences").click()
    dialog = page.get_by_role("dialog")
    for partners in dialog.get_by_text("Partners").all():
        partners.click()
    twins = dialog.get_by_role("switch", name="Both Ltd")
    twins.first.click()
    expect(twins.last).to_be_checked()


def test_a_stand_in_of_one_vendor_allows_that_vendor_alone(served: Living, reader: Reader) -> None:
    page, site = reader(), served.site()
    film = served.serve("<!doctype html><title>A film</title>")
    address = site.page(FRAME.format(film) + OTHER.format(film))
    page.goto(address)
    with page.expect_response(lambda answer: answer.url.endswith("/v1/consents") and answer.status == 201):
        page.get_by_role("button", name="Allow: Northlight Ads").click()
    expect(page.locator("iframe[title='A film']")).to_have_attribute("src", film)
    expect(page.get_by_role("button", name="Allow: Marketing")).to_be_visible()
    assert state(page, site) == {**state(page, site), "p": "necessary:1/analytics:0/marketing:0", "x": "northlight:1"}
    served.settle()
    [record] = served.records(site.id)
    assert (record["event"], record["vendors"]) == ("given", {"northlight": True})
    page.goto(address)
    expect(page.locator("iframe[title='A film']")).to_have_attribute("src", film)
    page.get_by_role("button", name="Cookie settings").click()
    assert press(page, "Withdraw consent")["event"] == "withdrawn"
    assert "x" not in state(page, site)


def test_the_form_refuses_a_vendor_whatever_the_purposes_say(served: Living, reader: Reader) -> None:
    page, site = reader(java_script_enabled=False), served.site()
    page.goto(f"{served.url}/v1/sites/{site.id}/banner")
    page.get_by_text("Preferences", exact=True).click()
    page.get_by_role("checkbox", name="Marketing").check()
    page.get_by_text("Partners (1)").click()
    page.get_by_role("checkbox", name="Refused: Northlight Ads").check()
    page.get_by_role("button", name="Save my choice").click()
    expect(page.get_by_role("status")).to_have_text("Your choice has been saved.")
    page.get_by_text("Preferences", exact=True).click()
    page.get_by_text("Partners (1)").click()
    expect(page.get_by_role("checkbox", name="Refused: Northlight Ads")).to_be_checked()
    served.settle()
    [record] = served.records(site.id)
    assert (record["purposes"]["marketing"], record["vendors"]) == (True, {"northlight": False})
