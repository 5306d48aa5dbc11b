import gzip
import hashlib

import brotli
import pytest

from consent import notices
from consent.banner import assets
from consent.store.notices import Notices
from tests.consent.factories import document
from tests.consent.service import Browser, Service

BASE = "/v1/sites/newsroom/"


def _hashed(browser: Browser, name: str) -> str:
    answer = browser.client.get(BASE + name)
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    return str(answer.headers["Location"]).removeprefix("https://consent.example")


@pytest.mark.parametrize("name", ["banner.js", "banner.css", "pages.css", "banner.d.ts"])
def test_a_plain_name_leads_to_the_content_by_its_hash(browser: Browser, name: str) -> None:
    path = _hashed(browser, name)
    answer = browser.client.get(path)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest()[:16] in path
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), ("", None)],
)
def test_a_file_comes_compressed_as_the_client_can_take_it(browser: Browser, accepted: str, coding: str | None) -> None:
    path = _hashed(browser, "banner.js")
    plain = assets.of("banner.js", notices.of(document())).body
    answer = browser.client.get(path, headers={"Accept-Encoding": accepted})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert answer.headers.get("Content-Encoding") == coding
    assert unpack(answer.data) == plain
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_an_outdated_hash_leads_to_the_current_script(service: Service, browser: Browser) -> None:
    old = _hashed(browser, "banner.js")
    Notices(service.engine).publish(notices.of(document(validity_days=30)), 1)
    fresh = service.app.extensions["consent"].catalogue
    fresh.forget()
    answer = browser.client.get(old)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert answer.headers["Location"].endswith(_hashed(browser, "banner.js"))


@pytest.mark.parametrize("name", ["banner.exe", "banner.js.map", "banner.zzzzzzzzzzzzzzzz.js", "types.d.ts"])
def test_there_are_no_other_files(browser: Browser, name: str) -> None:
    assert browser.client.get(BASE + name).status_code == 404


def test_a_site_that_is_not_there_has_no_banner(browser: Browser) -> None:
    assert browser.client.get("/v1/sites/elsewhere/banner.js").status_code == 404


def test_the_token_vouches_for_the_script_that_is_served(service: Service, browser: Browser) -> None:
    shown = browser.notice()
    vouched = service.app.extensions["consent"].displays.read(shown["display"], service.clock())
    assert vouched.script[:16] in _hashed(browser, "banner.js")
    assert vouched.style[:16] in _hashed(browser, "banner.css")
