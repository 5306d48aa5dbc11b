import gzip
import hashlib
import json
from typing import Any

import brotli
import pytest

from consent import notices
from consent.banner import assets
from consent.store.notices import Notices
from tests.consent.factories import document
from tests.consent.service import Browser, Service

BASE = "/v1/sites/newsroom/"


def _hashed(name: str) -> str:
    return BASE + assets.of(name, notices.of(document())).hashed_name


@pytest.mark.parametrize("name", ["banner.js", "banner.css", "pages.css", "banner.d.ts"])
def test_a_file_is_fresh_for_a_minute_by_its_name_and_for_ever_by_its_hash(browser: Browser, name: str) -> None:
    lasting = browser.client.get(_hashed(name))
    assert (lasting.status_code, lasting.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert hashlib.sha256(lasting.data).hexdigest()[:16] in _hashed(name)
    assert lasting.headers["X-Content-Type-Options"] == "nosniff"
    short = browser.client.get(BASE + name)
    assert (short.data, short.headers["Cache-Control"]) == (lasting.data, "public, max-age=60")
    again = browser.client.get(BASE + name, headers={"If-None-Match": short.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def _brought(script: bytes) -> dict[str, Any]:
    """Return the notice in a script that brings it along."""
    plain = assets.of("banner.js", notices.of(document())).body.removesuffix(b"()\n")
    assert script.startswith(plain + b"(") and script.endswith(b")\n")
    notice: dict[str, Any] = json.loads(script.removeprefix(plain)[1:-2])
    return notice


def test_the_script_brings_the_notice_along_to_a_reader_who_is_to_be_asked(browser: Browser) -> None:
    answer = browser.client.get(BASE + "banner.js?lang=es-AR")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    brought = _brought(answer.data)
    assert (brought["language"], brought["ask"]) == ("es", "all")
    assert browser.post(browser.choice("agree", display=brought["display"])).status_code == 201


def test_to_a_reader_who_has_chosen_the_script_comes_alone(browser: Browser) -> None:
    browser.choose("agree")
    answer = browser.client.get(BASE + "banner.js?lang=en")
    assert answer.data == assets.of("banner.js", notices.of(document())).body
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_a_language_that_is_none_is_named(browser: Browser) -> None:
    answer = browser.client.get(BASE + "banner.js?lang=not a language")
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "lang")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None), ("", None)],
)
def test_a_file_comes_compressed_as_the_client_can_take_it(browser: Browser, accepted: str, coding: str | None) -> None:
    path = _hashed("banner.js")
    plain = assets.of("banner.js", notices.of(document())).body
    answer = browser.client.get(path, headers={"Accept-Encoding": accepted})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert answer.headers.get("Content-Encoding") == coding
    assert unpack(answer.data) == plain
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_an_outdated_hash_leads_to_the_current_script(service: Service, browser: Browser) -> None:
    old = _hashed("banner.js")
    later = notices.of(document(validity_days=30))
    Notices(service.engine).publish(later, 1)
    fresh = service.app.extensions["consent"].catalogue
    fresh.forget()
    answer = browser.client.get(old)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert answer.headers["Location"].endswith(assets.of("banner.js", later).hashed_name)


@pytest.mark.parametrize("name", ["banner.exe", "banner.js.map", "banner.zzzzzzzzzzzzzzzz.js", "types.d.ts"])
def test_there_are_no_other_files(browser: Browser, name: str) -> None:
    assert browser.client.get(BASE + name).status_code == 404


def test_a_site_that_is_not_there_has_no_banner(browser: Browser) -> None:
    assert browser.client.get("/v1/sites/elsewhere/banner.js").status_code == 404


def test_the_token_vouches_for_the_script_that_is_served(service: Service, browser: Browser) -> None:
    shown = browser.notice()
    vouched = service.app.extensions["consent"].displays.read(shown["display"], service.clock())
    assert vouched.script[:16] in _hashed("banner.js")
    assert vouched.style[:16] in _hashed("banner.css")
