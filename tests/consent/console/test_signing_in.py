import re

import pytest

from chassis.sign_in.session import LIFE_S
from tests.consent.console.officer import OWN, RECORDS, form_word, make_token, read, sign_in
from tests.consent.service import Service


def test_a_token_opens_the_console_and_is_used_up(service: Service) -> None:
    token = make_token(service)
    client, answer = sign_in(service, token)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    assert "No records" in read(client, RECORDS)
    assert sign_in(service, token)[1].status_code == 403


@pytest.mark.parametrize("scopes", [("audit:read",), ("notices:write",)])
def test_a_token_without_the_scope_opens_nothing(service: Service, scopes: tuple[str, ...]) -> None:
    client, answer = sign_in(service, make_token(service, *scopes))
    assert answer.status_code == 403
    assert client.get(RECORDS, base_url=OWN).status_code == 302


def test_the_session_is_a_cookie_of_the_console_alone(service: Service) -> None:
    _, answer = sign_in(service)
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert cookie.startswith("__Host-console=") and "Domain" not in cookie


def test_a_session_ends_by_itself(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = sign_in(service)
    monkeypatch.setattr("chassis.sign_in.session.LIFE_S", -1)
    assert client.get(RECORDS, base_url=OWN).status_code == 200
    late, _ = sign_in(service)
    assert LIFE_S > 0 and late.get(RECORDS, base_url=OWN).status_code == 302


def test_signing_out_ends_the_session(service: Service) -> None:
    client, _ = sign_in(service)
    page = read(client, RECORDS)
    word = re.search(r'name="csrf" value="([^"]+)"', page)
    assert word is not None
    assert client.post("/console/sign-out", data={"csrf": word[1]}, base_url=OWN).status_code == 303
    assert client.get(RECORDS, base_url=OWN).status_code == 302


@pytest.mark.parametrize("form", [{}, {"csrf": "guessed"}, {"csrf": "é"}, {"csrf": "\0"}])
def test_a_form_without_the_sessions_word_is_refused(service: Service, form: dict[str, str]) -> None:
    client, _ = sign_in(service)
    assert client.post("/console/sign-out", data=form, base_url=OWN).status_code == 403
    assert client.get(RECORDS, base_url=OWN).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_of_another_page_is_refused(service: Service, origin: str) -> None:
    client = service.app.test_client()
    form = {"csrf": form_word(client), "token": make_token(service)}
    answer = client.post("/console/sign-in", data=form, base_url=OWN, headers={"Origin": origin})
    assert answer.status_code == 403
    assert client.get(RECORDS, base_url=OWN).status_code == 302


@pytest.mark.parametrize("path", [RECORDS, f"{RECORDS}/00000000-0000-8000-8000-000000000000", "/console/exports"])
def test_nothing_is_shown_to_who_is_not_signed_in(service: Service, path: str) -> None:
    answer = service.app.test_client().get(path, base_url=OWN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/sign-in")


def test_pages_stay_out_of_caches_frames_and_other_origins(service: Service) -> None:
    answer = service.app.test_client().get("/console/sign-in", base_url=OWN)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
