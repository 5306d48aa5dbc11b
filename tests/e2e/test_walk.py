"""The walk of a reader, an officer and an editor, in a browser, on what `make run` starts (README, "The walk")."""

import json
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.azure_server.pretence import original
from tests.azure_server.server import AzureServer
from tests.e2e import story
from tests.e2e.newsroom import ROOT, LiveNewsroom, eventually

# one newsroom after the other: to start one takes ten processes and all of the machine
pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("newsroom")]

Reader = Callable[..., Page]


def imported(newsroom: LiveNewsroom, directory: Path) -> str:
    """Import an article of our own as an editor would; return its slug."""
    name = f"river-{uuid.uuid4().hex[:8]}"
    done = newsroom.run("publisher", "import", str(story.write(directory, name)))
    assert done.returncode == 0, done.stderr
    return name


@pytest.fixture(scope="module")
def slug(newsroom: LiveNewsroom, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An article that nobody changes."""
    return imported(newsroom, tmp_path_factory.mktemp("story"))


@pytest.fixture
def own_slug(newsroom: LiveNewsroom, tmp_path: Path) -> str:
    """An article of the test's own."""
    return imported(newsroom, tmp_path)


def choose(page: Page, name: str) -> dict[str, Any]:
    """Press a button of the banner; return the service's answer."""
    with page.expect_response(
        lambda answer: answer.url.endswith("/v1/consents") and answer.request.method == "POST"
    ) as choice:
        page.get_by_role("button", name=name, exact=True).click()
    assert choice.value.status == 201, choice.value.text()
    return dict(choice.value.json())


def receipt(newsroom: LiveNewsroom, record: str) -> bytes:
    """Fetch a receipt once it is in the ledger, which takes two seconds at most."""

    def fetch() -> bytes | None:
        status, _, body = newsroom.request(f"{newsroom.consent_url}/v1/receipts/{record}")
        assert status in (200, 202)
        return body if status == 200 else None

    return eventually(fetch, f"receipt {record}", timeout_s=2)


def verify(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier as an outsider: one file, no environment, another directory."""
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "consent" / "verify.py"), str(path)],
        cwd=path.parent,
        env={},
        capture_output=True,
        text=True,
    )


def test_the_page_is_whole_and_stores_nothing_before_a_choice(
    newsroom: LiveNewsroom, slug: str, reader: Reader
) -> None:
    page = reader()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(re.sub(r"^(https?://[^/]+).*", r"\1", request.url)))
    page.goto(f"{newsroom.url}/en/{slug}")
    article = page.locator("main article")
    expect(article.get_by_role("heading", level=1)).to_have_text("The river gives the harbour back")
    expect(article).to_contain_text("Ida Holm")
    assert [text.strip() for text in article.get_by_role("heading", level=2).all_text_contents()][-3:] == list(
        story.SECTIONS
    )
    assert article.locator("p").filter(has_text="of the repair").count() == 21
    captions = article.locator("figcaption")
    expect(captions).to_have_count(3)
    for caption in captions.all():
        assert caption.inner_text().count("/Ida Holm/Northlight") == 1
        assert caption.inner_text().count("Boats return to the harbour.") == 1
    for picture in article.locator("img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("i => i.naturalWidth") > 0
    expect(article).to_contain_text("The Riverside Courier")
    expect(page.get_by_role("region", name="Your privacy, your choice")).to_be_visible()
    assert page.context.cookies() == []
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert hosts == {newsroom.url, newsroom.consent_url}


def test_nothing_moves_under_the_banner_the_trends_and_late_pictures(
    newsroom: LiveNewsroom, slug: str, reader: Reader
) -> None:
    page = reader(viewport={"width": 390, "height": 800})
    late: list[Route] = []
    come = False
    page.route("**/media/**", lambda route: route.continue_() if come else late.append(route))
    page.add_init_script(
        """(window.moves = []).observer = new PerformanceObserver(list => window.moves.push(...list.getEntries()));
        window.moves.observer.observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(f"{newsroom.url}/en/{slug}", wait_until="domcontentloaded")
    expect(page.get_by_role("region", name="Your privacy, your choice")).to_be_visible()
    expect(page.locator(".trends")).to_be_attached()
    assert late, "there were pictures to come"
    come = True
    for route in late:
        route.continue_()
    for picture in page.locator("article img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
    moved = page.evaluate("[...moves, ...moves.observer.takeRecords()].map(each => each.value)")
    assert moved == []


def test_the_long_article_comes_in_the_first_round_trip(newsroom: LiveNewsroom) -> None:
    _, headers, body = newsroom.request(f"{newsroom.url}/en/harbour-bridge", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) <= 14_000, "ten packets are what a server may send at once (RFC 6928)"


def test_trending_searches_are_those_that_readers_made(newsroom: LiveNewsroom, reader: Reader) -> None:
    def trending() -> bool:
        status, _, body = newsroom.request(f"{newsroom.url}/en/harbour-bridge")
        assert status == 200
        return b"/en/search?q=" in body

    eventually(trending, "trending searches on the page", timeout_s=60)
    page = reader()
    page.goto(f"{newsroom.url}/en/harbour-bridge")
    link = page.locator('a[href*="/en/search?q="]').first
    term = link.inner_text()
    link.click()
    expect(page.get_by_role("main")).to_contain_text(term)


@pytest.mark.parametrize(
    ("button", "event", "given"),
    [("I agree", "given", True), ("I refuse", "refused", False)],
)
def test_a_choice_is_acknowledged_and_proven(
    newsroom: LiveNewsroom, slug: str, reader: Reader, tmp_path: Path, button: str, event: str, given: bool
) -> None:
    page = reader()
    page.goto(f"{newsroom.url}/en/{slug}")
    answer = choose(page, button)
    assert answer["event"] == event
    assert {decided for purpose, decided in answer["purposes"].items() if purpose != "necessary"} == {given}
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["subject_newsroom"]["httpOnly"] and not cookies["consent_newsroom"]["httpOnly"]
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt(newsroom, answer["record"]))
    done = verify(path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_preferences_per_purpose_are_recorded_as_given(newsroom: LiveNewsroom, slug: str, reader: Reader) -> None:
    page = reader()
    page.goto(f"{newsroom.url}/en/{slug}")
    page.get_by_role("button", name="Preferences").click()
    page.get_by_role("switch", name="Marketing").click()
    answer = choose(page, "Save my choice")
    assert answer["purposes"] == {"necessary": True, "analytics": False, "marketing": True, "media": False}
    document = json.loads(receipt(newsroom, answer["record"]))
    assert answer["record"] in json.dumps(document)


def test_without_scripts_the_same_choice_is_a_form(
    newsroom: LiveNewsroom, slug: str, reader: Reader, tmp_path: Path
) -> None:
    page = reader(java_script_enabled=False)
    page.goto(f"{newsroom.url}/en/{slug}")
    expect(page.locator("main article h1")).to_be_visible()
    form = page.frame_locator("iframe")
    form.get_by_role("button", name="I refuse").click()
    link = form.get_by_role("link", name="Receipt")
    expect(link).to_be_visible()
    record = str(link.get_attribute("href")).rsplit("/", 1)[1]
    assert {cookie["name"] for cookie in page.context.cookies()} == {"subject_newsroom", "consent_newsroom"}
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt(newsroom, record))
    assert verify(path).returncode == 0


def test_the_officer_finds_exports_and_proves_a_choice(
    newsroom: LiveNewsroom, slug: str, reader: Reader, tmp_path: Path
) -> None:
    page = reader()
    page.goto(f"{newsroom.url}/en/{slug}")
    record = choose(page, "I agree")["record"]
    subject = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "subject_newsroom")
    receipt(newsroom, record)
    bearer = f"Bearer {newsroom.token('consent', 'audit:read')}"
    records = f"{newsroom.consent_url}/v1/audit/records"

    def ids(query: str) -> list[str]:
        status, _, body = newsroom.request(f"{records}?site=newsroom&{query}", Authorization=bearer)
        assert status == 200, body
        return [found["record"] for found in json.loads(body)["records"]]

    assert ids(f"subject={subject}") == [record]
    assert record in ids("purpose=analytics&decision=given")
    assert record not in ids("purpose=analytics&decision=refused")
    assert record in ids("action=agree&event=given")
    assert record not in ids("action=refuse")
    assert newsroom.request(f"{records}?site=newsroom&colour=red", Authorization=bearer)[0] == 422
    for form in ("csv", "jsonl"):
        status, _, body = newsroom.request(
            f"{newsroom.consent_url}/v1/audit/export?site=newsroom&format={form}", Authorization=bearer
        )
        assert status == 200 and record.encode() in body
    assert newsroom.request(records)[0] == 401

    good = receipt(newsroom, record)
    path = tmp_path / "receipt.json"
    for position in range(0, len(good), max(1, len(good) // 25)):
        path.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1 :])
        done = verify(path)
        assert done.returncode == 1, f"byte {position} changed and was not noticed"
        assert done.stdout + done.stderr, "it says where"


def test_the_console_opens_once_with_its_token(newsroom: LiveNewsroom, reader: Reader) -> None:
    token = newsroom.run(
        "consent", "token", "create", "--label", "t", "--scope", "console", "--one-time"
    ).stdout.strip()
    page = reader()
    page.goto(f"{newsroom.consent_url}/console")
    page.get_by_label(re.compile("token", re.I)).fill(token)
    page.get_by_role("button", name=re.compile("sign in", re.I)).click()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    second = reader()
    second.goto(f"{newsroom.consent_url}/console")
    second.get_by_label(re.compile("token", re.I)).fill(token)
    second.get_by_role("button", name=re.compile("sign in", re.I)).click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.get_by_role("heading", name="Overview")).to_have_count(0)


def test_translating_says_so_and_the_open_page_changes_by_itself(
    newsroom: LiveNewsroom, azure: AzureServer, reader: Reader, tmp_path: Path
) -> None:
    azure.state.holding.set()
    slug = imported(newsroom, tmp_path)
    page = reader()
    answer = page.goto(f"{newsroom.url}/es/{slug}")
    assert answer is not None and answer.headers["x-robots-tag"] == "noindex"
    status = page.get_by_role("status").first
    expect(status).to_contain_text("Traduciendo…")
    expect(status).to_contain_text("Translating…")
    expect(page.locator("main article")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("The river gives the harbour back")
    azure.state.holding.clear()
    expect(page.locator("h1")).to_have_text(re.compile("·es"), timeout=30_000)
    assert original(page.locator("h1").inner_text(), "es") == "The river gives the harbour back"
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(
        page.get_by_text(re.compile(r"traducido del inglés .*Microsoft Translator.*no se hace responsable", re.S))
    ).to_be_visible()
    expect(page.locator("main article a[href='https://example.org/lock']").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("original", re.I)).first).to_have_attribute("href", f"/en/{slug}")


def test_one_changed_paragraph_is_all_that_goes_to_the_engine_again(
    newsroom: LiveNewsroom, azure: AzureServer, own_slug: str
) -> None:
    def state() -> str | None:
        _, _, body = newsroom.request(f"{newsroom.url}/v1/articles/{own_slug}/variants")
        return next(each["state"] for each in json.loads(body)["variants"] if each["language"] == "es")

    eventually(lambda: state() == "machine", "the first translation")
    bearer = f"Bearer {newsroom.token('publisher', 'articles:read', 'articles:write')}"
    address = f"{newsroom.url}/v1/articles/{own_slug}"
    status, headers, body = newsroom.request(address, Authorization=bearer)
    assert status == 200
    article = json.loads(body)
    sent = {name: article[name] for name in article if name in WRITABLE}
    block = next(each for each in sent["blocks"] if each["type"] == "paragraph" and "day 9 " in each["html"])
    block["html"] = "A seal was seen under the new bridge on the ninth day."
    assert newsroom.request(address, "PUT", sent, Authorization=bearer)[0] == 428
    assert newsroom.request(address, "PUT", sent, Authorization=bearer, If_Match='"99"')[0] == 412
    before = len(azure.state.texts)
    status, _, body = newsroom.request(address, "PUT", sent, Authorization=bearer, If_Match=headers["ETag"])
    assert status == 200, body

    def translated() -> bool:
        page = newsroom.request(f"{newsroom.url}/es/{own_slug}")[2].decode()
        return state() == "machine" and "laes·es" in page

    eventually(translated, "the second translation")
    eventually(lambda: len(azure.state.texts) - before >= 2, "both languages of Azure asked")
    assert set(azure.state.texts[before:]) == {"A seal was seen under the new bridge on the ninth day."}


WRITABLE = (
    "slug",
    "language",
    "headline",
    "byline",
    "description",
    "section",
    "source",
    "pubStatus",
    "kind",
    "keywords",
    "blocks",
)


def test_what_no_engine_translates_ends_in_the_original_with_a_notice(
    newsroom: LiveNewsroom, azure: AzureServer, reader: Reader, tmp_path: Path
) -> None:
    """A deadline that passes ends in the same notice: tests/publisher/api/test_pages.py, tests/worker/test_relay.py."""
    azure.state.faults.extend(["400036"] * 50)
    try:
        slug = f"river-{uuid.uuid4().hex[:8]}"
        assert newsroom.run("publisher", "import", str(story.write(tmp_path, slug, 7))).returncode == 0
        page = reader()
        page.goto(f"{newsroom.url}/es/{slug}")
        expect(page.get_by_text("En este momento no hay traducción")).to_be_visible(timeout=30_000)
    finally:
        azure.state.faults.clear()
    expect(page.locator("main article")).to_have_attribute("lang", "en")
    answer = page.reload()
    assert answer is not None and answer.headers["x-robots-tag"] == "noindex"


FILM = """---
slug: {slug}
title: The river, filmed
section: city
---

The film shows the gate in June.

[The gate in June](https://films.example/{slug} "embed: media")
"""


def test_an_embed_waits_for_its_purpose_and_fits_a_phone(
    newsroom: LiveNewsroom, reader: Reader, tmp_path: Path
) -> None:
    slug = f"film-{uuid.uuid4().hex[:8]}"
    (tmp_path / "film.md").write_text(FILM.format(slug=slug))
    assert newsroom.run("publisher", "import", str(tmp_path / "film.md")).returncode == 0
    page = reader(viewport={"width": 390, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("https://films.example/**", lambda route: route.fulfill(content_type="text/html", body="<h1>June</h1>"))
    page.goto(f"{newsroom.url}/en/{slug}")
    allow = page.get_by_role("button", name="Allow: External media")
    expect(allow).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert not any(url.startswith("https://films.example/") for url in asked)
    allow.click()
    expect(page.frame_locator(".frame iframe").get_by_role("heading")).to_have_text("June")
    expect(page.get_by_role("link", name="The gate in June")).to_have_attribute("href", f"https://films.example/{slug}")


def test_an_article_is_published_by_the_clock_and_killed_by_a_hand(newsroom: LiveNewsroom, own_slug: str) -> None:
    def status(language: str = "en") -> int:
        return newsroom.request(f"{newsroom.url}/{language}/{own_slug}")[0]

    assert newsroom.run("publisher", "unpublish", own_slug).returncode == 0
    assert status() == 404
    bearer = f"Bearer {newsroom.token('publisher', 'articles:write')}"
    soon = datetime.now(UTC) + timedelta(seconds=3)
    address = f"{newsroom.url}/v1/articles/{own_slug}/schedule"
    asked = newsroom.request(address, "POST", {"publishAt": soon.isoformat()}, Authorization=bearer)
    assert asked[0] == 200, asked[2]
    eventually(lambda: status() == 200, "the publication by the clock")
    assert datetime.now(UTC) >= soon
    assert own_slug in newsroom.request(f"{newsroom.url}/en/feed.xml")[2].decode()
    assert newsroom.run("publisher", "kill", own_slug, "--reason", "a judgement").returncode == 0
    assert (status(), status("es")) == (410, 410)
    for listed in ("en/", "en/feed.xml", "en/search?q=harbour", "sitemap-1.xml", "news-sitemap.xml"):
        assert own_slug not in newsroom.request(f"{newsroom.url}/{listed}")[2].decode()
    told = newsroom.run("publisher", "show", own_slug).stdout
    assert "scheduled -> published\tthe clock" in told and "a judgement" in told
