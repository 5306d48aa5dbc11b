"""An article as a newsroom means it: its content at one revision, the rules it keeps, and its translatable texts.

Names follow ninjs 3.1 where it has them. Wire form: docs/contracts/articles.md.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from publisher.body import inline
from publisher.body.block_reading import MOST_BLOCKS, read_blocks
from publisher.body.block_texts import Text, block_texts, with_texts
from publisher.body.blocks import Block, Correction, Picture, block_json, load_block, pictures_of
from publisher.faults import Fault, checked_text, refusal
from publisher.states import Timing, is_public
from publisher.tags import article_path

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,127}")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,126}[a-z0-9])?")
KINDS = ("update", "minor", "correction", "retraction")
"""Of a revision: ``minor`` leaves the date that readers see, the others move it; the last two tell readers why."""
RESERVED_SLUGS = ("search",)
"""What stands in the place of a slug in the addresses of other pages."""


@dataclass(frozen=True, slots=True)
class Article:
    """The content of an article at one revision.

    ``slugs`` are the addresses in languages that have one of their own, as (language, slug) in the languages' order.
    """

    slug: str
    language: str
    headline: str
    section: str
    blocks: tuple[Block, ...]
    byline: str | None = None
    description: str | None = None
    source: str | None = None
    keywords: tuple[str, ...] = ()
    slugs: tuple[tuple[str, str], ...] = ()

    def slug_in(self, language: str) -> str:
        """Slug of the article's page in a language."""
        return dict(self.slugs).get(language, self.slug)

    def path_in(self, language: str) -> str:
        """Address of the article's page in a language."""
        return article_path(language, self.slug_in(language))

    @property
    def own_slugs(self) -> tuple[str, ...]:
        """Every slug of the article, each once, its first one first."""
        return tuple(dict.fromkeys((self.slug, *(slug for _, slug in self.slugs))))

    @property
    def pictures(self) -> dict[str, Picture]:
        """Pictures in reading order, by the path of each: ``blocks.2``, ``blocks.5.pictures.0``."""
        return {
            f"blocks.{number}.{place}".rstrip("."): picture
            for number, block in enumerate(self.blocks)
            for place, picture in pictures_of(block).items()
        }

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """What readers are told of errors, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Correction))


@dataclass(frozen=True, slots=True)
class Revision:
    """An article as stored: one immutable revision, and the article's state and dates (unix ms).

    ``modified_ms`` is the last change that readers are told of; None in ``first_published_ms``: never published so far.
    ``changed_ms`` is the last change of anything, and ``version`` counts those.
    """

    article_id: str
    number: int
    kind: str
    article: Article
    created_ms: int
    modified_ms: int
    first_published_ms: int | None
    state: str
    timing: Timing
    version: int
    changed_ms: int

    def is_public(self, now_ms: int) -> bool:
        """Whether readers may see the article now."""
        return is_public(self.state, self.timing, now_ms)


def read_article(data: Mapping[str, Any], languages: Collection[str]) -> Article:
    """Make an article of its JSON form, whose types were checked; raise Invalid naming each field at fault."""
    faults: list[Fault] = []

    def kept(field: str, most: int, required: bool = False) -> str | None:
        value = data.get(field)
        if not required and (value is None or not value.strip()):
            return None
        try:
            return checked_text(field, value or "", most=most)
        except Fault as fault:
            faults.append(fault)
            return None

    blocks, block_faults = read_blocks(data["blocks"][: MOST_BLOCKS + 1])
    faults += block_faults
    article = Article(
        slug=data["slug"],
        language=data["language"],
        headline=kept("headline", 300, required=True) or "",
        section=kept("section", 64, required=True) or "",
        blocks=blocks,
        byline=kept("byline", 300),
        description=kept("description", 1000),
        source=kept("source", 300),
        keywords=tuple(dict.fromkeys(word.strip() for word in data.get("keywords") or () if word.strip())),
        slugs=tuple(sorted((data.get("slugs") or {}).items())),
    )
    faults += _rule_faults(article, languages, len(data["blocks"]))
    if faults:
        raise refusal(faults)
    return article


def _rule_faults(article: Article, languages: Collection[str], blocks_given: int) -> list[Fault]:
    faults = []
    if not SLUG.fullmatch(article.slug):
        faults.append(Fault("slug", "small letters, digits and hyphens, at most 128", repr(article.slug)))
    if article.language not in languages:
        faults.append(Fault("language", f"one of {', '.join(languages)}", repr(article.language)))
    if article.slug in RESERVED_SLUGS:
        faults.append(Fault("slug", "one that no other page has", repr(article.slug)))
    for language, slug in article.slugs:
        if language not in languages or language == article.language:
            faults.append(Fault(f"slugs.{language}", "a language that is translated into", repr(language)))
        if not SLUG.fullmatch(slug) or slug in RESERVED_SLUGS:
            faults.append(Fault(f"slugs.{language}", "small letters, digits and hyphens, at most 128", repr(slug)))
    if article.section and not section_slug(article.section):
        faults.append(Fault("section", "a name with letters or digits", repr(article.section)))
    if not 1 <= blocks_given <= MOST_BLOCKS:
        faults.append(Fault("blocks", f"1 to {MOST_BLOCKS} blocks", blocks_given))
    if len(article.keywords) > 50 or any(len(word) > 100 for word in article.keywords):
        faults.append(Fault("keywords", "at most 50 of at most 100 characters", "more"))
    return faults


def article_json(article: Article) -> dict[str, Any]:
    """Write an article in the JSON form that ``read_article`` reads."""
    return {
        "slug": article.slug,
        "language": article.language,
        "headline": article.headline,
        "byline": article.byline,
        "description": article.description,
        "section": article.section,
        "source": article.source,
        "keywords": list(article.keywords),
        "slugs": dict(article.slugs),
        "blocks": [block_json(block) for block in article.blocks],
    }


def load_article(data: Mapping[str, Any]) -> Article:
    """Make an article from stored JSON, which was checked when it came in."""
    return Article(
        slug=data["slug"],
        language=data["language"],
        headline=data["headline"],
        section=data["section"],
        blocks=tuple(load_block(block) for block in data["blocks"]),
        byline=data["byline"],
        description=data["description"],
        source=data["source"],
        keywords=tuple(data["keywords"]),
        slugs=tuple(sorted((data.get("slugs") or {}).items())),
    )


def article_texts(article: Article) -> dict[str, Text]:
    """Every text a translation replaces, in reading order: ``headline``, ``description``, ``<block id>/<name>``."""
    texts = {"headline": Text(article.headline, False)}
    if article.description:
        texts["description"] = Text(article.description, False)
    for block in article.blocks:
        texts |= {f"{block.id}/{name}": text for name, text in block_texts(block).items()}
    return texts


def translated(article: Article, values: Mapping[str, str]) -> Article:
    """Return the article with every text of ``article_texts`` replaced.

    Raises KeyError when one is missing, so that a page is never a mixture of two languages.
    """
    blocks = tuple(
        with_texts(block, {name: values[f"{block.id}/{name}"] for name in block_texts(block)})
        for block in article.blocks
    )
    description = values["description"] if article.description else None
    return replace(article, headline=values["headline"], description=description, blocks=blocks)


def is_translation(article: Article, values: Mapping[str, str]) -> bool:
    """Whether there is a text for each of the article's, its markup within the closed list."""
    try:
        for name, text in article_texts(article).items():
            if text.markup:
                inline.parse(values[name])
            elif not values[name]:
                return False
    except (KeyError, inline.InlineError):
        return False
    return True


def source_hash(article: Article) -> str:
    """Hash of what a translation depends on: the language and the texts, not the pictures, names or dates."""
    texts = {name: text.value for name, text in article_texts(article).items()}
    return hashlib.sha256(json.dumps([article.language, texts], sort_keys=True).encode()).hexdigest()


def section_slug(section: str) -> str:
    """Section as it stands in addresses: ``"City life"`` is ``city-life``; empty when nothing of it can."""
    return re.sub(r"[^a-z0-9]+", "-", section.lower()).strip("-")
