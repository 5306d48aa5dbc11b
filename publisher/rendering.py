"""Renders pages from the store: gathers what a page shows into its view, and says how long it may be kept.

Used by the service when a page is not in the cache, and by the worker's render task.
"""

import time
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus

from sqlalchemy import Connection, Engine

from chassis.sql import read
from publisher import pages, wording
from publisher.answers import FRESH_S, PENDING_S, STALE_S, Rendered
from publisher.articles import Article, Revision, is_translation, section_slug, translated
from publisher.blocks import Heading, Image, plain_texts
from publisher.inline import parse, plain_text
from publisher.pictures import picture_view
from publisher.search_text import terms
from publisher.settings import Settings
from publisher.store import articles, media, search, variants
from publisher.tags import LISTS, SITE, article_path, article_tag, media_tag, trends_tag, variant_tag
from publisher.trends import Trends
from publisher.variants import FAILED, MACHINE, ORIGINAL, Variant, as_of, is_pseudo
from publisher.views import ArticlePage, Frame, Group, Link, ListPage, Picture, SearchPage, Site, Teaser

LISTED = 24
PER_GROUP = 6
WORDS_PER_MINUTE = 220
CONTENTS_FROM_WORDS = 600
CONTENTS_FROM_HEADINGS = 3


class Renderer:
    """Renders the pages of one newsroom."""

    def __init__(self, engine: Engine, settings: Settings, trends: Trends) -> None:
        self._engine = engine
        self._trends = trends
        self._languages = settings.languages
        self._site = Site(settings.site_name, settings.public_url, settings.consent_public_url, settings.consent_site)

    def article(self, language: str, slug: str) -> Rendered:
        """Render an article's page in the state of its variant; 404 when there is no public article or variant."""
        with read(self._engine) as connection:
            revision = articles.load_by_slug(connection, slug)
            variant = variants.load(connection, revision.article_id, language) if revision else None
            if revision is None or variant is None or language not in self._languages:
                return self._missing(connection, language)
            return self._article(connection, revision, as_shown(revision.article, variant))

    def front(self, language: str) -> Rendered:
        """Render the front page: the newest articles of each section."""
        with read(self._engine) as connection:
            words = wording.load(language)
            groups = []
            for section in articles.sections(connection):
                revisions = articles.latest(connection, section=section, limit=PER_GROUP)
                title = words.section_title(revisions[0].article.section)
                groups.append(
                    Group(title, f"/{language}/section/{section}", self._teasers(connection, revisions, language))
                )
            view = ListPage(self._frame(connection, language, "/{}/"), self._site.name, tuple(groups))
            return self._listed(pages.list_page(view), language)

    def section(self, language: str, section: str) -> Rendered:
        """Render a section's page."""
        with read(self._engine) as connection:
            revisions = articles.latest(connection, section=section, limit=LISTED)
            if not revisions:
                return self._missing(connection, language)
            title = wording.load(language).section_title(revisions[0].article.section)
            group = Group(title, None, self._teasers(connection, revisions, language))
            frame = self._frame(connection, language, f"/{{}}/section/{section}", section)
            return self._listed(pages.list_page(ListPage(frame, title, (group,))), language)

    def search(self, language: str, query: str) -> tuple[Rendered, int]:
        """Render the search page, and return how many articles it found."""
        asked = terms(query)
        with read(self._engine) as connection:
            found = search.matching(connection, language, asked) if asked else []
            revisions = [revision for each in found if (revision := articles.load(connection, each))]
            frame = self._frame(connection, language, "/{}/search")
            view = SearchPage(
                replace(frame, indexable=False), query.strip(), self._teasers(connection, revisions, language)
            )
        return Rendered(200, pages.search_page(view), language, indexable=False), len(found)

    def missing(self, language: str) -> Rendered:
        """Render the page for an address that shows nothing."""
        with read(self._engine) as connection:
            return self._missing(connection, language)

    def has_article(self, slug: str) -> bool:
        """Whether there is a public article of this slug."""
        with read(self._engine) as connection:
            return articles.load_by_slug(connection, slug) is not None

    def _article(self, connection: Connection, revision: Revision, variant: Variant) -> Rendered:
        language = variant.language
        article, text_language = shown_text(revision.article, variant)
        text = wording.load(text_language)
        all_variants = [
            as_shown(revision.article, each) for each in variants.of_article(connection, revision.article_id)
        ]
        live = [each.language for each in all_variants if _is_live(each)]
        indexable = language in live
        slug = revision.article.slug
        frame = self._frame(connection, language, f"/{{}}/{slug}", section_slug(article.section))
        frame = replace(
            frame,
            indexable=indexable,
            alternates=self._alternates(slug, live, revision.article.language) if indexable else (),
        )
        words = sum(len(part.split()) for block in article.blocks for part in plain_texts(block))
        hashes = [block.media for block in article.blocks if isinstance(block, Image)]
        view = ArticlePage(
            frame=frame,
            article_id=revision.article_id,
            article=article,
            text=text,
            original=Link(revision.article.headline, article_path(revision.article.language, slug)),
            source=wording.load(revision.article.language),
            state=variant.state,
            pseudo=is_pseudo(language),
            engine=engine_name(variant),
            done=variant.done,
            total=variant.total,
            published_ms=revision.first_published_ms or revision.created_ms,
            modified_ms=revision.modified_ms,
            section=_section_link(frame.wording, text, article.section),
            pictures=_pictures(connection, hashes),
            contents=_contents(article, words),
            minutes=max(1, round(words / WORDS_PER_MINUTE)),
        )
        tags = [article_tag(revision.article_id), variant_tag(revision.article_id, language), trends_tag(language)]
        fresh_s, stale_s = (PENDING_S, PENDING_S) if variant.pending else (FRESH_S, STALE_S)
        return Rendered(
            200,
            pages.article_page(view),
            language if text_language != language or variant.state in (ORIGINAL, MACHINE) else text_language,
            (*tags, SITE, *(media_tag(each) for each in dict.fromkeys(hashes))),
            _until_deadline(variant, fresh_s),
            stale_s,
            indexable,
        )

    def _alternates(self, slug: str, live: list[str], source: str) -> tuple[tuple[str, str], ...]:
        listed = [(each, self._site.url + article_path(each, slug)) for each in live if each in self._languages]
        return (*listed, ("x-default", self._site.url + article_path(source, slug)))

    def _listed(self, html: str, language: str) -> Rendered:
        pseudo = is_pseudo(language)
        return Rendered(200, html, language, (LISTS, trends_tag(language), SITE), FRESH_S, STALE_S, not pseudo)

    def _missing(self, connection: Connection, language: str) -> Rendered:
        frame = replace(self._frame(connection, language, "/{}/"), indexable=False, languages=())
        return Rendered(404, pages.missing_page(frame), language, indexable=False)

    def _frame(self, connection: Connection, language: str, path: str, section: str = "") -> Frame:
        """Gather what surrounds the content; ``path`` has {} for the language."""
        words = wording.load(language)
        offered = [wording.load(each) for each in self._languages]
        return Frame(
            site=self._site,
            wording=words,
            path=path.format(language),
            languages=tuple(
                Link(each.name, path.format(each.language), each.language, each.dir, each.language == language)
                for each in offered
            ),
            sections=tuple(
                Link(
                    words.section_title(each.replace("-", " ")), f"/{language}/section/{each}", current=each == section
                )
                for each in articles.sections(connection)
            ),
            trends=tuple(
                Link(term, f"/{language}/search?q={quote_plus(term)}") for term in self._trends.current(language)
            ),
            alternates=tuple(
                (each.language, self._site.url + path.format(each.language))
                for each in offered
                if not is_pseudo(each.language)
            ),
            indexable=not is_pseudo(language),
        )

    def _teasers(self, connection: Connection, revisions: list[Revision], language: str) -> tuple[Teaser, ...]:
        there = variants.of_articles(connection, [each.article_id for each in revisions], language)
        firsts = {
            each.article_id: next((block.media for block in each.article.blocks if isinstance(block, Image)), None)
            for each in revisions
        }
        shown = _pictures(connection, {each for each in firsts.values() if each})
        return tuple(
            _teaser(each, there.get(each.article_id), language, shown.get(firsts[each.article_id] or ""))
            for each in revisions
        )


def shown_text(source: Article, variant: Variant) -> tuple[Article, str]:
    """Return the article as a reader of this variant gets it, and the language of that text.

    Only a finished translation is shown in the variant's language; otherwise the original under its own language.
    """
    if variant.state == MACHINE and variant.texts is not None:
        return translated(source, variant.texts), variant.language
    return source, source.language


def as_shown(source: Article, variant: Variant) -> Variant:
    """Return the variant as readers see it now: overdue, or without a text for each of the source's, it has failed."""
    if variant.state == MACHINE and not is_translation(source, variant.texts or {}):
        return replace(variant, state=FAILED, reason="the translation is not of this revision")
    return as_of(variant, _now_ms())


def engine_name(variant: Variant) -> str:
    """Name and version of the engine, as readers are told."""
    return ", ".join(part for part in (variant.engine, variant.engine_version) if part)


def _until_deadline(variant: Variant, fresh_s: int) -> int:
    """Cap the life of a pending page, so that it turns into the failed one on time."""
    if not variant.pending or variant.deadline_ms is None:
        return fresh_s
    return max(1, min(fresh_s, (variant.deadline_ms - _now_ms()) // 1000))


def _is_live(variant: Variant) -> bool:
    return variant.state in (ORIGINAL, MACHINE) and not is_pseudo(variant.language)


def _section_link(words: wording.Wording, text: wording.Wording, section: str) -> Link:
    return Link(text.section_title(section), f"/{words.language}/section/{section_slug(section)}")


def _contents(article: Article, words: int) -> tuple[Link, ...]:
    headings = [block for block in article.blocks if isinstance(block, Heading) and block.level == 2]
    if words < CONTENTS_FROM_WORDS or len(headings) < CONTENTS_FROM_HEADINGS:
        return ()
    return tuple(Link(plain_text(parse(each.html)), f"#{quote(pages.heading_anchor(each))}") for each in headings)


def _pictures(connection: Connection, hashes: Iterable[str]) -> dict[str, Picture]:
    wanted = set(hashes)
    there = media.pictures(connection, wanted)
    renditions = media.renditions(connection, wanted)
    return {sha256: picture_view(each, renditions.get(sha256, [])) for sha256, each in there.items()}


def _teaser(revision: Revision, variant: Variant | None, language: str, picture: Picture | None) -> Teaser:
    article, text_language = revision.article, revision.article.language
    if variant is not None:
        article, text_language = shown_text(revision.article, as_shown(revision.article, variant))
    return Teaser(
        headline=article.headline,
        description=article.description or "",
        href=article_path(language, article.slug),
        text=wording.load(text_language),
        published_ms=revision.first_published_ms or revision.created_ms,
        picture=picture,
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
