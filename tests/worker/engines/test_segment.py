"""Both written forms of a segment, and reading what engines make of them."""

from hypothesis import given
from hypothesis import strategies as st

from worker.engines.segment import Piece, Segment, decode, joined, kept_marks, to_html, to_xliff

LINK = Segment((Piece("A "), Piece("b & ", (1,)), Piece("<c>", (1, 2)), Piece(" "), Piece("make", (3,), kept=True)))


def test_the_stored_form_names_marks_as_xliff_does_and_leaves_code_out():
    assert to_xliff(LINK) == 'A <pc id="1">b &amp; <pc id="2">&lt;c&gt;</pc></pc> <ph id="3"/>'


def test_engines_that_read_html_are_shown_code_but_asked_to_leave_it():
    assert to_html(LINK) == (
        'A <b id="1">b &amp; <b id="2">&lt;c&gt;</b></b> <span id="3" class="notranslate" translate="no">make</span>'
    )


def test_what_an_engine_did_to_code_is_not_read():
    html = to_html(LINK).replace("make", "hacer <b>esto</b>")
    assert decode(html, kept_marks(LINK))[-1] == Piece("", (3,), kept=True)


def test_broken_markup_is_read_as_far_as_it_goes():
    assert decode("a <b id='1'>b</b></b> c <b id='x'>d", frozenset()) == (Piece("a "), Piece("b", (1,)), Piece(" c d"))


@given(st.lists(st.tuples(st.text("a <&", min_size=1), st.sampled_from([(), (1,), (1, 2), (3,)])), min_size=1))
def test_a_segment_without_code_survives_both_forms(runs: list[tuple[str, tuple[int, ...]]]):
    segment = Segment(joined(Piece(text, marks) for text, marks in runs))
    assert decode(to_xliff(segment), frozenset()) == segment.pieces
    assert decode(to_html(segment), frozenset()) == segment.pieces
