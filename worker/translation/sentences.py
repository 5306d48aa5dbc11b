"""Where sentences end: pysbd's rules where it has the language, a near relation's or English ones elsewhere."""

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache

import langcodes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its patterns are not raw strings, of which Python complains on the first import
    import pysbd
    from pysbd.languages import LANGUAGE_CODES

LONGEST = 1500
"""Characters of a sentence: what is longer is cut between words, for the rules take time with the square of it."""
_RELATION = {"ca": "es", "gl": "es", "pt": "es", "oc": "es", "eo": "en", "uk": "ru", "be": "ru"}
_TITLE = re.compile(r"\b(?:Sr|Sra|Srta|Srs|Sres|Dr|Dra|D|Dña|Mr|Mrs|Ms|St|Sta|Prof|Avda|núm|pág)\.\s+$")
"""Abbreviations that no sentence ends with; pysbd's Spanish rules miss half of them."""


def sentences(text: str, language: str) -> list[str]:
    """Split without losing a character: joined, the sentences are the text, each with the space that follows it."""
    rules = _rules(language)
    return [sentence for window in _windows(text) for sentence in _split(window, rules)]


def _windows(text: str) -> Iterator[str]:
    """Cut a long text between words, after a full stop where there is one."""
    while len(text) > LONGEST:
        stop, space = text.rfind(". ", 0, LONGEST), text.rfind(" ", 0, LONGEST)
        end = stop + 2 if stop > 0 else space + 1 or LONGEST
        yield text[:end]
        text = text[end:]
    yield text


def _split(text: str, rules: str) -> list[str]:
    body = text.lstrip()
    # to the rules a line ends a sentence, to HTML it is a space
    parts: list[str] = _splitter(rules).segment(re.sub(r"\s", " ", body))
    if sum(map(len, parts)) != len(body):  # rules that rewrite the text cannot be trusted with where it was cut
        return [text]
    whole = [text[: len(text) - len(body)]]
    for part in parts:
        if whole[-1].strip() and not _TITLE.search(whole[-1]):
            whole.append("")
        at = sum(map(len, whole))
        whole[-1] += text[at : at + len(part)]
    return whole


def _rules(language: str) -> str:
    code = langcodes.get(language).language or "en"
    code = _RELATION.get(code, code)
    return code if code in LANGUAGE_CODES else "en"


@lru_cache
def _splitter(code: str) -> "pysbd.Segmenter":
    return pysbd.Segmenter(language=code, clean=False)
