"""An editor at the desk, in Chromium: the pages are for everybody, and the script helps without getting in the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from chassis.tokens import Tokens
from publisher.app import create_app
from publisher.house import House
from publisher.roles import ROLES
from publisher.settings import Settings
from publisher.store.tables import api_token
from tests.publisher.newsroom import Newsroom, an_article, picture
from tests.servers.chromium import violations
from tests.servers.web_server import WebServer

pytestmark = pytest.mark.e2e

PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def url(settings: Settings, house: House, free_port: int) -> Iterator[str]:
    url = f"http://localhost:{free_port}"
    app = create_app(replace(settings, public_url=url, consent_public_url=""))
    with WebServer(app, free_port, "localhost"):
        yield url
    app.extensions["house"].engine.dispose()


@pytest.fixture
def desk(newsroom: Newsroom) -> Newsroom:
    newsroom.publish()
    newsroom.publish(an_article(byline="Ben"), kind="minor")
    newsroom.translate("es")
    newsroom.translate("ar", prefix="جسر ")
    newsroom.publish(an_article(slug="every-block", blocks=newsroom.every_block()), "every")
    newsroom.publish(
        an_article(slug="sky", headline="A dark sky", blocks=an_article().blocks[:2]), "sky", status="withheld"
    )
    return newsroom


def sign_in(context: BrowserContext, url: str, house: House) -> Page:
    page = context.new_page()
    page.goto(f"{url}/desk")
    page.get_by_label("Token").fill(
        Tokens(house.engine, api_token).create("Ana", ROLES["editor"].scopes, one_time=True)
    )
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Articles")
    page.wait_for_load_state()  # with its script
    return page


def check(page: Page, what: str) -> None:
    assert violations(page) == {}, what
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what


def test_every_page_is_for_everybody(chromium: Browser, url: str, desk: Newsroom) -> None:
    one = "/articles/bridge"
    for screen, paths in (
        (PHONE, ("", one, "/articles/every/edit", f"{one}/revisions", f"{one}/kill", f"{one}/translations/ar")),
        (
            DESKTOP,
            (
                "?state=killed",
                "/new/paste",
                "/pictures",
                "/trends",
                "/activity",
                one,
                f"{one}/translations/es",
                "/articles/nothing",
            ),
        ),
    ):
        context = chromium.new_context(**screen)  # type: ignore[arg-type]
        page = sign_in(context, url, desk.house)
        for path in paths:
            page.goto(f"{url}/desk{path}")
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            check(page, path)
        page.goto(f"{url}/desk/new")
        page.get_by_role("button", name="Save draft").last.click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
        check(page, "a refused form")
        context.close()


def test_an_editor_s_hour(chromium: Browser, url: str, desk: Newsroom, tmp_path: Path) -> None:
    complaints: list[str] = []
    context = chromium.new_context(**DESKTOP)  # type: ignore[arg-type]
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda thrown: complaints.append(str(thrown.error)))
    page = sign_in(context, url, desk.house)
    # the list by keyboard
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="A dark sky")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Edit").click()
    # the preview follows the typing
    frame = page.frame_locator("iframe[name=preview]")
    expect(frame.locator("h1")).to_have_text("A dark sky")
    page.get_by_label("Headline").fill("A darker sky")
    expect(frame.locator("h1")).to_have_text("A darker sky")
    # marks by key, as often as one wants
    text = page.locator('[id="k0.text"]')
    text.fill("A lamp.")
    text.evaluate("area => area.setSelectionRange(2, 6)")
    for key, marked in (
        ("b", "A **lamp**."),
        ("i", "A ***lamp***."),
        ("i", "A **lamp**."),
        ("b", "A lamp."),
        ("k", "A [lamp]()."),
    ):
        text.press(f"Control+{key}")
        expect(text).to_have_value(marked)
    text.fill("The *last* bolt went in.")
    expect(page.get_by_text("8 words")).to_be_visible()
    # blocks are moved by keyboard, and added in place with what was typed kept
    page.locator('[id="k0.text"]').press("Alt+ArrowDown")
    assert page.locator("[data-block]").evaluate_all("all => all.map(each => each.dataset.block)") == ["k1", "k0"]
    expect(page.locator('[id="k0.text"]')).to_be_focused()
    page.locator(".adding").get_by_role("button", name="Picture").click()
    (tmp_path / "lamp.jpg").write_bytes(picture(300, 200))
    page.get_by_label("File").set_input_files(tmp_path / "lamp.jpg")
    shot = page.locator("img[data-focus]")
    expect(shot).to_have_count(1)
    box = shot.bounding_box()
    assert box
    shot.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    expect(page.get_by_label("Focus from the left")).to_have_value("0.25")
    page.get_by_label("Focus from the left").press("ArrowUp")
    expect(page.get_by_label("Focus from the left")).to_have_value("0.26")
    # a picture of the library in its place, with what is said of it
    page.get_by_role("button", name="Choose from the library").click()
    page.get_by_label("Words of captions").fill("night")
    page.keyboard.press("Enter")
    expect(page.locator("dialog li")).to_have_count(1)
    check(page, "the library")
    page.get_by_role("button", name="Take picture 1").press("Enter")
    expect(page.get_by_label("Caption", exact=True)).to_have_value("The bridge by night.")
    expect(page.get_by_label("Agency")).to_have_value("Northlight")
    page.get_by_label("Caption", exact=True).fill("A lamp.")
    page.get_by_label("Made by").fill("Ana Ruiz")
    page.get_by_label("Text for those who do not see it").fill("A lamp")
    expect(frame.locator("figcaption")).to_contain_text("/Ana Ruiz")
    # nobody leaves unsaved work unasked
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Revisions").click()
    expect(page).to_have_url(f"{url}/desk/articles/sky/edit")
    assert asked == ["beforeunload"]
    page.get_by_label("Caption", exact=True).press("Control+s")
    expect(page.get_by_role("status").first).to_contain_text("Saved as revision 2.")
    made = desk.revision("sky")
    assert made and [block.type for block in made.article.blocks] == ["heading", "paragraph", "image"]
    # a translation by keyboard
    page.goto(f"{url}/desk/articles/bridge/translations/es")
    page.get_by_label("Headline in Spanish").fill("Se abre un puente")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    assert "Se abre un puente" in desk.house.renderer.article("es", "harbour-bridge").html
    context.close()
    assert complaints == []
