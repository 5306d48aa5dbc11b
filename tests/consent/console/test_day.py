"""An officer's day: find one person's refusal from March, export the quarter, prove one record to a regulator."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from consent import verify
from consent.roles import ROLES
from tests.consent.console.officer import make_token
from tests.consent.service import Service
from tests.servers.chromium import violations

pytestmark = pytest.mark.e2e


def _year(service: Service) -> str:
    """Let readers choose over half a year, and return the subject of the one who refused in March."""
    asker = service.browser()
    others = {1: "agree", 2: "preferences", 3: "refuse", 5: "withdraw"}
    for month in range(1, 7):
        service.clock.ms = int(datetime(2026, month, 10, 12, tzinfo=UTC).timestamp() * 1000)
        if month in (3, 6):
            asker.choose("refuse" if month == 3 else "agree", page="/en/slug")
        if month in others:
            boxes = {"purposes": {"analytics": True, "marketing": False}} if others[month] == "preferences" else {}
            service.browser().choose(others[month], **boxes)
    service.backdate()
    service.drain()
    return str(asker.client.get_cookie("subject_newsroom", domain="localhost").value)  # type: ignore[union-attr]


def _look(page: Page, what: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page) == {}, (what, scheme)


def _download(page: Page, link: Locator, directory: Path) -> Path:
    with page.expect_download() as download:
        link.click()
    file = directory / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_an_officer_s_day(chromium: Browser, live: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = _year(live)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(live.settings.public_url + "/console/records")
    page.get_by_label("Token").fill(make_token(live, *ROLES["officer"].scopes))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Records").click()

    page.get_by_role("textbox", name="Subject", exact=True).fill(subject)
    page.get_by_label("From day").fill("2026-03-01")
    page.get_by_label("To day").fill("2026-03-31")
    page.get_by_role("button", name="Search").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody th a").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("refused 2026-03-10 12:00:00")
    expect(page.get_by_role("list", name="Checked in this browser").get_by_text(": holds")).to_have_count(6)
    question = page.frame_locator("iframe >> nth=0").get_by_role("region", name="Your privacy, your choice")
    expect(question.get_by_role("button")).to_have_text(["Refuse all", "Preferences", "Agree to all"])
    boxes = page.frame_locator("iframe >> nth=1").locator("input")
    expect(boxes.first).to_be_visible()
    assert not any(box.is_checked() for box in boxes.all())
    _look(page, "record")

    page.get_by_role("link", name="Bundle for a regulator").press("Enter")
    expect(page.get_by_label("Regulator bundle")).to_be_checked()
    page.get_by_role("button", name="Start the export").press("Enter")
    line = shlex.split(page.get_by_role("region", name="The command that verifies the bundle").inner_text())
    _download(page, page.get_by_role("link", name="Download"), tmp_path)
    monkeypatch.chdir(tmp_path)
    assert line[:2] == ["consent", "verify"] and verify.main(line[2:]) == 0

    page.goto(live.settings.public_url + "/console/records?from=2026-01-01&to=2026-03-31")
    page.get_by_role("link", name="Export these 4").press("Enter")
    page.get_by_label("JSON Lines").press("Space")
    page.get_by_role("button", name="Start the export").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("4 records as JSON Lines")
    _look(page, "export")
    assert len(_download(page, page.get_by_role("link", name="Download"), tmp_path).read_text().splitlines()) == 4
    page.get_by_role("link", name="Exports", exact=True).press("Enter")
    expect(page.get_by_role("row").filter(has_text="to be had until")).to_have_count(2)
    context.close()
