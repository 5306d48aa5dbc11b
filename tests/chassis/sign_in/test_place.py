"""A sign-in of a service's own: a desk with one page, on a service that knows nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import flask
import pytest
from flask import Blueprint, Flask, g, render_template_string
from redis import Redis
from sqlalchemy import MetaData
from werkzeug.test import Client, TestResponse

from chassis.errors import Unavailable
from chassis.limits.attempts import Attempts
from chassis.service import make_service
from chassis.settings import ServiceSettings
from chassis.sign_in import pages, session
from chassis.sign_in.place import SignIn, init
from chassis.sign_in.sessions import Sessions, session_table
from chassis.sql import connect
from chassis.tokens import Tokens, token_table

SCOPES = {"desk": "sign in to the desk", "articles:write": "write articles"}
FORM = '<input name="csrf" value="{{ csrf() }}">'


@session.signed_in
def home() -> str:
    return f"{g.signed_in.label} {render_template_string(FORM, csrf=session.csrf)}"


@session.signed_in
def write() -> str:
    session.require("articles:write")
    session.check_form()
    return "written"


@pytest.fixture
def desk(redis_url: str, sqlite_url: str, tmp_path: Any) -> Iterator[Flask]:
    (tmp_path / "sign_in.html").write_text(FORM)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "frame.html").write_text("{% block title %}{% endblock %} {% block main %}{% endblock %}")
    metadata = MetaData()
    engine = connect(sqlite_url)
    tokens, sessions = Tokens(engine, token_table(metadata)), Sessions(engine, session_table(metadata))
    metadata.create_all(engine)
    app, _ = make_service(__name__, ServiceSettings(redis_url=redis_url, log_level="error"), "Desk")
    blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder=str(tmp_path))
    blueprint.context_processor(lambda: {"csrf": session.csrf})
    blueprint.add_url_rule("", view_func=home)
    blueprint.add_url_rule("/write", view_func=write, methods=["POST"])
    blueprint.register_error_handler(Unavailable, lambda error: (f"{session.who() or 'nobody'}: {error.detail}", 503))
    pages.add_to(blueprint)
    app.register_blueprint(blueprint)
    app.add_url_rule("/desks", "beside", lambda: "a session" if flask.session else "no session")
    redis = Redis.from_url(redis_url)
    place = SignIn(
        name="desk",
        path="/desk",
        scope="desk",
        scopes=SCOPES,
        home="desk.home",
        template="sign_in.html",
        public_url="http://desk.example",
        tokens=tokens,
        sessions=sessions,
        attempts=Attempts(redis, "sign-ins", 5),
    )
    init(app, place, lambda: b"k" * 32)
    app.testing = True
    app.extensions["tokens"] = tokens
    yield app
    redis.close()
    engine.dispose()


def word(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def come_in(desk: Flask, *scopes: str) -> tuple[Client, TestResponse]:
    client = desk.test_client()
    form = {
        "csrf": word(client.get("/desk/sign-in", base_url="http://desk.example").text),
        "token": desk.extensions["tokens"].create("Ada", scopes),
    }
    return client, client.post("/desk/sign-in", data=form, base_url="http://desk.example")


def test_a_place_of_any_name_lets_its_people_in_and_out_and_nobody_else(desk: Flask) -> None:
    client, answer = come_in(desk, "desk")
    assert (answer.status_code, answer.location) == (303, "/desk")
    page = client.get("/desk", base_url="http://desk.example").text
    assert page.startswith("Ada ")
    assert client.post("/desk/sign-out", data={"csrf": word(page)}, base_url="http://desk.example").status_code == 303
    assert client.get("/desk", base_url="http://desk.example").location == "/desk/sign-in"
    assert come_in(desk, "articles:write")[1].status_code == 403


def test_a_token_that_is_ended_ends_the_sessions_that_it_opened(desk: Flask) -> None:
    client, _ = come_in(desk, "desk")
    assert client.get("/desk", base_url="http://desk.example").status_code == 200
    for token in desk.extensions["tokens"].all():
        desk.extensions["tokens"].revoke(token.id)
    assert client.get("/desk", base_url="http://desk.example").location == "/desk/sign-in"


def test_while_the_tokens_cannot_be_looked_up_a_page_is_unavailable(
    desk: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = come_in(desk, "desk")

    def away(_identifier: str) -> bool:
        raise Unavailable("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(desk.extensions["tokens"], "lives", away)
        answer = client.get("/desk", base_url="http://desk.example")
    assert (answer.status_code, answer.text) == (503, "nobody: the database is away")
    assert client.get("/desk", base_url="http://desk.example").status_code == 200


def test_the_cookie_is_for_the_pages_below_the_place_only(desk: Flask) -> None:
    client, answer = come_in(desk, "desk")
    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("desk=") and {"HttpOnly", "Path=/desk", "SameSite=Strict"} <= set(cookie.split("; "))
    beside = client.get("/desks", base_url="http://desk.example", headers={"Cookie": cookie.partition(";")[0]})
    assert beside.text == "no session"


def test_a_scope_that_is_missing_is_named_with_what_it_allows(desk: Flask) -> None:
    client, _ = come_in(desk, "desk")
    answer = client.post("/desk/write", base_url="http://desk.example")
    assert answer.status_code == 403
    assert "articles:write: it allows to write articles" in answer.get_json()["detail"]


def test_a_form_needs_the_sessions_word(desk: Flask) -> None:
    client, _ = come_in(desk, "desk", "articles:write")
    good = {"csrf": word(client.get("/desk", base_url="http://desk.example").text)}

    def sent(form: dict[str, str], **headers: str) -> int:
        return client.post("/desk/write", data=form, base_url="http://desk.example", headers=headers).status_code

    assert (sent({}), sent({"csrf": "x"}), sent(good, Origin="http://evil.example")) == (403, 403, 403)
    assert sent(good, Origin="http://desk.example") == 200
