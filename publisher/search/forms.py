"""The forms under which a word is found besides itself: its stem, and a Hebrew word without what is written onto it.

A word of a text and a word of a query meet when they or their forms are the same.
"""

import threading
from functools import cache, lru_cache

import snowballstemmer

from publisher.search_text import normalised

# Languages without one are found by their words as they are.
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "eo": "esperanto",
    "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hu": "hungarian",
    "it": "italian", "nb": "norwegian", "nl": "dutch", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# and, the, in, as, to, from, that; two of them may stand together
_HEBREW_PREFIXES = "והבכלמש"
_HEBREW_ROOT = 3
_stemming = threading.Lock()


@lru_cache(maxsize=200_000)
def forms(folded: str, written: str, language: str) -> tuple[str, ...]:
    """Name a word's forms other than itself, folded.

    Args:
        folded: the word, folded.
        written: the word in small letters with its accents, by which a stemmer goes.
        language: BCP 47; the pseudo-locale has none.
    """
    own = language.partition("-")[0]
    if language.endswith("-XA") or folded.isdigit():
        return ()
    if own == "he":
        found = _without_prefixes(folded)
    elif own in _STEMMERS:
        # readers leave accents out, and some stems depend on them
        found = [normalised(_stem(own, each)) for each in dict.fromkeys((written, folded))]
    else:
        found = []
    return tuple(each for each in dict.fromkeys(found) if each and each != folded and " " not in each)


def _stem(language: str, word: str) -> str:
    with _stemming:  # a stemmer keeps its word in itself
        return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(_STEMMERS[language])


def _without_prefixes(word: str) -> list[str]:
    found = []
    for length in (1, 2):
        if len(word) < length + _HEBREW_ROOT or word[length - 1] not in _HEBREW_PREFIXES:
            break
        found.append(word[length:])
    return found
