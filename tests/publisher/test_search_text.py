"""Folding: what counts as the same word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.search_text import composed, fold, folded_characters, normalised, words


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Ávila  CAFÉ", "avila cafe"), ("l’été", "l ete"), ("Straße Łódź Ørsted œuvre", "strasse lodz orsted oeuvre"),
        ("ＡＢＣ ｶﾞ", "abc ガ"), ("١٢٣ ۴۵", "123 45"), ("صَحِيفَةٌ أَحْمَد آل إلى ٱلله كــتاب", "صحيفه احمد ال الي الله كتاب"),
        ("שָׁלוֹם צה\"ל צה״ל", "שלומ צהל צהל"), ("हिन्दी", "हिन्दी"),
        ("e\u0301te\u0301", "ete"), ("co\u00adoperate", "cooperate"),
        ("a_b-c/d", "a b c d"), ("\x00\ud800\ue000😀", ""),
    ],
)  # fmt: skip
def test_what_readers_take_for_the_same_is_the_same(text: str, same: str) -> None:
    assert normalised(text) == same


@given(st.text())
def test_folding_keeps_words_and_places_together(text: str) -> None:
    whole = composed(text)
    assert "".join(folded_characters(whole)) == fold(text)
    assert [folded for folded, _ in words(text)] == fold(text).split()


@given(st.characters())
def test_what_is_folded_is_folded_for_good(char: str) -> None:
    assert normalised(normalised(char)) == normalised(char)


@given(st.text(st.characters(categories=["Ll", "Lo"], max_codepoint=0x6FF), max_size=8))
def test_how_accents_are_encoded_makes_no_difference(text: str) -> None:
    assert normalised(unicodedata.normalize("NFD", text)) == normalised(text)
