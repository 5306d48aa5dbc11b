"""Renders the pages of one newsroom from its store, and says how long each may be kept and under which tags.

Used by the service when a page is not in the cache, and by the worker's render task.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from chassis.sql import read
from publisher import clock, pages, wording
from publisher.answers import FRESH_S, PENDING_S, STALE_S, Rendered
from publisher.articles import Revision
from publisher.assembly import Assembly, picture_hashes
from publisher.blocks import Embed
from publisher.embeds import origin_of
from publisher.search_text import terms
from publisher.settings import Settings
from publisher.shown import as_shown
from publisher.store import articles, search, variants
from publisher.tags import LISTS, SITE, article_tag, media_tag, trends_tag, variant_tag
from publisher.trends import Trends
from publisher.variants import Variant, is_pseudo
from publisher.views import ArticlePage, Group, ListPage, SearchPage, Site

LISTED = 24
PER_GROUP = 6


class Renderer:
    """Renders pages; each call reads the store in one transaction."""

    def __init__(self, engine: Engine, settings: Settings, trends: Trends) -> None:
        self._engine = engine
        self._trends = trends
        self._languages = settings.languages
        self._site = Site(settings.site_name, settings.public_url, settings.consent_public_url, settings.consent_site)

    def article(self, language: str, slug: str) -> Rendered:
        """Render an article's page in the state of its variant.

        404 when there is no public article or variant; 301 from a slug of before, or of another language.
        """
        with self._assembly() as assembly:
            revision = articles.load_by_slug(assembly.connection, slug)
            variant = variants.load(assembly.connection, revision.article_id, language) if revision else None
            if revision is None or variant is None or language not in self._languages:
                return _missing(assembly, language)
            if revision.article.slug_in(language) != slug:
                return Rendered(301, "", language, location=revision.article.path_in(language))
            shown = as_shown(revision.article, variant, clock.now_ms())
            view = assembly.article(revision, shown)
        fresh_s, stale_s = _lives(shown)
        html = pages.article_page(view)
        tags, frames = _tags(revision, language), _frames(view)
        return Rendered(200, html, language, tags, fresh_s, stale_s, view.frame.indexable, frames=frames)

    def front(self, language: str) -> Rendered:
        """Render the front page: the newest articles of each section."""
        with self._assembly() as assembly:
            groups = tuple(
                self._group(assembly, language, section, PER_GROUP)
                for section in articles.sections(assembly.connection)
            )
            view = ListPage(assembly.frame(language, "/{}/".format), self._site.name, groups)
        return _listed(pages.list_page(view), language)

    def section(self, language: str, section: str) -> Rendered:
        """Render a section's page."""
        with self._assembly() as assembly:
            if section not in articles.sections(assembly.connection):
                return _missing(assembly, language)
            group = self._group(assembly, language, section, LISTED)
            frame = assembly.frame(language, f"/{{}}/section/{section}".format, section)
            view = ListPage(frame, group.heading, (replace(group, href=None),))
        return _listed(pages.list_page(view), language)

    def search(self, language: str, query: str) -> tuple[Rendered, int]:
        """Render the search page, and return how many articles it found."""
        asked = terms(query)
        with self._assembly() as assembly:
            found = search.matching(assembly.connection, language, asked) if asked else []
            revisions = [revision for each in found if (revision := articles.load(assembly.connection, each))]
            frame = replace(assembly.frame(language, "/{}/search".format), indexable=False)
            view = SearchPage(frame, query.strip(), assembly.teasers(revisions, language))
        return Rendered(200, pages.search_page(view), language, indexable=False), len(found)

    def missing(self, language: str) -> Rendered:
        """Render the page for an address that shows nothing."""
        with self._assembly() as assembly:
            return _missing(assembly, language)

    def article_path(self, language: str, slug: str) -> str | None:
        """Address in a language of the public article that has this slug or had it; None when there is none."""
        with read(self._engine) as connection:
            found = articles.load_by_slug(connection, slug)
        return found.article.path_in(language) if found else None

    @contextmanager
    def _assembly(self) -> Iterator[Assembly]:
        with read(self._engine) as connection:
            yield Assembly(connection, self._site, self._languages, self._trends)

    @staticmethod
    def _group(assembly: Assembly, language: str, section: str, most: int) -> Group:
        revisions = articles.latest(assembly.connection, section=section, limit=most)
        title = wording.load(language).section_title(revisions[0].article.section)
        return Group(title, f"/{language}/section/{section}", assembly.teasers(revisions, language))


def _missing(assembly: Assembly, language: str) -> Rendered:
    frame = replace(assembly.frame(language, "/{}/".format), indexable=False, languages=())
    return Rendered(404, pages.missing_page(frame), language, indexable=False)


def _listed(html: str, language: str) -> Rendered:
    tags = (LISTS, trends_tag(language), SITE)
    return Rendered(200, html, language, tags, FRESH_S, STALE_S, not is_pseudo(language))


def _tags(revision: Revision, language: str) -> tuple[str, ...]:
    own = (article_tag(revision.article_id), variant_tag(revision.article_id, language))
    return (*own, trends_tag(language), SITE, *map(media_tag, picture_hashes(revision.article)))


def _frames(view: ArticlePage) -> tuple[str, ...]:
    """Origins of what the page embeds; without a consent service nothing is ever let in."""
    if not view.frame.site.consent_url:
        return ()
    return tuple(dict.fromkeys(origin_of(each.frame) for each in view.article.blocks if isinstance(each, Embed)))


def _lives(variant: Variant) -> tuple[int, int]:
    """Seconds that a page is fresh and stale; a pending one turns into the failed one on time."""
    if not variant.pending or variant.deadline_ms is None:
        return FRESH_S, STALE_S
    left_s = (variant.deadline_ms - clock.now_ms()) // 1000
    return max(1, min(PENDING_S, left_s)), PENDING_S
