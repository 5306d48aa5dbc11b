import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.translation.sentences import LONGEST, sentences


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["Dr. Smith met Mr. Jones in the U.S. Senate. ", "He left. ", "“Why? No idea.” ", "It cost £1.20."]),
        ("en", ["A line\nthat goes on\nand ends. ", "Another."]),
        ("es", ["¿Qué? ", "El Sr. Pérez vino. ", "Luego se fue."]),
        ("ca", ["Va venir ahir. ", "No ho sé."]),
        ("zh", ["你好。", "再见。"]),
        ("tlh", ["One. ", "Two."]),
    ],
)
def test_a_text_is_cut_where_sentences_end(language: str, parts: list[str]):
    assert sentences("".join(parts), language) == parts


def test_what_goes_on_without_end_is_cut_between_words():
    parts = sentences("word " * 1000, "en")
    assert max(map(len, parts)) <= LONGEST
    assert all(part.endswith(" ") for part in parts)
    assert [len(part) for part in sentences("x" * 2 * LONGEST, "en")] == [LONGEST, LONGEST]


def test_many_short_sentences_take_no_time_to_speak_of():
    assert len(sentences("1. " * 1000, "en")) > 900


@given(st.text(st.sampled_from("aB.!? \n\u00a0“”()1"), max_size=200))
def test_no_character_is_lost(text: str):
    assert "".join(sentences(text, "en")) == text
