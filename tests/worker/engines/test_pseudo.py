from hypothesis import given
from hypothesis import strategies as st

from worker.engines.pseudo import PseudoLocale, unaccented
from worker.engines.segment import Piece, Segment, plain, to_xliff

ENGINE = PseudoLocale()


def rendered(segment: Segment) -> Segment:
    (result,) = ENGINE.translate([segment], "en", "en-XA", "")
    return result


def test_it_renders_into_its_own_locale_only_and_is_no_translation():
    assert ENGINE.supports("en", "en-XA") and ENGINE.supports("es", "en-XA")
    assert not ENGINE.supports("en", "es")
    assert not ENGINE.machine_translation


def test_marks_stay_around_their_words_and_code_stays_code():
    segment = Segment((Piece("See "), Piece("this", (1,)), Piece(" "), Piece("make", (2,), kept=True)))
    assert to_xliff(rendered(segment)) == '⟦Šéé <pc id="1">ţĥîš</pc> <ph id="2"/> ····⟧'


@given(st.text(st.characters(codec="ascii", exclude_characters="<>&"), min_size=1).map(str.strip).filter(bool))
def test_every_rendering_can_be_read_back(text: str):
    assert unaccented(rendered(plain(text)).text) == text
