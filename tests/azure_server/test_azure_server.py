"""The test server keeps the contract it imitates."""

import os
import signal
import subprocess
import sys
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.azure_server.app import State
from tests.azure_server.pretence import original, translated
from tests.azure_server.server import AzureServer

CLIENT = httpx.Client(verify=False)
KEY = {"Ocp-Apim-Subscription-Key": "test-key"}


def post(server: AzureServer, texts: list[str], to: tuple[str, ...] = ("es",), **extra: Any) -> httpx.Response:
    query = {"api-version": "3.0", "from": "en", "to": list(to)} | extra
    return CLIENT.post(f"{server.url}/translate", params=query, json=[{"Text": text} for text in texts], headers=KEY)


@pytest.mark.parametrize(
    ("texts", "to", "extra", "code"),
    [
        (["a"] * 1001, ("es",), {}, 400072),
        (["a" * 50_001], ("es",), {}, 400050),
        (["\U0001f388" * 25_001], ("es",), {}, 400050),
        (["a" * 30_000, "a" * 30_000], ("es",), {}, 400077),
        (["a" * 20_000], ("es", "ca", "fr"), {}, 400077),
        (["a"], ("tlh",), {}, 400036),
        (["a"], (), {}, 400036),
        (["a"], ("es",), {"from": "tlh"}, 400035),
        (["a"], ("es",), {"textType": "pdf"}, 400071),
        (["a"], ("es",), {"api-version": "2.0"}, 400021),
    ],
)
def test_each_limit_has_its_code(texts: list[str], to: tuple[str, ...], extra: dict[str, str], code: int):
    with AzureServer() as server:
        answer = post(server, texts, to, **extra)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_the_minute_slides():
    now = [0.0]
    with AzureServer(state=State(minute_units=10, clock=lambda: now[0])) as server:
        codes = []
        for now[0] in (0.0, 30.0, 61.0):
            codes.append(post(server, ["sixsix"]).status_code)
    assert codes == [200, 429, 200]


def test_languages_need_no_key_and_are_not_sent_twice():
    with AzureServer() as server:
        first = CLIENT.get(f"{server.url}/languages", params={"api-version": "3.0"})
        again = CLIENT.get(
            f"{server.url}/languages", params={"api-version": "3.0"}, headers={"If-None-Match": first.headers["etag"]}
        )
    assert first.json()["translation"]["he"]["dir"] == "rtl"
    assert (again.status_code, again.content) == (304, b"")


def test_faults_are_lined_up_and_requests_read_over_http():
    with AzureServer() as server:
        CLIENT.post(f"{server.url}/_faults", json=["500000"])
        assert [post(server, ["one"]).status_code for _ in range(2)] == [500, 200]
        received = CLIENT.get(f"{server.url}/_requests").json()
    assert [one["texts"] for one in received["requests"]] == [["one"], ["one"]]
    assert received["units"] == 3  # what is refused is not charged


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40).filter(lambda text: "·" not in text))
def test_the_pretended_translation_can_be_read_back(text: str):
    assert original(translated(text, "es", html=False), "es") == text


def test_html_keeps_tags_and_what_must_not_be_translated():
    html = 'A &amp; <b id="1">big</b> <span class="notranslate">old &lt;x&gt;</span> <i translate="no">y</i>'
    assert translated(html, "es", html=True) == (
        'A·es &amp; <b id="1">gib·es</b> <span class="notranslate">old &lt;x&gt;</span> <i translate="no">y</i>'
    )


def test_the_dictionary_is_obeyed():
    text = 'The <mstrans:dictionary translation="Puente">Bridge</mstrans:dictionary> opened'
    assert translated(text, "es", html=True) == "ehT·es Puente denepo·es"


def test_it_runs_by_hand_as_a_process():
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.azure_server", "--key", "k"],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert process.stdout
    settings = dict(pair.split("=") for pair in process.stdout.readline().split())
    answer = CLIENT.get(settings["AZURE_TRANSLATOR_ENDPOINT"] + "/languages", params={"api-version": "2026-06-06"})
    process.send_signal(signal.SIGTERM)
    with process:
        assert (answer.status_code, process.wait(10)) == (200, 0)
