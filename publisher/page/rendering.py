"""Renders the pages of one newsroom from its store, and says how long each may be kept and under which tags.

Used by the service when a page is not in the cache, and by the worker's render task.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from chassis.sql import read
from publisher import clock, searching
from publisher.articles import Article, Revision
from publisher.body.blocks import Embed
from publisher.body.embeds import origin_of
from publisher.documents import in_force
from publisher.page import lives, oembed, pages
from publisher.page.answers import Rendered
from publisher.page.assembly import Assembly, picture_hashes
from publisher.page.document_view import document_view
from publisher.page.results import search_view
from publisher.search.asked import Asked
from publisher.searching import Found
from publisher.settings import Settings
from publisher.shown import as_shown
from publisher.site.sites import Site
from publisher.states import DRAFT, KILLED, Timing
from publisher.store import articles, documents, due, variants
from publisher.tags import LISTS, SITE, article_tag, media_tag, trends_tag, variant_tag
from publisher.trends import Trends
from publisher.variants import MACHINE, ORIGINAL, is_pseudo, original
from publisher.views import ArticlePage, Group, ListPage

LISTED = 24
PER_GROUP = 6


class Renderer:
    """Renders the pages of ``site``; each call reads the store in one transaction."""

    def __init__(self, engine: Engine, settings: Settings, site: Site, trends: Trends) -> None:
        self._engine = engine
        self._trends = trends
        self._languages = settings.languages
        self.site = site

    def article(self, language: str, slug: str) -> Rendered:
        """Render an article's page in the state of its variant.

        404 when there is no public article or variant, 410 when it was killed; 301 from a slug of before, or of
        another language.
        """
        with self.assembly() as assembly:
            revision = articles.load_by_slug(assembly.connection, slug)
            if revision is not None and revision.state == KILLED:
                return _missing(assembly, language, gone=True)
            if revision is None or language not in self._languages or not revision.is_public(assembly.now_ms):
                return _missing(assembly, language)
            variant = variants.load(assembly.connection, revision.article_id, language)
            if variant is None:
                return _missing(assembly, language)
            if revision.article.slug_in(language) != slug:
                return Rendered(301, "", language, location=revision.article.path_in(language))
            shown = as_shown(revision.article, variant, assembly.now_ms)
            view = assembly.article(revision, shown)
        ends = [each.expires_ms for each in view.related if each.expires_ms is not None]
        life = lives.of_article(revision.timing, shown, assembly.now_ms)
        life = lives.sooner(life, min(ends, default=None), assembly.now_ms)
        return Rendered(
            200,
            pages.article_page(view),
            language,
            (*_tags(revision, language), *(article_tag(each.article_id) for each in view.related)),
            life.fresh_s,
            life.stale_s,
            view.frame.indexable,
            frames=_frames(view),
            ends=life.ends,
        )

    def preview(self, article_id: str, language: str) -> Rendered:
        """Render an article as it would be shown, in whatever state it is, but for a killed one; for nobody to keep."""
        with self.assembly() as assembly:
            revision = articles.load(assembly.connection, article_id)
            if revision is None or revision.state == KILLED:
                return _missing(assembly, language, gone=revision is not None)
            variant = variants.load(assembly.connection, article_id, language)
            if variant is None or variant.state not in (ORIGINAL, MACHINE):
                language = revision.article.language
                variant = variants.load(assembly.connection, article_id, language)
            if variant is None:
                return _missing(assembly, language)
            view = assembly.article(revision, as_shown(revision.article, variant, assembly.now_ms))
        frame = replace(view.frame, indexable=False, alternates=(), languages=())
        html = pages.article_page(replace(view, frame=frame, preview=not revision.is_public(assembly.now_ms)))
        return Rendered(200, html, language, indexable=False, frames=_frames(view))

    def draft(self, article: Article, revision: Revision | None) -> Rendered:
        """Render the page that an article would have, which is not stored; ``revision`` None: nothing of it is."""
        with self.assembly() as assembly:
            now_ms = assembly.now_ms
            made = revision or Revision("new", 1, "update", article, now_ms, now_ms, None, DRAFT, Timing(), 0, now_ms)
            variant = original(made.article_id, article.language, made.number, now_ms)
            view = assembly.article(replace(made, article=article), variant)
        frame = replace(view.frame, indexable=False, alternates=(), languages=())
        html = pages.article_page(replace(view, frame=frame))
        return Rendered(200, html, article.language, indexable=False, frames=_frames(view))

    def front(self, language: str) -> Rendered:
        """Render the front page: the newest articles of each section."""
        with self.assembly() as assembly:
            groups = tuple(
                self._group(assembly, language, section, PER_GROUP)
                for section in articles.sections(assembly.connection, assembly.now_ms)
            )
            view = ListPage(assembly.frame(language, "/{}/".format), self.site.name, groups)
            return _listed(assembly, pages.list_page(view), language)

    def section(self, language: str, section: str) -> Rendered:
        """Render a section's page."""
        with self.assembly() as assembly:
            if section not in articles.sections(assembly.connection, assembly.now_ms):
                return _missing(assembly, language)
            group = self._group(assembly, language, section, LISTED)
            frame = assembly.frame(language, f"/{{}}/section/{section}".format, section)
            view = ListPage(frame, group.heading, (replace(group, href=None),))
            return _listed(assembly, pages.list_page(view), language)

    def document(self, language: str, name: str, number: int | None = None) -> Rendered:
        """Render a policy document: the version in force, or one by its number; 404 for one that there is not."""
        with self.assembly() as assembly:
            versions = documents.versions(assembly.connection, name)
            numbered = next((each for each in versions if each.number == number), None)
            shown = in_force(versions, assembly.now_ms) if number is None else numbered
            if shown is None:
                return _missing(assembly, language)
            view = document_view(assembly, language, versions, shown, stable=number is None)
            life = lives.of_list(documents.next_ms(assembly.connection, assembly.now_ms), assembly.now_ms)
        html, tags, indexable = pages.document_page(view), (trends_tag(language), SITE), view.frame.indexable
        return Rendered(200, html, language, tags, life.fresh_s, life.stale_s, indexable, ends=life.ends)

    def search(self, language: str, asked: Asked) -> tuple[Rendered, Found]:
        """Render the search page, and tell what it found."""
        with self.assembly() as assembly:
            view, found = search_view(assembly, language, asked)
        return Rendered(200, pages.search_page(view), language, indexable=view.frame.indexable), found

    def suggestions(self, language: str, typed: str) -> list[str]:
        """Complete what is being typed into the search."""
        with read(self._engine) as connection:
            return searching.suggest(connection, language, typed, clock.now_ms())

    def embed(self, url: str, max_width: int | None, max_height: int | None) -> dict[str, Any] | None:
        """Describe the page of a public article for other sites (``oembed``); None for any other address."""
        language, _, slug = url.partition("?")[0].removeprefix(f"{self.site.url}/").partition("/")
        with self.assembly() as assembly:
            revision = articles.load_by_slug(assembly.connection, slug) if language in self._languages else None
            if revision is None or not revision.is_public(assembly.now_ms):
                return None
            variant = variants.load(assembly.connection, revision.article_id, language)
            if variant is None:
                return None
            view = assembly.article(revision, as_shown(revision.article, variant, assembly.now_ms))
            thumbnails = assembly.thumbnails(view)
        return oembed.embed(view, thumbnails, max_width, max_height)

    def missing(self, language: str) -> Rendered:
        """Render the page for an address that shows nothing."""
        with self.assembly() as assembly:
            return _missing(assembly, language)

    def busy(self, language: str) -> Rendered:
        """Render the page for a reader whose network searches too much."""
        with self.assembly() as assembly:
            frame = replace(assembly.frame(language, "/{}/".format), indexable=False, languages=())
        return Rendered(429, pages.missing_page(frame, "busy"), language, indexable=False)

    def article_path(self, language: str, slug: str) -> str | None:
        """Address in a language of the article that has this slug or had it; None when readers know of none."""
        with read(self._engine) as connection:
            found = articles.load_by_slug(connection, slug)
        known = found is not None and (found.state == KILLED or found.is_public(clock.now_ms()))
        return found.article.path_in(language) if found and known else None

    @contextmanager
    def assembly(self) -> Iterator[Assembly]:
        """Open a read transaction, in which views are gathered."""
        with read(self._engine) as connection:
            yield Assembly(connection, self.site, self._languages, self._trends, clock.now_ms())

    @staticmethod
    def _group(assembly: Assembly, language: str, section: str, most: int) -> Group:
        revisions = articles.latest(assembly.connection, assembly.now_ms, section=section, limit=most)
        title = assembly.words(language).section_title(revisions[0].article.section)
        return Group(title, f"/{language}/section/{section}", assembly.teasers(revisions, language))


def _missing(assembly: Assembly, language: str, gone: bool = False) -> Rendered:
    frame = replace(assembly.frame(language, "/{}/".format), indexable=False, languages=())
    return Rendered(
        410 if gone else 404, pages.missing_page(frame, "gone" if gone else "missing"), language, indexable=False
    )


def _listed(assembly: Assembly, html: str, language: str) -> Rendered:
    """Keep a list until the clock changes what is on it."""
    tags = (LISTS, trends_tag(language), SITE)
    life = lives.of_list(due.next_ms(assembly.connection), assembly.now_ms)
    return Rendered(200, html, language, tags, life.fresh_s, life.stale_s, not is_pseudo(language), ends=life.ends)


def _tags(revision: Revision, language: str) -> tuple[str, ...]:
    own = (article_tag(revision.article_id), variant_tag(revision.article_id, language))
    return (*own, trends_tag(language), SITE, *map(media_tag, picture_hashes(revision.article)))


def _frames(view: ArticlePage) -> tuple[str, ...]:
    """Origins of what the page embeds; without a consent service nothing is ever let in."""
    if not view.frame.site.consent_url:
        return ()
    return tuple(dict.fromkeys(origin_of(each.frame) for each in view.article.blocks if isinstance(each, Embed)))
