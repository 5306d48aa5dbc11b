"""Damage that is undone, and damage that is left for the checks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worker.translation.segment_forms import segment, to_xliff
from worker.engines.segment import Piece, Segment, joined
from worker.translation.mending import mended

Run = tuple[str, tuple[int, ...]]


@pytest.mark.parametrize(
    ("source", "came", "expected"),
    [
        # a marked phrase in parts is one phrase, small words between them included
        ('The <pc id="1">stone bridge</pc>.', 'El <pc id="1">puente</pc> de <pc id="1">piedra</pc>.',
         'El <pc id="1">puente de piedra</pc>.'),
        ('<pc id="1">the <pc id="2">long</pc> report</pc>',
         '<pc id="1">el</pc> informe <pc id="1"><pc id="2">largo</pc></pc>',
         '<pc id="1">el informe <pc id="2">largo</pc></pc>'),
        # white space at the ends of a marked phrase stands outside it
        ('See <pc id="1">this</pc> now.', 'Ve<pc id="1"> esto </pc>ahora.', 'Ve <pc id="1">esto</pc> ahora.'),
        ('A <pc id="1">b</pc> c', 'A  <pc id="1">  b </pc> c ', 'A <pc id="1">b</pc> c'),
        # words that marks glued together are parted again
        ('Run <pc id="1">this</pc> now', 'Haz<pc id="1">esto</pc>ahora', 'Haz <pc id="1">esto</pc> ahora'),
        # ... but not where the source marks a part of a word
        ('un<pc id="1">believ</pc>able', 'in<pc id="1">cre</pc>íble', 'in<pc id="1">cre</pc>íble'),
        # ... nor in scripts without spaces, or with prefixes
        ('Read <pc id="1">this</pc> today', '今天读<pc id="1">这个</pc>吧', '今天读<pc id="1">这个</pc>吧'),
        ('in the <pc id="1">library</pc>', 'ב<pc id="1">ספריה</pc>', 'ב<pc id="1">ספריה</pc>'),
        ('It is <pc id="1">old</pc>.', 'Es <pc id="1">viejo</pc> .', 'Es <pc id="1">viejo</pc>.'),
        # signs at the ends of a marked phrase belong to it
        ('by <pc id="1">6.4%</pc>.', 'un <pc id="1">6,4</pc>%.', 'un <pc id="1">6,4%</pc>.'),
        ('<pc id="1">“Yes!”</pc> he said', '“<pc id="1">Sí</pc>!” dijo', '<pc id="1">“Sí!”</pc> dijo'),
        ("“It is (old).”", "“ Es ( viejo ) . ”", "“Es (viejo).”"),
    ],
)  # fmt: skip
def test_small_damage_is_undone(source: str, came: str, expected: str):
    assert to_xliff(mended(segment(source), segment(came), "es")) == expected


@pytest.mark.parametrize(
    ("source", "came"),
    [
        # too much lies between the parts
        ('The <pc id="1">end</pc> of it', '<pc id="1">El</pc> uno dos tres cuatro <pc id="1">fin</pc>'),
        # another mark lies between them
        ('<pc id="1">a b</pc> <pc id="2">c</pc>', '<pc id="1">a</pc> <pc id="2">c</pc> <pc id="1">b</pc>'),
    ],
)
def test_what_was_meant_is_not_guessed(source: str, came: str):
    assert to_xliff(mended(segment(source), segment(came), "es")) == came


RUNS = st.lists(st.tuples(st.text("ab .“”%(", max_size=5), st.sampled_from([(), (1,), (1, 2), (3,)])), min_size=1)


@given(RUNS, RUNS)
def test_mending_changes_no_word_and_makes_up_no_mark(source: list[Run], came: list[Run]):
    first, second = (Segment(joined(Piece(text, marks) for text, marks in runs)) for runs in (source, came))
    result = mended(first, second, "es")
    assert "".join(result.text.split()) == "".join(second.text.split())
    assert result.marks <= second.marks


def test_code_is_the_sources_whatever_came_back():
    source = segment('Run <ph id="1"/> twice', {1: "make"})
    assert mended(source, segment('Haz <ph id="1"/> dos veces', {1: "hacer"}), "es").text == "Haz make dos veces"


def test_a_space_lost_at_code_is_found_again():
    source = segment('Run <ph id="1"/> now', {1: "make"})
    assert mended(source, segment('Haz<ph id="1"/>ya', {1: "make"}), "es").text == "Haz make ya"


def test_an_ending_after_a_mark_is_no_word():
    source, came = segment('in the <pc id="1">library</pc>'), segment('a <pc id="1">könyvtár</pc>ban')
    assert mended(source, came, "hu") == came
