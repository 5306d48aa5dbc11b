import hashlib
import json
from typing import Any

import pytest

from consent import instants
from tests.consent.factories import document
from tests.consent.service import ORIGIN, START_MS, Browser, Service

CURRENT = "/v1/sites/newsroom/notice"


def _published(service: Service) -> str:
    return str(service.browser().notice()["notice"])


def _put(service: Service, body: Any, site: str = "newsroom", **headers: str) -> Any:
    headers = headers or service.token("notices:write")
    return service.app.test_client().put(f"/v1/sites/{site}/notices", json=body, headers=headers)


def test_a_published_notice_is_current_at_once_and_kept_byte_for_byte(service: Service, browser: Browser) -> None:
    answer = _put(service, document(validity_days=90))
    name = answer.get_json()["notice"]
    assert answer.status_code == 201
    assert answer.get_json() == {"site": "newsroom", "notice": name, "languages": ["en", "es"], "warnings": []}
    assert (browser.notice()["notice"], browser.notice()["validity_days"]) == (name, 90)
    stored = browser.client.get(f"/v1/notices/{name}")
    assert hashlib.sha256(stored.data).hexdigest() == name
    assert json.loads(stored.data) == document(validity_days=90)
    assert "immutable" in stored.headers["Cache-Control"]
    assert browser.client.get(f"/v1/notices/{name}", headers={"If-None-Match": f'"{name}"'}).status_code == 304


def test_publishing_what_is_current_changes_nothing(service: Service) -> None:
    before = _published(service)
    assert _put(service, document()).status_code == 200
    assert _published(service) == before


def test_an_earlier_notice_becomes_current_again(service: Service) -> None:
    first = _published(service)
    _put(service, document(validity_days=90))
    assert _put(service, document()).status_code == 201
    assert _published(service) == first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"validity_days": "180"}, "validity_days"),
        ({"site": "elsewhere"}, "site"),
        ({"default_language": "fr"}, "default_language"),
        ({"layout": {"position": "bar", "buttons": ["agree", "refuse"]}}, "layout.buttons"),
    ],
)
def test_a_notice_against_the_rules_is_refused_and_named(service: Service, change: dict[str, Any], field: str) -> None:
    before = _published(service)
    answer = _put(service, document(**change))
    assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/invalid")
    assert field in [error["field"] for error in answer.get_json()["errors"]]
    assert _published(service) == before


def test_a_notice_that_breaks_a_rule_of_consent_is_refused_by_its_name(service: Service) -> None:
    before = _published(service)
    implied = document()
    implied["texts"]["en"]["body"] = "By continuing to browse our site you agree to our use of cookies."
    answer = _put(service, implied)
    problem = answer.get_json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/notice-refused")
    [error] = problem["errors"]
    assert (error["rule"], error["field"], error["level"]) == ("implied-consent", "texts.en.body", "refuse")
    assert "EDPB 05/2020 § 86" in error["source"]
    assert _published(service) == before


def test_what_is_doubtful_is_published_with_a_warning(service: Service) -> None:
    doubtful = document()
    doubtful["texts"]["en"]["body"] = "You must accept cookies to read this article."
    answer = _put(service, doubtful)
    assert answer.status_code == 201
    assert [(each["rule"], each["level"]) for each in answer.get_json()["warnings"]] == [("cookie-wall", "warn")]


def test_a_theme_is_shown_as_it_was_published(service: Service, browser: Browser) -> None:
    theme = {
        "light": {"accent": "#34568b", "background": "#ffffff", "text": "#20242b"},
        "dark": {"accent": "#8fb0e3", "background": "#1b1d22", "text": "#e9eaee"},
    }
    assert _put(service, document(theme=theme)).status_code == 201
    assert browser.notice()["theme"] == theme


def test_publishing_takes_a_token_with_the_scope_and_for_the_site(service: Service) -> None:
    assert _put(service, document(), Authorization="Bearer x.y").status_code == 401
    assert _put(service, document(), **service.token("audit:read")).status_code == 403
    assert _put(service, document(), **service.token("notices:write", site="elsewhere")).status_code == 403
    assert _put(service, document(), **service.token("notices:write", site="newsroom")).status_code == 200


def test_a_notice_for_a_site_that_is_not_there_is_refused(service: Service) -> None:
    assert _put(service, document(site="elsewhere"), site="elsewhere").status_code == 404


@pytest.mark.parametrize("path", ["/v1/notices/" + "0" * 64, "/v1/notices/x", "/v1/sites/elsewhere/notice"])
def test_what_is_not_there_is_not_found(service: Service, path: str) -> None:
    assert service.app.test_client().get(path).status_code == 404


def test_a_visitor_gets_one_language_and_a_token(browser: Browser) -> None:
    answer = browser.client.get(CURRENT + "?lang=es-AR", headers={"Origin": ORIGIN})
    shown = answer.get_json()
    assert list(shown) == [
        "site", "notice", "language", "dir", "texts", "purposes", "vendors", "controller", "layout", "validity_days",
        "reask_days", "regulation", "region", "region_source", "signals", "modes", "ask", "gpc", "cookie",
        "display", "display_expires",
    ]  # fmt: skip
    assert (shown["language"], shown["dir"], shown["cookie"]) == ("es", "ltr", "consent_newsroom")
    assert shown["texts"] == document()["texts"]["es"]
    assert shown["display_expires"] == instants.text(START_MS + 86_400_000)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert {"Origin", "Sec-GPC"} <= set(answer.headers["Vary"].split(", "))


def test_nothing_is_stored_at_a_visitor_before_a_choice(browser: Browser) -> None:
    answer = browser.client.get(CURRENT, headers={"Origin": ORIGIN})
    assert not answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("query", ["lang=!!", "lang=", "language=es", "lang=en&x=1"])
def test_a_query_of_another_form_is_refused(browser: Browser, query: str) -> None:
    assert browser.client.get(f"{CURRENT}?{query}").status_code == 422


def test_a_foreign_page_gets_no_notice(browser: Browser) -> None:
    answer = browser.client.get(CURRENT, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_reader_is_asked_again_only_for_what_is_new(service: Service, browser: Browser) -> None:
    assert browser.notice()["ask"] == "all"
    browser.choose("agree")
    assert browser.notice()["ask"] == "none"
    reworded = document()
    reworded["texts"]["en"]["body"] += " In other words."
    _put(service, reworded)
    assert browser.notice()["ask"] == "none"
    widened = document()
    widened["vendors"].append({**widened["vendors"][0], "id": "another", "purposes": ["marketing"]})
    _put(service, widened)
    assert browser.notice()["ask"] == ["marketing"]
    assert service.browser().notice()["ask"] == "all"
    browser.choose("refuse")
    assert browser.notice()["ask"] == "none"


def test_a_cookie_of_a_notice_that_there_is_none_of_asks_everything(service: Service, browser: Browser) -> None:
    browser.choose("agree")
    cookie = browser.client.get_cookie("consent_newsroom", "localhost")
    assert cookie is not None
    forged = cookie.value.replace(cookie.value[6:22], "f" * 16)
    browser.client.set_cookie("consent_newsroom", forged, domain="localhost")
    assert browser.notice()["ask"] == "all"
