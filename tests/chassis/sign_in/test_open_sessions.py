"""One's own sessions at the desk of `test_place`: each is listed, and ends wherever its cookie is."""

import re
import time

import pytest
from flask import Flask
from werkzeug.test import Client

from tests.chassis.sign_in.test_place import desk, word

__all__ = ["desk"]
OWN = "http://desk.example"
SESSIONS = "/desk/sessions"
AGENTS = {"Firefox": "Mozilla/5.0 (X11; rv:133.0) Gecko/20100101 Firefox/133.0", "Safari": "Mozilla/5.0 Safari/604.1"}


def come_in(desk: Flask, token: str, agent: str = "Firefox") -> Client:
    client = desk.test_client()
    form = {"csrf": word(client.get("/desk/sign-in", base_url=OWN).text), "token": token}
    answer = client.post("/desk/sign-in", data=form, base_url=OWN, headers={"User-Agent": AGENTS[agent]})
    assert answer.status_code == 303
    return client


def token_of(desk: Flask, label: str = "Ada", one_time: bool = False) -> str:
    return str(desk.extensions["tokens"].create(label, ("desk",), one_time=one_time))


def is_in(client: Client) -> bool:
    return client.get("/desk", base_url=OWN).status_code == 200


def listed(client: Client) -> list[str]:
    """Return the ids of the sessions that can be ended, newest first."""
    return re.findall(r'name="session" value="([0-9a-f]{32})"', client.get(SESSIONS, base_url=OWN).text)


def end(client: Client, session: str, **more: str) -> int:
    form = {"csrf": word(client.get(SESSIONS, base_url=OWN).text), "session": session, **more}
    return client.post(SESSIONS, data=form, base_url=OWN).status_code


def cookie_of(client: Client) -> str:
    cookie = client.get_cookie("desk", "desk.example", "/desk")
    assert cookie is not None
    return cookie.value


def test_one_of_several_sessions_ends_and_then_all_others(desk: Flask) -> None:
    token = token_of(desk)
    first, second, third = (come_in(desk, token, agent) for agent in ("Firefox", "Safari", "Firefox"))
    stranger = come_in(desk, token_of(desk, "Bob"))
    page = first.get(SESSIONS, base_url=OWN).text
    assert page.count("Firefox") >= 2 and "Safari" in page and page.count("this one") == 1
    newest, middle, _ = listed(first)
    assert end(first, newest) == 303
    assert [is_in(each) for each in (first, second, third)] == [True, True, False]
    assert end(first, listed(stranger)[0]) == 303 and is_in(stranger)
    assert middle in listed(first)
    assert end(first, "others") == 303
    assert [is_in(each) for each in (first, second, stranger)] == [True, False, True]
    assert end(first, listed(first)[0]) == 303 and not is_in(first)


def test_a_cookie_that_was_kept_opens_nothing_after_the_sign_out(desk: Flask) -> None:
    client, thief = come_in(desk, token_of(desk)), desk.test_client()
    thief.set_cookie("desk", cookie_of(client), domain="desk.example", path="/desk")
    assert is_in(thief)
    client.post("/desk/sign-out", data={"csrf": word(client.get("/desk", base_url=OWN).text)}, base_url=OWN)
    assert not is_in(thief)


def test_who_signs_in_again_leaves_no_session_behind(desk: Flask) -> None:
    token = token_of(desk)
    client, thief = come_in(desk, token), desk.test_client()
    thief.set_cookie("desk", cookie_of(client), domain="desk.example", path="/desk")
    form = {"csrf": word(client.get("/desk", base_url=OWN).text), "token": token}
    assert client.post("/desk/sign-in", data=form, base_url=OWN).status_code == 303
    assert (is_in(client), is_in(thief), len(listed(client))) == (True, False, 1)


def test_ending_asks_who_they_are_when_they_signed_in_a_while_ago(desk: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(desk)
    client, other = come_in(desk, token), come_in(desk, token)
    now = time.time()
    monkeypatch.setattr("chassis.sign_in.reauthentication.time.time", lambda: now + 1000)
    assert end(client, "others") == 200 and is_in(other)
    assert end(client, "others", token="wrong") == 403 and is_in(other)
    assert end(client, "others", token=token) == 303 and not is_in(other)


@pytest.mark.parametrize("session", ["", "all", "é", "\0", "0" * 31])
def test_what_is_no_session_is_refused(desk: Flask, session: str) -> None:
    client = come_in(desk, token_of(desk))
    assert end(client, session) == 422 and is_in(client)


def test_the_page_is_for_who_is_signed_in_and_its_forms_are_its_own(desk: Flask) -> None:
    assert desk.test_client().get(SESSIONS, base_url=OWN).status_code == 302
    client = come_in(desk, token_of(desk))
    assert client.post(SESSIONS, data={"session": "others"}, base_url=OWN).status_code == 403
