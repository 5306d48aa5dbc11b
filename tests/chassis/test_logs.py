"""What a request leaves in the log: one line of JSON, whatever it brought along."""

import json
import logging
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from chassis.service import make_service
from chassis.settings import ServiceSettings

TEXT = st.text(st.characters(codec="utf-8", categories=None), max_size=200)


def make_app() -> Flask:
    """Make a service here and now: what it logs to is the stderr of this moment."""
    app, _ = make_service("tests.chassis", ServiceSettings(), "Test")
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    return app


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    written = capsys.readouterr().err
    assert written.isascii() and all(character >= " " for character in written.replace("\n", ""))
    return [json.loads(line) for line in written.splitlines()]


def send(app: Flask, path: str, **headers: str) -> None:
    environ = EnvironBuilder("/").get_environ()
    raw = {f"HTTP_{name.upper()}": value.encode().decode("latin-1") for name, value in headers.items()}
    run_wsgi_app(app.wsgi_app, {**environ, "PATH_INFO": path.encode().decode("latin-1"), **raw}, buffered=True)


def test_a_request_is_a_line_with_what_every_line_has(capsys: pytest.CaptureFixture[str]) -> None:
    make_app().test_client().get("/healthz", headers={"X-Request-Id": "abc-12345"})
    [line] = lines(capsys)
    assert line["message"] == "GET /healthz" and line["status"] == 200 and line["request_id"] == "abc-12345"
    assert (line["service"], line["logger"], line["level"]) == ("tests", "access", "info")
    assert line["timestamp"].endswith("Z") and line["ms"] >= 0
    logging.getLogger("elsewhere").warning("careful", extra={"request_id": "r"})
    [other] = lines(capsys)
    assert line.keys() - {"status", "ms"} <= other.keys()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(path=TEXT, agent=TEXT, identifier=TEXT)
def test_nothing_in_a_request_breaks_out_of_its_line(
    capsys: pytest.CaptureFixture[str], path: str, agent: str, identifier: str
) -> None:
    send(make_app(), "/" + path, user_agent=agent, x_request_id=identifier)
    assert len(lines(capsys)) == 1


@pytest.mark.parametrize("forged", ["\r\n", "\x1b[2J", "\u2028", "\x00", '"}\n{"message": "all is well"}'])
def test_a_forged_line_stays_inside_the_path(capsys: pytest.CaptureFixture[str], forged: str) -> None:
    send(make_app(), f"/a{forged}b")
    [line] = lines(capsys)
    assert line["message"] == f"GET /a{forged}b"


def test_a_long_request_leaves_a_short_line(capsys: pytest.CaptureFixture[str]) -> None:
    send(make_app(), "/" + "a" * 1_000_000, user_agent="b" * 1_000_000)
    assert len(capsys.readouterr().err) < 1000


def test_queries_tokens_and_cookies_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "5f0c7d1e-secret"
    headers = {"Authorization": f"Bearer {secret}", "Cookie": f"subject_newsroom={secret}", "Referer": secret}
    app = make_app()
    app.test_client().get(f"/healthz?subject={secret}", headers=headers)
    app.test_client().get(f"/broken?subject={secret}", headers=headers)
    assert secret not in capsys.readouterr().err
