"""Headlines In Title Case, which the rules take for names, brought into the case of sentences."""

import re
from collections.abc import Sequence
from itertools import pairwise

from worker.engines.apertium.dictionary import Word

_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_FEWEST, _SHARE = 3, 0.75


def in_title_case(text: str) -> bool:
    """Say whether nearly all long words begin with a capital, as in American headlines; a sentence ends in a stop."""
    words = _LONG_WORD.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return len(words) >= _FEWEST and capitals >= _SHARE * len(words) and not text.rstrip().endswith((".", "!", "?"))


def in_sentence_case(text: str, words: Sequence[Word]) -> str:
    """Write ordinary words but the first with small letters; names, places and unknown words stay."""
    letters = list(text)
    for before, word in pairwise(words):
        if word.common and not (before.given and word.surname):
            letters[word.start] = letters[word.start].lower()
    return "".join(letters)
