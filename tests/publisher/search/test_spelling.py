"""Mistyped words."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.search import spelling


def test_the_nearest_come_first_and_far_ones_not_at_all() -> None:
    known = ["bridge", "bridle", "ridge", "fridge", "bright", "abridged", "harbour"]
    found = spelling.nearest("brigde", known, 4)
    assert found[0] == (1, "bridge") and "harbour" not in [word for _, word in found]
    assert spelling.nearest("cat", ["car"], 4) == [], "short words mean themselves"


@given(st.text("abcd", min_size=6, max_size=10), st.data())
def test_one_mistake_anywhere_is_found_by_what_both_ends_keep(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcd"))
    typed = data.draw(
        st.sampled_from(
            [word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :],
             word[:at] + word[at + 1] + word[at] + word[at + 2 :]]
        )
    )  # fmt: skip
    assert spelling.distance(typed, word, 2) <= 1 and spelling.distance(word, typed, 2) <= 1
    part = spelling.kept_part(typed)
    assert typed[:part] == word[:part] or typed[-part:] == word[-part:]
