"""What is marked in a text, and which of it an excerpt shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.search.highlights import EXCERPT, Highlighter
from publisher.search.query import read


def marked(typed: str, text: str, language: str = "en") -> str:
    runs = Highlighter(read(typed, language)).marked(text)
    return "".join(f"[{run.text}]" if run.marked else run.text for run in runs)


@pytest.mark.parametrize(
    ("typed", "text", "told", "language"),
    [
        ("bridge", "The Bridges, a bridge; abridged.", "The [Bridges], a [bridge]; abridged.", "en"),
        ("avila", "A\u0301vila y ÁVILA", "[Ávila] y [ÁVILA]", "es"),
        ('"of sighs"', "Bridge of sighs, of stone", "Bridge [of sighs], of stone", "en"),
        ("strasse", "Die Straße!", "Die [Straße]!", "de"),
        ("東京", "今日東京都庁で、東京。京東", "今日[東京]都庁で、[東京]。京東", "ja"),
        ("東", "東京の東", "[東]京の[東]", "ja"),
        ("ｶﾞ", "ガス", "[ガ]ス", "ja"),
        ("جسر", "والجِسْرُ جسر", "والجِسْرُ [جسر]", "ar"),
        ("גשר", "הגשר של גֶּשֶׁר", "[הגשר] של [גֶּשֶׁר]", "he"),
        ("<b>", "<b>a</b>", "<[b]>a</[b]>", "en"),
        ("", "bridge", "bridge", "en"),
    ],
)
def test_what_was_looked_for_is_marked_as_it_is_written(typed: str, text: str, told: str, language: str) -> None:
    assert marked(typed, text, language) == told


@given(st.text(max_size=40), st.text(max_size=400))
def test_whatever_the_text_nothing_of_it_is_lost(typed: str, text: str) -> None:
    highlighter = Highlighter(read(typed, "en"))
    assert "".join(run.text for run in highlighter.marked(text)) == "".join(
        run.text for run in Highlighter(read("", "en")).marked(text)
    )
    assert sum(len(run.text) for run in highlighter.excerpt([text])) <= EXCERPT + 32


def test_an_excerpt_is_of_the_text_that_has_the_most_and_begins_near_it() -> None:
    texts = ["The harbour. " * 30, "Word " * 100 + "the bridge of the harbour " + "word " * 100, "A bridge."]
    runs = Highlighter(read("harbour bridge", "en")).excerpt(texts)
    assert [run.text for run in runs if run.marked] == ["bridge", "harbour"]
    assert runs[0].text == "…" == runs[-1].text and runs[1].text.startswith("Word")
    assert Highlighter(read("sea", "en")).excerpt(texts)[0].text.startswith("The harbour.")
    assert Highlighter(read("sea", "en")).excerpt([]) == ()
