"""A Markdown file with YAML front matter as an article: docs/contracts/articles.md, "Markdown".

Nothing is dropped unsaid: what has no place in an article is refused with its line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from chassis.errors import Invalid
from publisher.body.markdown_body import Body
from publisher.search_text import normalised

FIELDS = {
    "title": "headline", "headline": "headline", "slug": "slug", "id": "id", "source": "source",
    "language": "language", "lang": "language", "byline": "byline", "author": "byline", "authors": "byline",
    "description": "description", "summary": "description", "section": "section", "category": "section",
    "keywords": "keywords", "tags": "keywords", "slugs": "slugs",
}  # fmt: skip
DEFAULT_SECTION = "News"
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Manuscript:
    """An article as written in a file: fields and blocks in JSON form, pictures still by their ``path``.

    ``lines`` are the blocks' lines in the file; ``ignored`` the names in the front matter that mean nothing here.
    """

    fields: dict[str, Any]
    blocks: list[dict[str, Any]]
    lines: list[int]
    ignored: tuple[str, ...] = field(default=())


def read_manuscript(text: str) -> Manuscript:
    """Read a file's text; raise Invalid with the line of what is wrong."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front, start = _front_matter(text)
    body = text[start:]
    reader = Body(text[:start].count("\n"))
    reader.read(body)
    given = {FIELDS[name]: value for name, value in front.items() if name in FIELDS}
    headline = _text(given.get("headline")) or reader.title
    if not headline:
        raise Invalid("expected a title in the front matter or as the first # heading, got none")
    reader.settle_title(headline)
    # a title without a letter that transliterates has the id's, which then has to be there
    slug = _text(given.get("slug")) or slug_of(headline) or _text(given.get("id")) or ""
    fields = {
        "id": _text(given.get("id")) or slug,
        "slug": slug,
        "headline": headline,
        "language": _text(given.get("language")),
        "byline": _names(given.get("byline")),
        "description": _text(given.get("description")),
        "section": _text(given.get("section")) or DEFAULT_SECTION,
        "source": _text(given.get("source")),
        "keywords": _words(given.get("keywords")),
        "slugs": _slugs(given.get("slugs")),
    }
    ignored = tuple(str(name) for name in front if name not in FIELDS)
    return Manuscript(fields, [block for _, block in reader.blocks], [line for line, _ in reader.blocks], ignored)


def _front_matter(text: str) -> tuple[Mapping[str, Any], int]:
    found = _FRONT.match(text)
    if not found:
        return {}, 0
    try:
        front = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise Invalid(f"front matter: expected YAML, got {problem[:200]}") from None
    if not isinstance(front, dict):
        raise Invalid("front matter: expected lines of the form name: text")
    return front, found.end()


def _text(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None


def _names(value: object) -> str | None:
    return ", ".join(str(name) for name in value) or None if isinstance(value, list) else _text(value)


def _words(value: object) -> list[str]:
    listed = value if isinstance(value, list) else str(value or "").split(",")
    return [str(word).strip() for word in listed if str(word).strip()]


def _slugs(value: object) -> dict[str, str]:
    if value is not None and not isinstance(value, dict):
        raise Invalid("slugs: expected lines of the form language: slug")
    return {str(language): str(slug) for language, slug in (value or {}).items()}


def slug_of(headline: str) -> str:
    """Make an address of a headline: its letters and digits, small, without accents; empty where it has none."""
    return re.sub(r"[^a-z0-9]+", "-", normalised(headline)).strip("-")[:80].strip("-")
