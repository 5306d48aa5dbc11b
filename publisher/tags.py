"""Addresses of pages, and the tags by which they are invalidated (surrogate keys, RFC 9875 cache groups)."""

import re
from collections.abc import Collection

SITE = "site"
"""Tag of every page."""
LISTS = "lists"
"""Tag of every page that lists articles."""
_PAGE = re.compile(r"/([A-Za-z-]{2,35})/(?!search(?:$|/))")

_FOR_CRAWLERS = re.compile(r"/(?:sitemap(?:-[0-9]{1,5})?|news-sitemap)\.xml|/(?:llms|robots)\.txt")


def article_path(language: str, slug: str) -> str:
    """Address of an article's page."""
    return f"/{language}/{slug}"


def article_tag(article_id: str) -> str:
    """Tag of every page of this article."""
    return f"a-{article_id}"


def variant_tag(article_id: str, language: str) -> str:
    """Tag of the page of this article in this language."""
    return f"a-{article_id}.{language}"


def trends_tag(language: str) -> str:
    """Tag of the pages that show this language's trends."""
    return f"trends.{language}"


def media_tag(sha256: str) -> str:
    """Tag of the pages that show this picture."""
    return f"m-{sha256[:16]}"


def is_page(path: str, languages: Collection[str]) -> bool:
    """Whether a path is that of a page that may be cached: those of a language but for its search, and for crawlers."""
    if _FOR_CRAWLERS.fullmatch(path):
        return True
    found = _PAGE.match(path)
    return found is not None and found[1] in languages
