"""Renders what other systems read: feeds, sitemaps, robots.txt and llms.txt. Only public articles, live variants."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit

from publisher import wording
from publisher.articles import Revision
from publisher.body.block_texts import plain_texts
from publisher.documents import in_force, path_of
from publisher.exchange import sitemaps
from publisher.exchange.feeds import FORMS
from publisher.exchange.items import File, Item
from publisher.exchange.plain_html import body_html
from publisher.exchange.sitemaps import MOST_NEWS, NEWS_MS
from publisher.page import lives
from publisher.page.answers import FRESH_S, STALE_S, Rendered
from publisher.page.assembly import Assembly, picture_hashes
from publisher.page.rendering import Renderer
from publisher.shown import as_shown, disclaimer, engine_name, shown_text
from publisher.store import articles, documents, due, media, transitions, variants
from publisher.store.media import Rendition
from publisher.tags import LISTS, SITE
from publisher.variants import MACHINE, ORIGINAL, is_pseudo
from publisher.views import Address, Entry, Feed, NewsAddress

IN_FEED = 30
PER_SITEMAP = 500
IN_LLMS = 30
SETTLED_MS = 2_000
XML = "application/xml"


class Syndicator:
    """Renders from what a renderer reads; each call reads the store in one transaction."""

    def __init__(self, renderer: Renderer, languages: Iterable[str]) -> None:
        self._renderer = renderer
        self._languages = [language for language in languages if not is_pseudo(language)]

    def feed(self, language: str, name: str, section: str | None = None) -> Rendered | None:
        """Render a feed by its file name; None for a language or section that has none."""
        if language not in self._languages:
            return None
        form = FORMS[name]
        with self._renderer.assembly() as assembly:
            if section is not None and section not in articles.sections(assembly.connection, assembly.now_ms):
                return None
            feed = _feed(assembly, language, name, section)
            life = lives.of_list(due.next_ms(assembly.connection), assembly.now_ms)
            changed_ms = transitions.last_ms(assembly.connection) or 0
        changed_ms = max([changed_ms, *(entry.changed_ms for entry in feed.entries)])
        return Rendered(
            200,
            form.write(feed),
            language,
            (LISTS, SITE),
            life.fresh_s,
            life.stale_s,
            ends=life.ends,
            content_type=form.content_type,
            # a second may hold another change: only what is past can be asked for by its date
            modified_ms=changed_ms if changed_ms < assembly.now_ms - SETTLED_MS else None,
        )

    def item(self, article_id: str, language: str | None) -> Item | None:
        """Gather an article as agencies exchange it, public or not; None in a language that it cannot be read in."""
        with self._renderer.assembly() as assembly:
            revision = articles.load(assembly.connection, article_id)
            if revision is None:
                return None
            language = language or revision.article.language
            there = {each.language: each for each in variants.of_article(assembly.connection, article_id)}
            shown = as_shown(revision.article, there[language], assembly.now_ms) if language in there else None
            if shown is None or shown.state not in (ORIGINAL, MACHINE) or is_pseudo(language):
                return None
            article, text_language = shown_text(revision.article, shown)
            hashes = picture_hashes(article)
            pictures = assembly.pictures(hashes)
            files = media.files(assembly.connection, hashes)
        site, words = assembly.site, wording.load(text_language)
        others = [each for each in self._languages if each != language and each in there]
        return Item(
            site=site,
            revision=revision,
            language=language,
            article=article,
            html=body_html(article, site.url, pictures, words, marked=True),
            text="\n".join(text for block in article.blocks for text in plain_texts(block)),
            engine=engine_name(shown) if shown.state == MACHINE else "",
            files={sha256: tuple(_file(site.url, each) for each in of_one) for sha256, of_one in files.items()},
            others={
                each: site.url + revision.article.path_in(each)
                for each in others
                if as_shown(revision.article, there[each], assembly.now_ms).state in (ORIGINAL, MACHINE)
            },
        )

    def sitemap_index(self) -> Rendered:
        """Render the index of the sitemaps."""
        with self._renderer.assembly() as assembly:
            changes = articles.changes(assembly.connection, assembly.now_ms)
            chunks = [changes[at : at + PER_SITEMAP] for at in range(0, len(changes), PER_SITEMAP)] or [[]]
            text = sitemaps.index(assembly.site, [max(chunk, default=None) for chunk in chunks])
            return self._map(assembly, text)

    def sitemap(self, number: int) -> Rendered | None:
        """Render one sitemap, the first is 1; None for one that there is not."""
        with self._renderer.assembly() as assembly:
            found = articles.chunk(assembly.connection, assembly.now_ms, PER_SITEMAP, (number - 1) * PER_SITEMAP)
            if not found and number > 1:
                return None
            names = [each.article_id for each in found]
            live = variants.listed(assembly.connection, names, assembly.site.indexing)
            addresses = [
                address for each in found for address in self._addresses(assembly, each, live.get(each.article_id, []))
            ]
            if number == 1:
                addresses = [*self._lists(assembly), *self._documents(assembly), *addresses]
            return self._map(assembly, sitemaps.sitemap(addresses))

    def news_sitemap(self) -> Rendered:
        """Render the sitemap for news: originals of the last two days, the newest thousand."""
        with self._renderer.assembly() as assembly:
            since_ms = assembly.now_ms - NEWS_MS
            found = articles.latest(assembly.connection, assembly.now_ms, limit=MOST_NEWS, since_ms=since_ms)
            news = [
                NewsAddress(
                    assembly.site.url + each.article.path_in(each.article.language),
                    each.article.language,
                    each.article.headline,
                    each.first_published_ms or each.created_ms,
                )
                for each in found
                if each.article.language in self._languages
            ]
            first_to_go = min((each.published_ms for each in news), default=assembly.now_ms) + NEWS_MS
            return self._map(assembly, sitemaps.news_sitemap(assembly.site, news), first_to_go)

    def llms(self) -> Rendered:
        """Render llms.txt, with the newest articles in the first language."""
        first = self._languages[0]
        with self._renderer.assembly() as assembly:
            latest = articles.latest(assembly.connection, assembly.now_ms, limit=IN_LLMS, language=first)
            names = [(language, wording.load(language).name) for language in self._languages]
            text = sitemaps.llms(assembly.site, names, assembly.teasers(latest, first))
            return self._map(assembly, text, content_type="text/plain")

    def robots(self) -> Rendered:
        """Render robots.txt."""
        with self._renderer.assembly() as assembly:
            text = sitemaps.robots(assembly.site, assembly.languages)
        return Rendered(200, text, self._languages[0], (SITE,), FRESH_S, STALE_S, content_type="text/plain")

    def _map(self, assembly: Assembly, text: str, changes_ms: int | None = None, content_type: str = XML) -> Rendered:
        moments = [each for each in (due.next_ms(assembly.connection), changes_ms) if each is not None]
        life = lives.of_list(min(moments, default=None), assembly.now_ms)
        return Rendered(
            200,
            text,
            self._languages[0],
            (LISTS, SITE),
            life.fresh_s,
            life.stale_s,
            ends=life.ends,
            content_type=content_type,
        )

    def _lists(self, assembly: Assembly) -> Iterator[Address]:
        """The front page and the sections, in each language."""
        for section in (None, *articles.sections(assembly.connection, assembly.now_ms)):
            end = f"section/{section}" if section else ""
            pages = {language: f"{assembly.site.url}/{language}/{end}" for language in self._languages}
            default = pages[self._languages[0]] if section else f"{assembly.site.url}/"
            for page in pages.values():
                yield Address(page, None, (*pages.items(), ("x-default", default)))

    def _documents(self, assembly: Assembly) -> Iterator[Address]:
        """Every policy document in force, in the languages that it was written in."""
        for name in documents.names(assembly.connection):
            version = in_force(documents.versions(assembly.connection, name), assembly.now_ms)
            if version is None:
                continue
            pages = {each: assembly.site.url + path_of(each, name) for each in self._languages if each in version.texts}
            default = assembly.site.url + path_of(next(iter(version.texts)), name)
            for page in pages.values():
                yield Address(page, version.effective_ms, (*pages.items(), ("x-default", default)))

    def _addresses(self, assembly: Assembly, revision: Revision, live: list[str]) -> list[Address]:
        """Every live page of an article, each naming all of them."""
        article, url = revision.article, assembly.site.url
        pages = {language: url + article.path_in(language) for language in self._languages if language in live}
        if article.language not in pages:
            return []
        alternates = (*pages.items(), ("x-default", pages[article.language]))
        return [Address(page, revision.modified_ms, alternates) for page in pages.values()]


def _feed(assembly: Assembly, language: str, name: str, section: str | None) -> Feed:
    words, site = assembly.words(language), assembly.site
    found = articles.latest(assembly.connection, assembly.now_ms, section=section, limit=IN_FEED, language=language)
    there = variants.of_articles(assembly.connection, [each.article_id for each in found], language)
    pictures = assembly.pictures(sha256 for each in found for sha256 in picture_hashes(each.article))
    entries = []
    for each in found:
        variant = as_shown(each.article, there[each.article_id], assembly.now_ms)
        if variant.state not in (ORIGINAL, MACHINE):
            continue
        article, text_language = shown_text(each.article, variant)
        first = next(iter(picture_hashes(article)), None)
        text_words = wording.load(text_language)
        html = body_html(article, site.url, pictures, text_words)
        if variant.state == MACHINE:
            source = text_words.language_name(each.article.language)
            told = text_words.say(disclaimer(variant), source=source, engine=engine_name(variant))
            html = f"<p><em>{escape(told, quote=False)}</em></p>\n{html}"
        entries.append(
            Entry(
                id=_tag_uri(site.url, each, language),
                url=site.url + each.article.path_in(language),
                article=article,
                html=html,
                section=words.section_title(article.section),
                published_ms=each.first_published_ms or each.created_ms,
                modified_ms=each.modified_ms,
                changed_ms=max(each.changed_ms, variant.updated_ms),
                picture=pictures.get(first) if first else None,
            )
        )
    path = f"/{language}/section/{section}" if section else f"/{language}"
    titled = f" – {words.section_title(found[0].article.section)}" if section and found else ""
    home = site.url + (path if section else f"{path}/")
    return Feed(site, words, site.name + titled, home, f"{site.url}{path}/{name}", tuple(entries))


def _file(site_url: str, rendition: Rendition) -> File:
    return File(
        name=rendition.name,
        href=f"{site_url}/media/{rendition.media}/{rendition.name}",
        content_type=rendition.content_type,
        width=rendition.width,
        height=rendition.height,
        size_bytes=rendition.size_bytes,
    )


def _tag_uri(site_url: str, revision: Revision, language: str) -> str:
    """An id that stays whatever becomes of the address (RFC 4151)."""
    day = datetime.fromtimestamp((revision.first_published_ms or revision.created_ms) // 1000, UTC)
    return f"tag:{urlsplit(site_url).hostname},{day:%Y-%m-%d}:{revision.article_id}/{language}"
