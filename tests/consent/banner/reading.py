"""What a test does in a reader's place: press, and read what the browser keeps."""

from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import Page, Response

from tests.consent.banner.living import Site


def state(page: Page, site: Site) -> dict[str, str]:
    """Read the state cookie as the page sees it."""
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    return {name: values[0] for name, values in parse_qs(cookies.get(site.cookie, "")).items()}


def press(page: Page, name: str) -> dict[str, Any]:
    """Press a button of the banner and return the service's answer to the choice."""
    with page.expect_response(lambda answer: is_choice(answer)) as choice:
        page.get_by_role("button", name=name, exact=True).click()
    assert choice.value.status == 201, choice.value.text()
    return dict(choice.value.json())


def is_choice(answer: Response) -> bool:
    return answer.url.endswith("/v1/consents") and answer.request.method == "POST"


def come_later(page: Page, address: str) -> None:
    """Open a page as a reader who comes later: browsers keep the script's short name for a minute."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto(address)
