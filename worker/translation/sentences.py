"""Where sentences end: pysbd's rules where it has the language, a near relation's or English ones elsewhere."""

import re
import warnings
from functools import lru_cache

import langcodes

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its patterns are not raw strings, of which Python complains on the first import
    import pysbd
    from pysbd.languages import LANGUAGE_CODES

_RELATION = {"ca": "es", "gl": "es", "pt": "es", "oc": "es", "eo": "en", "uk": "ru", "be": "ru"}

_TITLE = re.compile(r"\b(?:Sr|Sra|Srta|Srs|Sres|Dr|Dra|D|Dña|Mr|Mrs|Ms|St|Sta|Prof|Avda|núm|pág)\.\s+$")
"""Abbreviations that no sentence ends with; pysbd's Spanish rules miss half of them."""


def sentences(text: str, language: str) -> list[str]:
    """Split without losing a character: joined, the sentences are the text, each with the space that follows it."""
    body = text.lstrip()
    parts: list[str] = _splitter(_rules(language)).segment(body)
    if "".join(parts) != body:  # rules that rewrite the text cannot be trusted with where it was cut
        return [text]
    whole: list[str] = []
    for part in parts:
        if whole and _TITLE.search(whole[-1]):
            whole[-1] += part
        else:
            whole.append(part)
    whole[:1] = [text[: len(text) - len(body)] + "".join(whole[:1])]
    return whole


def _rules(language: str) -> str:
    code = langcodes.get(language).language or "en"
    code = _RELATION.get(code, code)
    return code if code in LANGUAGE_CODES else "en"


@lru_cache
def _splitter(code: str) -> "pysbd.Segmenter":
    return pysbd.Segmenter(language=code, clean=False)
