"""Readers who are signed in, on two devices: Chromium, the consent service, and a site's server as our docs have it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from flask import Flask, flash, g, get_flashed_messages, redirect, request, session
from playwright.sync_api import Page, expect

from chassis.tokens import Tokens
from consent import sites
from consent.banner import texts
from consent.store.site_tables import api_token
from consent.store.sites import Sites
from tests.consent.banner.living import HOST, PURPOSES, Living, Site
from tests.consent.banner.reading import press
from tests.servers.ports import free_port
from tests.servers.web_server import WebServer

pytestmark = pytest.mark.e2e

Reader = Callable[..., Page]

DOCS = Path(__file__).parents[3] / "docs" / "embedding.md"
PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Harbour</title>
<link rel="icon" href="data:,">
<script>document.addEventListener("consent:ready", () => {{ window.isReady = true; }})</script>
<script async src="{url}/v1/sites/{site}/banner.js"></script>
<body><main><h1>Harbour</h1>{told}
<form method="post" action="/sign-out"><button>Sign out</button></form></main></body></html>"""


class Harbour:
    """A site with accounts and the server of its pages."""

    def __init__(self, site: Site, address: str) -> None:
        self.site = site
        self.address = address

    def open(self, page: Page, account: str | None = None) -> None:
        """Open the front page; with an account, sign in before."""
        page.goto(f"{self.address}/sign-in/{account}" if account else self.address)
        page.wait_for_function("window.isReady")


def example(**names: Any) -> Flask:
    """Run the code that docs/embedding.md gives to the site's server."""
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    app = Flask("harbour")
    app.secret_key = "harbour"
    code = code.replace("gazette", names.pop("site"))
    exec(code, {"app": app, "httpx": httpx, "flash": flash, "g": g, "redirect": redirect, "request": request,
                "session": session, "uuid4": uuid4, **names})  # fmt: skip
    return app


@pytest.fixture
def harbour(served: Living, request: pytest.FixtureRequest) -> Iterator[Harbour]:
    conflict = getattr(request, "param", "newest")
    site, port = served.site(), free_port()
    address = f"http://{HOST}:{port}"
    Sites(served.engine).put(sites.make(site.id, [address]), served.now_ms())
    site.publish(accounts={"conflict": conflict}, texts=texts.standard(("en",), PURPOSES, conflict))
    token = Tokens(served.engine, api_token).create("harbour", ["accounts:write"], site.id)
    app = example(site=site.id, CONSENT=served.url, TOKEN=token)

    @app.get("/")
    def page() -> str:
        told = "".join(f"<p>{text} <a href='#' data-consent-open>Settings</a></p>" for text in get_flashed_messages())
        return PAGE.format(url=served.url, site=site.id, told=told)

    @app.get("/sign-in/<account>")
    def sign_in(account: str) -> Any:
        session["account"] = account
        return redirect("/")

    with WebServer(app, port):
        yield Harbour(site, address)


def has(page: Page, purpose: str = "marketing") -> bool:
    return bool(page.evaluate("purpose => imprimatur.has(purpose)", purpose))


def is_asked(page: Page) -> bool:
    return page.get_by_role("button", name="Refuse all").count() > 0


def test_the_first_layer_says_how_far_a_choice_reaches(harbour: Harbour, served: Living, reader: Reader) -> None:
    page = reader()
    harbour.open(page)
    expect(page.get_by_role("region").get_by_text("every device on which you are signed in")).to_be_visible()
    page.get_by_role("button", name="Preferences").click()
    expect(page.get_by_role("dialog").get_by_text("the most recent choice counts")).to_be_visible()
    form = reader(java_script_enabled=False)
    form.goto(f"{served.url}/v1/sites/{harbour.site.id}/banner")
    expect(form.get_by_text("every device on which you are signed in")).to_be_visible()


def test_the_phone_withdraws_and_the_laptop_follows(harbour: Harbour, reader: Reader) -> None:
    laptop, phone = reader(), reader(viewport={"width": 390, "height": 844}, has_touch=True)
    harbour.open(laptop, "ada")
    assert is_asked(laptop)
    press(laptop, "Agree to all")
    harbour.open(phone, "ada")
    expect(phone.get_by_role("main").get_by_text("every device on which you are signed in")).to_be_visible()
    assert not is_asked(phone) and has(phone)
    phone.get_by_role("link", name="Settings").click()
    press(phone, "Withdraw consent")
    harbour.open(laptop)
    assert not is_asked(laptop) and not has(laptop)
    expect(laptop.get_by_role("main").get_by_text("signed in")).to_have_count(0)  # it is no new device


@pytest.mark.parametrize(
    ("harbour", "newer", "given"),
    [
        ("newest", "device", True),
        ("newest", "account", False),
        ("refusal", "device", False),
        ("refusal", "account", False),
    ],
    indirect=["harbour"],
)
def test_where_device_and_account_differ_the_rule_decides(
    harbour: Harbour, reader: Reader, newer: str, given: bool
) -> None:
    laptop, phone = reader(), reader()

    def agree_on_the_laptop() -> None:
        harbour.open(laptop)
        press(laptop, "Agree to all")

    def refuse_in_the_account() -> None:
        harbour.open(phone, "ada")
        press(phone, "Refuse all")

    acts = [agree_on_the_laptop, refuse_in_the_account]
    for act in acts if newer == "account" else acts[::-1]:
        act()
    harbour.open(laptop, "ada")
    assert not is_asked(laptop) and has(laptop) is given
    harbour.open(phone)
    assert not is_asked(phone) and has(phone) is given


def test_signed_out_a_device_is_its_own_again(harbour: Harbour, reader: Reader) -> None:
    own, shared = reader(), reader()
    harbour.open(own)
    press(own, "Refuse all")
    for page in (own, shared):
        harbour.open(page, "ada")
        page.evaluate("imprimatur.preferences()")
        press(page, "Agree to all")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_function("window.isReady")
    assert not is_asked(own) and not has(own)
    assert is_asked(shared) and not has(shared)  # whoever comes next on it has chosen nothing
    press(shared, "Refuse all")
    third = reader()
    harbour.open(third, "ada")
    assert not is_asked(third) and has(third)
