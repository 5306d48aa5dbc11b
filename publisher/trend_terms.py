"""Which searches may become trends at all: no personal data that can be recognised, and no blocked word.

Names of people cannot be told from other words; that a term shows only once several readers have searched for it is
what protects them, and an editor's hand (``store.trend_choices``).
"""

import re
import unicodedata
from collections.abc import Collection

from publisher.search_text import normalised

LONGEST_TERM = 60
SHORTEST_TERM = 3
_PERSONAL = re.compile(
    r"@"
    r"|://|\bwww\."  # an address may hold a name or a secret
    r"|\d{6}"
    r"|\d(?:[\s().·/-]*\d){6}"  # telephone, card, date of birth
    r"|\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){2}"  # IBAN (ISO 13616)
    r"|\b[a-z]{0,2}\d{5,}[a-z]\b",  # numbers of identity papers
    re.IGNORECASE,
)


def clean_term(query: str, blocked: Collection[str]) -> str | None:
    """Form in which a search counts; None for personal data, blocked words, and what is too long or too short."""
    plain = unicodedata.normalize("NFKC", query)
    if len(plain) > LONGEST_TERM or _PERSONAL.search(plain):
        return None
    term = " ".join(plain.casefold().split())
    words = normalised(query).split()
    if len("".join(words)) < SHORTEST_TERM and not any(ord(char) > 0x2E7F for char in term):
        return None
    return None if is_blocked(term, blocked) else term


def is_blocked(term: str, blocked: Collection[str]) -> bool:
    """Whether a term has a blocked word, or the words of a blocked phrase one after another."""
    words = f" {normalised(term)} "
    return any(f" {each} " in words for each in map(normalised, blocked) if each)
