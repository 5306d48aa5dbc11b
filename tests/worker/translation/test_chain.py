"""Which engines are asked, and which are left to rest."""

from dataclasses import dataclass

from worker.engines.apertium import Apertium
from worker.engines.apertium.engine import MODES
from worker.engines.azure import Azure
from worker.engines.protocol import EngineError
from worker.engines.pseudo import PseudoLocale
from worker.translation.chain import Chain


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


AZURE, APERTIUM, PSEUDO = Azure("key"), Apertium(MODES / "eng-spa.mode", "apertium-eng-spa 0.8.1"), PseudoLocale()


def made(clock: Clock) -> Chain:
    return Chain([AZURE, APERTIUM, PSEUDO], clock)


def test_each_pair_has_its_engines_in_order():
    chain = made(Clock())
    assert chain.open_engines("en", "es-MX") == [AZURE, APERTIUM]
    assert chain.open_engines("en", "fr") == [AZURE]
    assert chain.open_engines("en", "en-XA") == [PSEUDO]
    assert chain.policy("en", "es") == "Microsoft Translator 3.0 > Apertium apertium-eng-spa 0.8.1"


def test_a_closed_engine_is_left_alone_as_long_as_it_said():
    clock = Clock()
    chain = made(clock)
    chain.failed(AZURE, EngineError("closed", "403001", retry_after_s=500))
    clock.now = 499
    assert chain.open_engines("en", "es") == [APERTIUM]
    assert chain.supports("en", "fr")
    clock.now = 500
    assert chain.open_engines("en", "es") == [AZURE, APERTIUM]


def test_three_failures_in_a_row_rest_an_engine_and_one_success_clears_two():
    chain = made(Clock())
    for error in ("500000", "500000"):
        chain.failed(AZURE, EngineError("retry", error))
    chain.succeeded(AZURE)
    for error in ("500000", "ReadTimeout"):
        chain.failed(AZURE, EngineError("retry", error))
    assert AZURE in chain.open_engines("en", "es")
    chain.failed(AZURE, EngineError("retry", "pipe-broken"))
    assert AZURE not in chain.open_engines("en", "es")


def test_rate_limits_and_unknown_languages_are_no_failure():
    chain = made(Clock())
    for error in [EngineError("retry", "429001", retry_after_s=60), EngineError("next", "400036")] * 3:
        chain.failed(AZURE, error)
    assert AZURE in chain.open_engines("en", "es")
