"""The form in which texts and queries are compared: without case, accents and vowel points, one space between words."""

import unicodedata

from publisher.articles import Article
from publisher.block_texts import plain_texts

MOST_TERMS = 8


def normalised(text: str) -> str:
    """Fold case, width and accents: ``"Ávila  CAFÉ"`` becomes ``avila cafe``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def searchable(article: Article) -> str:
    """Everything a reader could look for in an article, normalised."""
    parts = [article.headline, article.description or "", article.byline or "", article.section, *article.keywords]
    for block in article.blocks:
        parts += plain_texts(block)
    return normalised("\n".join(parts))


def terms(query: str) -> list[str]:
    """Words of a query to look for, normalised, each once."""
    return list(dict.fromkeys(normalised(query).split()))[:MOST_TERMS]
