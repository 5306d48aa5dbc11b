"""The pages as a reader's browser shows them: they change by themselves, keep the place, and leave nobody out."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from publisher.api import events
from publisher.app import create_app
from publisher.body.blocks import Heading, Paragraph
from publisher.body.markdown import read_manuscript
from publisher.editing import keeping_documents
from publisher.house import House
from publisher.settings import Settings
from tests.publisher.newsroom import Newsroom, an_article, picture
from tests.servers.chromium import violations
from tests.servers.web_server import WebServer

pytestmark = pytest.mark.e2e


@pytest.fixture
def app(settings: Settings, house: House) -> Iterator[object]:
    made = create_app(replace(settings, consent_public_url=""))
    yield made
    made.extensions["house"].engine.dispose()


@pytest.fixture
def url(app: object) -> Iterator[str]:
    with WebServer(app) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def reader(chromium: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Open a page; whatever it complains about fails the test."""
    contexts, complaints = [], []

    def open_page(path: str, **options: object) -> Page:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda thrown: complaints.append(str(thrown.error)))
        page = context.new_page()
        page.goto(url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def published(newsroom: Newsroom) -> Newsroom:
    blocks = [
        block
        for number in range(4)
        for block in (Heading(f"h{number}", 2, f"Part {number}"), Paragraph(f"p{number}", "A few words. " * 80))
    ]
    newsroom.publish(an_article(blocks=(*blocks, newsroom.image(picture(900, 600)))))
    return newsroom


@pytest.fixture
def with_every_block(newsroom: Newsroom) -> Newsroom:
    newsroom.publish(an_article(slug="every-block", blocks=newsroom.every_block()), "every")
    newsroom.translate("ar", "every", prefix="جسر ")
    return newsroom


def test_an_open_page_becomes_the_translation_by_itself(published: Newsroom, reader: Callable[..., Page]) -> None:
    page = reader("/es/harbour-bridge")
    expect(page.locator(".notice").first).to_contain_text("Traduciendo…")
    page.get_by_role("link", name="Part 2").focus()
    page.evaluate("window.scrollTo(0, 300)")
    published.translate("es")
    expect(page.locator("h1")).to_have_text("¡A bridge opens")
    expect(page.locator(".spoken")).to_have_text("La traducción está lista.")
    expect(page.locator("article")).not_to_have_attribute("lang", "en")
    assert page.title().startswith("¡A bridge opens")
    assert page.evaluate("[scrollY, document.activeElement.tagName]") == [300, "MAIN"]
    assert page.locator("meta[name=robots]").count() == 0


def test_an_open_page_says_that_there_will_be_no_translation(published: Newsroom, reader: Callable[..., Page]) -> None:
    page = reader("/ar/harbour-bridge")
    published.give_up("ar")
    expect(page.locator(".notice")).to_contain_text("لا تتوفر حاليًا ترجمة")
    expect(page.locator("article")).to_have_attribute("lang", "en")


def test_where_streams_are_refused_the_page_asks_by_itself(
    published: Newsroom, chromium: Browser, url: str, app: object
) -> None:
    app.extensions["streams"] = events.Streams(0)  # type: ignore[attr-defined]
    page = chromium.new_page()
    with page.expect_response("**/variants"):
        page.goto(f"{url}/es/harbour-bridge")
    published.translate("es")
    expect(page.locator("h1")).to_have_text("¡A bridge opens", timeout=15_000)
    page.close()


def test_without_scripts_the_page_is_whole_and_can_be_loaded_again(
    published: Newsroom, reader: Callable[..., Page]
) -> None:
    page = reader("/es/harbour-bridge", java_script_enabled=False)
    expect(page.locator("article p").first).to_be_visible()
    published.translate("es")
    page.get_by_role("link", name="Volver a cargar esta página").click()
    expect(page.locator("h1")).to_have_text("¡A bridge opens")


def test_the_search_field_completes_what_is_typed_and_needs_no_script(
    published: Newsroom, reader: Callable[..., Page]
) -> None:
    for scripts in (True, False):
        page = reader("/en/harbour-bridge", java_script_enabled=scripts)
        field = page.get_by_role("combobox", name="Search the articles")
        field.press_sequentially("bri")
        if scripts:
            options = page.locator("#suggestions option")
            expect(options).to_have_count(2)
            assert options.first.get_attribute("value") == "bridge"
        field.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Results for “bri”")
        expect(page.locator("mark").first).to_have_text("bridge")


def test_nobody_is_left_out_in_any_state(published: Newsroom, reader: Callable[..., Page]) -> None:
    published.translate("es")
    published.translate("en-XA")
    page = reader("/en/harbour-bridge", bypass_csp=True, viewport={"width": 390, "height": 800})
    origin = page.url.removesuffix("/en/harbour-bridge")
    paths = ["/en/harbour-bridge", "/es/harbour-bridge", "/ar/harbour-bridge", "/en-XA/harbour-bridge", "/en/", "/ar/"]
    document = "---\nlanguage: en\ntitle: Terms\n---\n## One\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    keeping_documents.add(published.house, "terms", [read_manuscript(document)])
    more = ["/es/section/city", "/en/search", "/en/search?q=bridge", "/en/policies/terms", "/ar/policies/terms"]
    for path in [*paths, *more]:
        page.emulate_media(color_scheme="dark" if path.startswith("/ar/") else "light")
        page.goto(origin + path)
        assert violations(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


@pytest.mark.parametrize("path", ["/en/every-block", "/ar/every-block"])
def test_nobody_is_left_out_by_any_kind_of_block(
    with_every_block: Newsroom, reader: Callable[..., Page], path: str
) -> None:
    page = reader(path, bypass_csp=True, viewport={"width": 390, "height": 800}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for scheme, width in (("dark", 390), ("light", 1280)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == {}


def test_nothing_moves_while_the_page_loads(published: Newsroom, reader: Callable[..., Page]) -> None:
    page = reader("/en/harbour-bridge", viewport={"width": 1280, "height": 900})
    page.mouse.wheel(0, 4000)
    shift = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list =>
            done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))
        ).observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 500))"""
    )
    assert shift == 0


def test_a_front_page_holds_together_without_pictures_and_with_a_word_that_does_not_fit(
    newsroom: Newsroom, reader: Callable[..., Page]
) -> None:
    for name in ("first", "second", "third"):
        newsroom.publish(
            an_article(slug=name, headline=f"Of the {'Kraftfahrzeug' * 8}", blocks=(Paragraph("p", "A"),)), name
        )
    page = reader("/en/")
    for width in (320, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        lefts = "li => ['h2 a, h3 a', 'time'].map((each) => li.querySelector(each).getBoundingClientRect().left)"
        for teaser in page.locator(".teasers > li").all():
            headline, time = teaser.evaluate(lefts)
            assert headline == time, width
        cut = "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"
        assert page.locator(".masthead, .teasers > li, html").evaluate_all(cut) == [], width
