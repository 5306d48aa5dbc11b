import re

import pytest
from werkzeug.test import Client, TestResponse

from chassis.tokens import Tokens
from consent import notices
from consent.console.session import LIFE_S
from consent.store.notices import Notices
from consent.store.site_tables import api_token
from tests.consent.factories import document
from tests.consent.service import Service

RECORDS = "/console/records"
OWN = "https://consent.example"


def _word(client: Client) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/console/sign-in", base_url=OWN).text)
    assert found is not None
    return found[1]


def _token(service: Service, *scopes: str, site: str | None = None, one_time: bool = True) -> str:
    return Tokens(service.engine, api_token).create("officer", scopes or ("console",), site, one_time=one_time)


def _sign_in(service: Service, token: str | None = None) -> tuple[Client, TestResponse]:
    client = service.app.test_client()
    form = {"csrf": _word(client), "token": token or _token(service)}
    return client, client.post("/console/sign-in", data=form, base_url=OWN, headers={"Origin": OWN})


def _page(client: Client, path: str) -> str:
    answer = client.get(path, base_url=OWN)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_token_opens_the_console_and_is_used_up(service: Service) -> None:
    token = _token(service)
    client, answer = _sign_in(service, token)
    assert (answer.status_code, answer.headers["Location"]) == (303, RECORDS)
    assert "No records" in _page(client, RECORDS)
    assert _sign_in(service, token)[1].status_code == 403


@pytest.mark.parametrize("scopes", [("audit:read",), ("notices:write",)])
def test_a_token_without_the_scope_opens_nothing(service: Service, scopes: tuple[str, ...]) -> None:
    client, answer = _sign_in(service, _token(service, *scopes))
    assert answer.status_code == 403
    assert client.get(RECORDS, base_url=OWN).status_code == 302


def test_the_session_is_a_cookie_of_the_console_alone(service: Service) -> None:
    _, answer = _sign_in(service)
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert {"Secure", "HttpOnly", "Path=/console", "SameSite=Strict"} <= set(cookie.split("; "))


def test_a_session_ends_by_itself(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = _sign_in(service)
    monkeypatch.setattr("consent.console.session.LIFE_S", -1)
    assert client.get(RECORDS, base_url=OWN).status_code == 200
    late, _ = _sign_in(service)
    assert LIFE_S > 0 and late.get(RECORDS, base_url=OWN).status_code == 302


def test_signing_out_ends_the_session(service: Service) -> None:
    client, _ = _sign_in(service)
    page = _page(client, RECORDS)
    word = re.search(r'name="csrf" value="([^"]+)"', page)
    assert word is not None
    assert client.post("/console/sign-out", data={"csrf": word[1]}, base_url=OWN).status_code == 303
    assert client.get(RECORDS, base_url=OWN).status_code == 302


@pytest.mark.parametrize("form", [{}, {"csrf": "guessed"}])
def test_a_form_without_the_sessions_word_is_refused(service: Service, form: dict[str, str]) -> None:
    client, _ = _sign_in(service)
    assert client.post("/console/sign-out", data=form, base_url=OWN).status_code == 403
    assert client.get(RECORDS, base_url=OWN).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_of_another_page_is_refused(service: Service, origin: str) -> None:
    client = service.app.test_client()
    form = {"csrf": _word(client), "token": _token(service)}
    answer = client.post("/console/sign-in", data=form, base_url=OWN, headers={"Origin": origin})
    assert answer.status_code == 403
    assert client.get(RECORDS, base_url=OWN).status_code == 302


@pytest.mark.parametrize(
    "path", [RECORDS, f"{RECORDS}/00000000-0000-8000-8000-000000000000", "/console/export?format=csv"]
)
def test_nothing_is_shown_to_who_is_not_signed_in(service: Service, path: str) -> None:
    answer = service.app.test_client().get(path, base_url=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/sign-in")


def test_records_are_found_by_the_filters_in_the_address(service: Service) -> None:
    given, refused = service.browser().choose("agree"), service.browser().choose("refuse")
    service.drain()
    client, _ = _sign_in(service)
    page = _page(client, RECORDS + "?purpose=analytics&decision=given")
    assert given["record"] in page and refused["record"] not in page
    assert "<option selected>analytics</option>" in page
    assert "/console/export?format=csv&amp;purpose=analytics&amp;decision=given" in page


def test_empty_fields_leave_the_address(service: Service) -> None:
    client, _ = _sign_in(service)
    answer = client.get(RECORDS + "?site=&event=given&subject=+", base_url=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, RECORDS + "?event=given")


def test_a_wrong_filter_is_named_beside_its_field(service: Service) -> None:
    client, _ = _sign_in(service)
    answer = client.get(RECORDS + "?subject=me&from=yesterday", base_url=OWN)
    assert answer.status_code == 422
    assert 'id="subject-fault"' in answer.text and 'id="from-fault"' in answer.text


def test_days_are_whole_days_in_utc(service: Service) -> None:
    taken = service.browser().choose("agree")
    service.drain()
    client, _ = _sign_in(service)
    day = re.search(r'<time datetime="([0-9-]{10})', _page(client, RECORDS))
    assert day is not None
    assert taken["record"] in _page(client, f"{RECORDS}?from={day[1]}&to={day[1]}")
    assert taken["record"] not in _page(client, f"{RECORDS}?to=2020-01-01")


def test_pages_lead_to_the_older_and_back(service: Service) -> None:
    taken = [service.browser().choose("agree")["record"] for _ in range(3)]
    service.drain()
    client, _ = _sign_in(service)
    first = _page(client, RECORDS + "?limit=2&event=given")
    older = re.search(r'href="([^"]+)">Older', first)
    assert older is not None and taken[0] not in first
    second = _page(client, older[1].replace("&amp;", "&"))
    assert taken[0] in second and taken[1] not in second
    assert f'href="{RECORDS}?event=given">← Newest' in second


def test_a_record_shows_decision_notice_and_proof(service: Service) -> None:
    taken = service.browser().choose("preferences", purposes={"analytics": True, "marketing": False}, page="/en/slug")
    service.drain()
    client, _ = _sign_in(service)
    page = _page(client, f"{RECORDS}/{taken['record']}")
    for shown in ("/en/slug", taken["notice"], taken["receipt"], document()["texts"]["en"]["body"], "tlog-proof@v1"):
        assert shown in page


def test_a_record_that_is_not_there_is_a_page_that_says_so(service: Service) -> None:
    client, _ = _sign_in(service)
    answer = client.get(f"{RECORDS}/00000000-0000-8000-8000-000000000000", base_url=OWN)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    taken = service.browser().choose("agree")
    assert "It is on disk" in client.get(f"{RECORDS}/{taken['record']}", base_url=OWN).text


def test_a_sites_officer_sees_that_site_only(service: Service) -> None:
    taken = service.browser().choose("agree")
    service.drain()
    client, _ = _sign_in(service, _token(service, "console", site="gazette"))
    assert taken["record"] not in _page(client, RECORDS)
    assert client.get(f"{RECORDS}/{taken['record']}", base_url=OWN).status_code == 404
    assert taken["record"] not in _page(client, "/console/export?format=jsonl")


def test_texts_of_a_notice_are_shown_and_not_run(service: Service) -> None:
    hostile = document()
    hostile["texts"]["en"]["title"] = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    Notices(service.engine).publish(notices.of(hostile), 2)
    service.app.extensions["consent"].catalogue.forget()
    taken = service.browser().choose("agree", page='/"><script>alert(1)</script>')
    service.drain()
    client, _ = _sign_in(service)
    page = _page(client, f"{RECORDS}/{taken['record']}")
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_pages_stay_out_of_caches_frames_and_other_origins(service: Service) -> None:
    answer = service.app.test_client().get("/console/sign-in", base_url=OWN)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_export_in_no_known_form_is_not_found(service: Service) -> None:
    client, _ = _sign_in(service)
    assert client.get("/console/export?format=xls", base_url=OWN).status_code == 404
