"""An article as search sees it: the terms of its headline and of its whole text, in order, for every database alike.

A term is a folded word. Scripts that put no spaces between words (Chinese, Japanese, Thai …, and Korean, whose words
end in particles) are cut into overlapping pairs of characters, and found by pairs that follow one another.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from publisher.articles import Article
from publisher.block_texts import plain_texts
from publisher.search.forms import forms
from publisher.search_text import words

LONGEST_TERM = 64
# a tsvector of PostgreSQL counts positions to 16,383 and holds a megabyte
MOST_TERMS = 16_000
MOST_BYTES = 400_000
# of the private use area, which no text keeps when it is folded
GAP = "\ue001"
"""Stands between texts, so that nothing follows across them."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_PIECES = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_STARTS_UNSPACED = re.compile(f"[{_UNSPACED}]")


class Document(NamedTuple):
    """What an article is found by in one language: terms of its headline, and of everything it says."""

    title: tuple[str, ...]
    text: tuple[str, ...]


def document(article: Article, language: str) -> Document:
    """Take the terms of an article whose texts are in this language."""
    rest = [article.description or "", article.byline or "", article.section, *article.keywords]
    for block in article.blocks:
        rest += plain_texts(block)
    return Document(_stream([article.headline], language), _stream([article.headline, *rest], language))


def language_term(language: str) -> str:
    """Term that every document of a language has, so that languages do not mix."""
    return "\ue000" + language.replace("-", "").lower()


def spellings(found: Document) -> list[str]:
    """Words of a document that a mistyped one may have meant, sorted."""
    return sorted({term for term in found.text if len(term) > 2 and term.isalpha() and not is_unspaced(term)})


def pieces(word: str) -> list[str]:
    """Cut a folded word where scripts with and without spaces meet."""
    return _PIECES.findall(word)


def is_unspaced(piece: str) -> bool:
    """Whether a piece is of a script without spaces."""
    return _STARTS_UNSPACED.match(piece) is not None


def pairs(piece: str) -> tuple[str, ...]:
    """Cut a piece of an unspaced script into overlapping pairs; a single character is left as it is."""
    return tuple(piece[at : at + 2] for at in range(max(1, len(piece) - 1)))


def terms_of(piece: str) -> tuple[str, ...]:
    """Return the terms that stand for a piece in a document."""
    if not is_unspaced(piece):
        return (piece[:LONGEST_TERM],)
    # a query of one character looks for terms that begin with it: the last one begins no pair
    return (*pairs(piece), piece[-1]) if len(piece) > 1 else (piece,)


def _stream(texts: Iterable[str], language: str) -> tuple[str, ...]:
    taken, size = [language_term(language)], 0
    for term in _terms(texts, language):
        size += len(term.encode())
        if len(taken) >= MOST_TERMS or size > MOST_BYTES:
            break
        taken.append(term)
    return tuple(taken)


def _terms(texts: Iterable[str], language: str) -> Iterator[str]:
    """Yield the terms in reading order, then the forms under which they are found as well."""
    seen: set[str] = set()
    others: dict[str, None] = {}
    for text in texts:
        for folded, written in words(text):
            for term in (term for piece in pieces(folded) for term in terms_of(piece)):
                seen.add(term)
                yield term
            if not is_unspaced(folded):
                others |= dict.fromkeys(forms(folded, written, language))
        yield GAP
    for form in others:
        if form not in seen:
            yield form
            yield GAP
