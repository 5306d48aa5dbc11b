"""An article as search sees it: the terms of its headline and of its whole text, in order, for every database alike.

A term is a folded word. Scripts that put no spaces between words (Chinese, Japanese, Thai …, and Korean, whose words
end in particles) are cut into overlapping pairs of characters, and found by pairs that follow one another.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from publisher.articles import Article
from publisher.body.block_texts import plain_texts
from publisher.search.forms import forms
from publisher.search_text import words

LONGEST_TERM = 64
# a tsvector of PostgreSQL counts positions to 16,383 and holds a megabyte
MOST_TERMS = 16_000
MOST_BYTES = 400_000
# of the private use area, which no text keeps when it is folded
GAP = "\ue001"
"""Stands between texts, so that nothing follows across them."""
SHORTEST, LONGEST = 4, 40
"""Characters of a word that can be mistaken for another."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_PIECES = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_STARTS_UNSPACED = re.compile(f"[{_UNSPACED}]")


class Stream(NamedTuple):
    """Terms in reading order, and the forms under which they are found as well, where those are no terms themselves."""

    terms: tuple[str, ...]
    forms: tuple[str, ...]

    @property
    def indexed(self) -> tuple[str, ...]:
        """Everything to index, in order; no form follows anything."""
        return self.terms + tuple(part for form in self.forms for part in (form, GAP))


class Document(NamedTuple):
    """What an article is found by in one language: terms of its headline, and of everything it says.

    ``spellings`` are the words that a mistyped one may have meant, folded, with one way in which they are written.
    """

    title: Stream
    text: Stream
    spellings: dict[str, str]


def document(article: Article, language: str) -> Document:
    """Take the terms of an article whose texts are in this language."""
    rest = [article.description or "", article.byline or "", article.section, *article.keywords]
    for block in article.blocks:
        rest += plain_texts(block)
    known: dict[str, str] = {}
    title, text = (_stream(texts, language, known) for texts in ([article.headline], [article.headline, *rest]))
    spelt = {word: known[word] for word in sorted(known) if SHORTEST <= len(word) <= LONGEST and word.isalpha()}
    return Document(title, text, spelt)


def language_term(language: str) -> str:
    """Term that every document of a language has, so that languages do not mix."""
    return "\ue000" + language.replace("-", "").lower()


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


def _stream(texts: Iterable[str], language: str, known: dict[str, str]) -> Stream:
    """Take terms until there are too many; note the words of spaced scripts in ``known``."""
    taken, size = [language_term(language)], 0
    others: dict[str, None] = {}
    for folded, written in _words(texts):
        if is_unspaced(folded) or folded == GAP:
            new: tuple[str, ...] = (GAP,) if folded == GAP else terms_of(folded)
        else:
            known.setdefault(folded, written)
            new = terms_of(folded)
            others |= dict.fromkeys(forms(folded, written, language))
        size += sum(len(term.encode()) for term in new)
        if len(taken) + len(new) > MOST_TERMS or size > MOST_BYTES:
            break
        taken += new
    there = set(taken)
    return Stream(tuple(taken), tuple(form for form in others if form not in there))


def _words(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pieces of words, folded and as written, with a gap after each text."""
    for text in texts:
        for folded, written in words(text):
            cut = pieces(folded)
            for piece in cut:
                yield piece, written if len(cut) == 1 else piece
        yield GAP, ""
