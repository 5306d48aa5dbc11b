"""The offline engine, on the real Apertium."""

import os
import signal

from worker.engines.apertium import Apertium
from worker.engines.segment import Piece, Segment, plain, to_xliff


def translated(engine: Apertium, *texts: str) -> list[str]:
    return [segment.text for segment in engine.translate([plain(text) for text in texts], "en", "es", "")]


def test_it_translates_in_order(eng_spa: Apertium):
    texts = ["The library is new.", "Nobody complained", "The city council approved the budget."]
    assert translated(eng_spa, *texts) == [
        "La biblioteca es nueva.",
        "Nadie renegó",
        "El ayuntamiento aprobó el presupuesto.",
    ]


def test_a_mark_follows_its_words(eng_spa: Apertium):
    segment = Segment((Piece("The "), Piece("new", (1,)), Piece(" library "), Piece("opened", (2,)), Piece(".")))
    (result,) = eng_spa.translate([segment], "en", "es", "")
    assert to_xliff(result) == 'La biblioteca <pc id="1">nueva</pc> <pc id="2">abrió</pc>.'


def test_signs_of_the_stream_format_are_only_text(eng_spa: Apertium):
    text = "3 * 4 # 5 ~ 6 [x] {y} ^z$ \\ <b> @me [[1]] 7 + 8"
    assert translated(eng_spa, text)[0].split()[:11] == text.split()[:11]


def test_control_characters_end_nothing(eng_spa: Apertium):
    assert translated(eng_spa, "The city\0 is\x1b old.", "The house is new.") == [
        "La ciudad es vieja.",
        "La casa es nueva.",
    ]


def test_a_dead_stage_is_noticed_and_replaced(eng_spa: Apertium):
    first = translated(eng_spa, "The house is new.")
    pids = eng_spa.pids
    assert len(pids) > 5
    os.kill(pids[4], signal.SIGKILL)
    assert translated(eng_spa, "The house is new.") == first
    assert not set(eng_spa.pids) & set(pids)


def test_it_says_how_much_it_did_not_know(eng_spa: Apertium):
    english, german = eng_spa.translate(
        [plain("The mayor said that the bridge is closed."), plain("Der Bürgermeister sagte gestern etwas Neues.")],
        "en", "es", "",
    )  # fmt: skip
    assert english.unknown_share == 0
    assert german.unknown_share > 0.5
