import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from consent.choice.display import LIFE_MS, Displays, NotShown, Shown, ShownTooLongAgo

NOW_MS = 1_795_000_000_000
SHOWN = Shown("newsroom", "a" * 64, "es", "script", "b" * 64, "c" * 64, "fr", "FR", "header", NOW_MS)
OURS = Displays(b"k" * 32)


def test_a_token_tells_what_was_shown_for_a_day() -> None:
    token = OURS.issue(SHOWN)
    assert OURS.read(token, NOW_MS) == OURS.read(token, NOW_MS + LIFE_MS - 1) == SHOWN
    with pytest.raises(ShownTooLongAgo):
        OURS.read(token, NOW_MS + LIFE_MS)


def test_a_token_of_another_key_is_none() -> None:
    with pytest.raises(NotShown):
        OURS.read(Displays(b"x" * 32).issue(SHOWN), NOW_MS)


def test_tokens_of_a_replaced_key_are_still_read() -> None:
    token = OURS.issue(SHOWN)
    assert Displays(b"n" * 32, b"k" * 32).read(token, NOW_MS) == SHOWN
    with pytest.raises(NotShown):
        OURS.read(Displays(b"n" * 32, b"k" * 32).issue(SHOWN), NOW_MS)


def test_a_token_of_an_earlier_release_is_as_good_as_expired() -> None:
    earlier = URLSafeSerializer([b"k" * 32], salt="imprimatur/display/v1")
    with pytest.raises(ShownTooLongAgo):
        OURS.read(str(earlier.dumps([*SHOWN[:6], NOW_MS])), NOW_MS)


def test_a_token_from_before_the_clock_was_set_back_is_as_good_as_expired() -> None:
    with pytest.raises(ShownTooLongAgo):
        OURS.read(OURS.issue(SHOWN._replace(at_ms=NOW_MS + 3_600_000)), NOW_MS)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_one_changed_character_of_what_it_says_is_noticed(at: int, character: str) -> None:
    token = OURS.issue(SHOWN)
    said = token.rindex(".")
    changed = token[: at % said] + character + token[at % said + 1 :]
    if changed != token:
        with pytest.raises(NotShown):
            OURS.read(changed, NOW_MS)


@given(st.text())
def test_rubbish_is_no_token(text: str) -> None:
    with pytest.raises(NotShown):
        OURS.read(text, NOW_MS)
