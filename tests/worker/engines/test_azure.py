"""The Azure engine against a server that speaks Azure's wire contract."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.azure_server.pretence import original
from tests.azure_server.server import AzureServer
from worker.engines.azure import Azure, code
from worker.engines.azure_wire import VERSIONS, address
from worker.engines.protocol import EngineError
from worker.engines.segment import Piece, Segment, plain, to_xliff

TRACE = str(uuid.uuid4())
Make = Callable[..., Azure]


@pytest.fixture
def make(azure_server: AzureServer) -> Iterator[Make]:
    made: list[Azure] = []

    def make(key: str = "test-key", **settings: Any) -> Azure:
        made.append(Azure(key, endpoint=azure_server.url, **settings))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


def translated(engine: Azure, *texts: str) -> list[str]:
    return [segment.text for segment in engine.translate([plain(text) for text in texts], "en", "es", TRACE)]


def error_of(engine: Azure, *texts: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        translated(engine, *texts or ("A text.",))
    return caught.value


@pytest.mark.parametrize("version", VERSIONS)
def test_texts_come_back_translated_in_order(make: Make, version: str):
    texts = ["One bridge.", "Two & <three> bridges.", "“Four” 🎈 bridges."]
    assert [original(text, "es") for text in translated(make(api_version=version), *texts)] == texts


@pytest.mark.parametrize("version", VERSIONS)
def test_marks_come_back_and_code_is_left_alone(make: Make, version: str):
    segment = Segment((Piece("See "), Piece("this", (1,)), Piece(" & "), Piece("make <x>", (2,), kept=True)))
    (result,) = make(api_version=version).translate([segment], "en", "ca", TRACE)
    assert to_xliff(result) == 'eeS·ca <pc id="1">siht·ca</pc> &amp; <ph id="2"/>'


@pytest.mark.parametrize("version", VERSIONS)
def test_usage_is_what_the_server_charged(azure_server: AzureServer, make: Make, version: str):
    charged: list[int] = []
    translated(make(api_version=version, usage=charged.append), "🎈 counts as two.")
    assert charged == [azure_server.state.units] == [17]


def test_each_call_carries_key_region_and_trace(azure_server: AzureServer, make: Make):
    azure_server.state.region = "westeurope"
    translated(make(region="westeurope"), "A text.")
    (received,) = azure_server.state.requests
    assert (received["trace"], received["region"], received["html"]) == (TRACE, "westeurope", True)


@pytest.mark.parametrize(
    ("fault", "action"),
    [
        ("400036", "next"),
        ("400050", "split"),
        ("400072", "split"),
        ("400077", "split"),
        ("401000", "closed"),
        ("403000", "closed"),
        ("403001", "closed"),
        ("405000", "next"),
        ("408001", "retry"),
        ("429000", "retry"),
        ("429001", "retry"),
        ("500000", "retry"),
        ("503000", "retry"),
    ],
)
def test_each_error_says_what_to_do(azure_server: AzureServer, make: Make, fault: str, action: str):
    azure_server.state.faults.append(fault)
    error = error_of(make())
    assert (error.code, error.action) == (fault, action)
    assert "X-RequestId" in str(error)


def test_a_wrong_key_closes_the_engine(make: Make):
    error = error_of(make(key="other"))
    assert (error.action, error.code) == ("closed", "401000")


def test_rate_limits_wait_as_long_as_asked(azure_server: AzureServer, make: Make):
    azure_server.state.faults.append("429001:7")
    assert error_of(make()).retry_after_s == 7


def test_rate_limits_without_a_word_wait_about_a_minute(azure_server: AzureServer, make: Make):
    azure_server.state.minute_units = 5
    error = error_of(make(), "Six or more.")
    assert (error.action, error.code) == ("retry", "429001")
    assert 45 < (error.retry_after_s or 0) < 75


def test_a_spent_free_quota_closes_the_engine_until_next_month(azure_server: AzureServer, make: Make):
    azure_server.state.month_units = 5
    error = error_of(make(), "Six or more.")
    assert (error.action, error.code) == ("closed", "403001")
    assert 0 < (error.retry_after_s or 0) <= 31 * 24 * 3600


@pytest.mark.parametrize(
    ("fault", "code", "action"),
    [
        ("html", "502", "retry"),
        ("html:504", "504", "retry"),
        ("not-found", "404", "next"),
        ("cut", "RemoteProtocolError", "retry"),
        ("html:200", "bad-answer", "next"),
    ],
)
def test_answers_that_are_not_azures_own_are_understood(
    azure_server: AzureServer, make: Make, fault: str, code: str, action: str
):
    azure_server.state.faults.append(fault)
    error = error_of(make())
    assert (error.code, error.action) == (code, action)


def test_a_body_that_does_not_end_is_not_waited_for(azure_server: AzureServer, make: Make):
    azure_server.state.faults.append("slow:0.5")
    assert error_of(make(read_timeout_s=0.1)).code == "ReadTimeout"


def test_nobody_there_is_worth_a_retry():
    engine = Azure("key", endpoint="http://127.0.0.1:9")
    assert error_of(engine).action == "retry"
    engine.close()


def test_a_byte_order_mark_does_no_harm(azure_server: AzureServer, make: Make):
    azure_server.state.faults.append("bom")
    assert translated(make(), "A text.") == ["A·es txet·es."]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", ["short", "long"])
def test_an_answer_of_another_length_is_not_taken(azure_server: AzureServer, make: Make, fault: str, version: str):
    azure_server.state.faults.append(fault)
    error = error_of(make(api_version=version), "One.", "Two.", "Three.")
    assert (error.action, error.code) == ("split", "answer-order")


@pytest.mark.parametrize("fault", ["short", "long"])
def test_one_text_must_give_one_answer(azure_server: AzureServer, make: Make, fault: str):
    azure_server.state.faults.append(fault)
    error = error_of(make(), "One.")
    assert (error.action, error.code) == ("next", "answer-length")


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_in_another_order_find_their_places(azure_server: AzureServer, make: Make, version: str):
    azure_server.state.faults.append("reordered")
    assert translated(make(api_version=version), "One.", "Two.") == ["enO·es.", "owT·es."]


def test_what_is_too_long_is_never_sent(azure_server: AzureServer, make: Make):
    assert error_of(make(), "🎈" * 13_000, "🎈" * 13_000).action == "split"
    assert error_of(make(), "🎈" * 26_000).action == "next"
    assert azure_server.state.requests == []


@pytest.mark.parametrize(
    ("endpoint", "version", "expected"),
    [
        ("https://api-eur.cognitive.microsofttranslator.com/", "3.0", "https://api-eur.cognitive.microsofttranslator.com/translate"),
        ("https://x.cognitiveservices.azure.com", "3.0", "https://x.cognitiveservices.azure.com/translator/text/v3.0/translate"),
        ("https://x.cognitiveservices.azure.com/", "2026-06-06", "https://x.cognitiveservices.azure.com/translator/text/translate"),
        ("https://proxy.example/az/translate", "2026-06-06", "https://proxy.example/az/translate"),
    ],
)  # fmt: skip
def test_calls_go_where_the_endpoint_has_the_service(endpoint: str, version: str, expected: str):
    assert address(endpoint, version) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("es-MX", "es"), ("pt-BR", "pt"), ("pt-PT", "pt-pt"), ("zh", "zh-Hans"), ("zh-TW", "zh-Hant"), ("no", "nb"),
     ("sr-Latn", "sr-Latn"), ("sr", "sr-Cyrl"), ("iw", "he"), ("en-GB", "en")],
)  # fmt: skip
def test_languages_have_azures_codes(tag: str, expected: str):
    assert code(tag) == expected


def test_the_pseudo_locale_is_nobodys_language():
    assert not Azure("key").supports("en", "en-XA")
    assert Azure("key").supports("en", "he")


def test_an_unknown_api_version_is_refused_at_once():
    with pytest.raises(ValueError, match=r"expected one of 3\.0, 2026-06-06"):
        Azure("key", api_version="2.0")
