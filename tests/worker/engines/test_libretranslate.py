"""The LibreTranslate engine against a server that answers as LibreTranslate 1.9 does."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from tests.azure_server.pretence import translated as pretended
from tests.servers.web_server import WebServer
from worker.engines.libretranslate import LibreTranslate, code
from worker.engines.protocol import EngineError
from worker.engines.segment import Piece, Segment, plain, to_xliff


class Server:
    """Knows en and es, takes three texts of forty characters, and keeps what it got."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.fault: tuple[int, dict[str, str]] | None = None
        app = Flask(__name__)
        app.post("/translate")(self.translate)
        self._server = WebServer(app)
        self.url = f"http://127.0.0.1:{self._server.port}/"

    def translate(self) -> Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]:
        asked = request.get_json()
        self.received.append(asked)
        if self.fault:
            status, headers = self.fault
            return jsonify(error="Slow down"), status, headers
        if asked.get("api_key") == "wrong":
            return jsonify(error="Invalid API key"), 403
        if asked["target"] not in ("en", "es"):
            return jsonify(error=f"{asked['target']} is not supported"), 400
        if len(asked["q"]) > 3:
            return jsonify(error="Invalid request: request (4) exceeds text limit (3)"), 400
        return jsonify(translatedText=[pretended(text, asked["target"], html=True) for text in asked["q"]])

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def engine(server: Server) -> Iterator[LibreTranslate]:
    engine = LibreTranslate(server.url, key="mine", read_timeout_s=5)
    yield engine
    engine.close()


def error_of(engine: LibreTranslate, texts: int = 1, target: str = "es") -> EngineError:
    with pytest.raises(EngineError) as caught:
        engine.translate([plain("A text.")] * texts, "en", target, "")
    return caught.value


def test_texts_come_back_with_their_marks(server: Server, engine: LibreTranslate):
    segment = Segment((Piece("See "), Piece("this", (1,)), Piece(" & "), Piece("make", (2,), kept=True)))
    results = engine.translate([segment, plain("One.")], "en-GB", "es-MX", "")
    assert [to_xliff(result) for result in results] == ['eeS·es <pc id="1">siht·es</pc> &amp; <ph id="2"/>', "enO·es."]
    asked = server.received[0]
    assert (asked["source"], asked["target"], asked["format"], asked["api_key"]) == ("en", "es", "html", "mine")


def test_limits_split_and_unknown_languages_go_to_the_next_engine(engine: LibreTranslate):
    assert error_of(engine, texts=4).action == "split"
    assert error_of(engine, target="gl").action == "next"


def test_a_wrong_key_closes_the_engine(server: Server):
    engine = LibreTranslate(server.url, key="wrong")
    assert error_of(engine).action == "closed"
    engine.close()


@pytest.mark.parametrize(("headers", "wait_s"), [({"Retry-After": "7"}, 7), ({}, 60)])
def test_rate_limits_wait(server: Server, engine: LibreTranslate, headers: dict[str, str], wait_s: float):
    server.fault = (429, headers)
    error = error_of(engine)
    assert (error.action, error.retry_after_s) == ("retry", wait_s)


def test_server_errors_and_nobody_there_are_worth_a_retry(server: Server, engine: LibreTranslate):
    server.fault = (500, {})
    assert error_of(engine).action == "retry"
    nobody = LibreTranslate("http://127.0.0.1:9")
    assert error_of(nobody).action == "retry"
    nobody.close()


def test_an_answer_that_is_none_is_not_taken(server: Server, engine: LibreTranslate):
    server.fault = (200, {})
    assert error_of(engine).code == "bad-answer"


@pytest.mark.parametrize(("tag", "expected"), [("es-MX", "es"), ("zh-Hant", "zt"), ("pt-BR", "pb"), ("no", "nb")])
def test_languages_have_its_codes(tag: str, expected: str):
    assert code(tag) == expected
