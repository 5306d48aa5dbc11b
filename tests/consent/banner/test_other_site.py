"""The service on another site than the pages that embed it: cookies that each embedding site has for itself."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.consent.banner import living
from tests.consent.banner.living import Living
from tests.consent.banner.reading import come_later, press
from tests.consent.banner.test_asking_again import gain_media
from tests.servers import certificate

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    directory = tmp_path_factory.mktemp("elsewhere")
    with living.running(directory, certificate.for_localhost(directory)) as servers:
        yield servers


def test_a_choice_is_kept_apart_for_the_embedding_site_and_asked_again_only_for_what_is_new(
    elsewhere: Living, reader: Reader
) -> None:
    page, site = reader(ignore_https_errors=True), elsewhere.site()
    address = site.page()
    page.goto(address)
    press(page, "Agree to all")
    kept = {each["name"]: each for each in page.context.cookies(elsewhere.url)}
    assert set(kept) == {f"__Host-consent_{site.id}", f"__Host-subject_{site.id}"}
    for cookie in kept.values():
        assert (cookie["sameSite"], cookie["secure"]) == ("None", True)
        assert cookie["partitionKey"] == "http://127.0.0.1"
    assert page.evaluate("document.cookie") == ""
    page.goto(address)
    expect(page.get_by_role("button", name="Cookie settings")).to_be_visible()
    assert page.evaluate("imprimatur.has('marketing')") is True
    gain_media(site)
    come_later(page, address)
    banner = page.get_by_role("region", name="Your privacy, your choice")
    expect(banner.get_by_role("listitem")).to_have_text(["External media"])
    answer = press(page, "Refuse all")
    assert answer["purposes"] == {"necessary": True, "analytics": True, "marketing": True, "media": False}


def test_the_form_in_a_frame_of_another_site_keeps_its_choice_too(elsewhere: Living, reader: Reader) -> None:
    page, site = reader(ignore_https_errors=True, java_script_enabled=False), elsewhere.site()
    form = f"{elsewhere.url}/v1/sites/{site.id}/banner"
    address = elsewhere.serve(
        f'<!doctype html><title>A page</title><iframe title="Privacy" width="600" height="500" src="{form}"></iframe>'
    )
    page.goto(address)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Agree to all").click()
    expect(frame.get_by_role("status")).to_have_text("Your choice has been saved.")
    page.goto(address)
    expect(frame.get_by_role("button", name="Withdraw consent")).to_be_visible()
    frame.get_by_role("button", name="Withdraw consent").click()
    expect(frame.get_by_role("button", name="Refuse all")).to_be_visible()
    elsewhere.settle()
    assert [record["event"] for record in elsewhere.records(site.id)] == ["withdrawn", "given"]
