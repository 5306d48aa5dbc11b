"""Gathers what a page shows from the store into its view, in one read transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, quote_plus

from sqlalchemy import Connection

from publisher import crops, wording
from publisher.articles import Article, Revision, section_slug
from publisher.body.block_texts import plain_texts
from publisher.body.blocks import Block, Heading
from publisher.body.inline import parse, plain_text
from publisher.page import pages
from publisher.page.framing import foot, navigation
from publisher.page.sharing import links
from publisher.pictures import address, picture_view
from publisher.shown import as_shown, disclaimer, engine_name, shown_text
from publisher.site.sites import Site
from publisher.states import CORRECTED
from publisher.store import articles, documents, media, variants
from publisher.store.related import related
from publisher.trends import MOST_SEARCHED, Trends
from publisher.variants import Variant, is_listed, is_pseudo
from publisher.views import (
    ArticlePage,
    Frame,
    Link,
    Picture,
    PlainPicture,
    Teaser,
    TrendLink,
    TrendLinks,
)
from publisher.wording import Wording

WORDS_PER_MINUTE = 220
CONTENTS_FROM_WORDS = 600
CONTENTS_FROM_HEADINGS = 3
RELATED = 3


@dataclass(frozen=True, slots=True)
class Assembly:
    """Views of one newsroom's pages, read through one connection."""

    connection: Connection
    site: Site
    languages: Sequence[str]
    trends: Trends
    now_ms: int

    def frame(self, language: str, path: Callable[[str], str], section: str = "") -> Frame:
        """Gather what surrounds the content; ``path`` gives its address in a language, ``section`` is marked."""
        words = self.words(language)
        offered = [wording.load(each) for each in self.languages]
        return Frame(
            site=self.site,
            wording=words,
            path=path(language),
            languages=tuple(
                Link(each.name, path(each.language), each.language, each.dir, each.language == language)
                for each in offered
            ),
            sections=tuple(navigation(self.site, words, articles.sections(self.connection, self.now_ms), section)),
            trends=self._trends(language),
            documents=tuple(foot(self.site, words, documents.titles(self.connection, self.now_ms))),
            alternates=self._alternates(path),
            indexable=not is_pseudo(language),
        )

    def _trends(self, language: str) -> TrendLinks:
        current = self.trends.current(language)
        links = (
            TrendLink(each.term, f"/{language}/search?q={quote_plus(each.term)}", each.pinned) for each in current.terms
        )
        return TrendLinks(tuple(links), current.kind == MOST_SEARCHED)

    def words(self, language: str) -> Wording:
        """Return a language's words, with the names that this newsroom has for its sections."""
        return wording.load(language).naming(self.site.section_names(language))

    def _alternates(self, path: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
        """A list's pages in all languages; whoever reads none of them is led on by the first, or by the entry."""
        offered = [(each, path(each)) for each in self.languages if not is_pseudo(each)]
        first, address = offered[0]
        default = "/" if address == f"/{first}/" else address
        return tuple((name, self.site.url + each) for name, each in (*offered, ("x-default", default)))

    def article(self, revision: Revision, variant: Variant) -> ArticlePage:
        """Gather an article's page; ``variant`` is as shown."""
        article, text_language = shown_text(revision.article, variant)
        text = self.words(text_language)
        frame = self._article_frame(revision, variant.language)
        words = _words(article.blocks)
        source = revision.article
        near = related(self.connection, revision, self.now_ms, RELATED)
        return ArticlePage(
            frame=frame,
            article_id=revision.article_id,
            article=article,
            text=text,
            original=Link(source.headline, source.path_in(source.language)),
            source=wording.load(source.language),
            state=variant.state,
            engine=engine_name(variant),
            disclaimer=disclaimer(variant),
            done=variant.done,
            total=variant.total,
            published_ms=revision.first_published_ms or revision.created_ms,
            modified_ms=revision.modified_ms,
            section=Link(
                text.section_title(source.section), f"/{variant.language}/section/{section_slug(source.section)}"
            ),
            pictures=self.pictures(picture_hashes(article)),
            crops=self._crops(article),
            contents=contents_of(article.blocks),
            related=self.teasers(near, variant.language),
            share=links(self.site.sharing, self.site.url + frame.path, article.headline, frame.wording),
            minutes=max(1, round(words / WORDS_PER_MINUTE)),
            corrected=revision.state == CORRECTED,
        )

    def teasers(self, revisions: list[Revision], language: str) -> tuple[Teaser, ...]:
        """Gather the teasers of a list, each in the page's language or in its own."""
        there = variants.of_articles(self.connection, [each.article_id for each in revisions], language)
        firsts = {each.article_id: picture_hashes(each.article)[:1] for each in revisions}
        shown = self.pictures(sha256 for hashes in firsts.values() for sha256 in hashes)
        return tuple(
            self._teaser(each, there.get(each.article_id), language, firsts[each.article_id], shown)
            for each in revisions
        )

    def _teaser(
        self,
        revision: Revision,
        variant: Variant | None,
        language: str,
        pictures: Sequence[str],
        shown: Mapping[str, Picture],
    ) -> Teaser:
        article, text_language = revision.article, revision.article.language
        if variant is not None:
            article, text_language = shown_text(article, as_shown(article, variant, self.now_ms))
        return Teaser(
            headline=article.headline,
            description=article.description or "",
            article_id=revision.article_id,
            expires_ms=revision.timing.expires_ms,
            href=article.path_in(language),
            text=wording.load(text_language),
            published_ms=revision.first_published_ms or revision.created_ms,
            picture=shown.get(pictures[0]) if pictures else None,
            focus=next((each.focus for each in article.pictures.values()), None),
        )

    def _article_frame(self, revision: Revision, language: str) -> Frame:
        """Only live variants that search engines may list are indexed and name one another."""
        source = revision.article
        frame = self.frame(language, source.path_in, section_slug(source.section))
        live = [
            each.language
            for each in variants.of_article(self.connection, revision.article_id)
            if each.language in self.languages and is_listed(as_shown(source, each, self.now_ms), self.site.indexing)
        ]
        if language not in live:
            return replace(frame, indexable=False, alternates=())
        named = [(each, each) for each in live] + [("x-default", source.language)]
        alternates = tuple((name, self.site.url + source.path_in(each)) for name, each in named)
        return replace(frame, indexable=True, alternates=alternates)

    def pictures(self, hashes: Iterable[str]) -> dict[str, Picture]:
        """Describe those of these pictures that there are, by hash."""
        wanted = set(hashes)
        there = media.pictures(self.connection, wanted)
        renditions = media.renditions(self.connection, wanted)
        return {sha256: picture_view(each, renditions.get(sha256, [])) for sha256, each in there.items()}

    def thumbnails(self, view: ArticlePage) -> list[PlainPicture]:
        """The first picture as other sites may show it: its crops, and the whole in each width as JPEG."""
        path, first = next(iter(view.article.pictures.items()), ("", None))
        made = media.renditions(self.connection, {first.media}) if first else {}
        plain = [each for of_one in made.values() for each in of_one if each.content_type == "image/jpeg"]
        return [*view.crops.get(path, ()), *(PlainPicture(address(each), each.width, each.height) for each in plain)]

    def _crops(self, article: Article) -> dict[str, tuple[PlainPicture, ...]]:
        """The crops that are made, of each picture by its path."""
        there = media.pictures(self.connection, set(picture_hashes(article)))
        made = media.crops_of(self.connection, there)
        found = {}
        for path, shown in article.pictures.items():
            if picture := there.get(shown.media):
                of_one = made.get(shown.media, {})
                wanted = crops.crops_of(picture.width, picture.height, shown.focus)
                files = [of_one[each.name] for each in wanted if each.name in of_one]
                found[path] = tuple(PlainPicture(address(each), each.width, each.height) for each in files)
        return found


def picture_hashes(article: Article) -> list[str]:
    """Hashes of an article's pictures in reading order, each once."""
    return list(dict.fromkeys(picture.media for picture in article.pictures.values()))


def _words(blocks: Iterable[Block]) -> int:
    return sum(len(part.split()) for block in blocks for part in plain_texts(block))


def contents_of(blocks: Sequence[Block]) -> tuple[Link, ...]:
    """Parts of a long text."""
    headings = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
    if len(headings) < CONTENTS_FROM_HEADINGS or _words(blocks) < CONTENTS_FROM_WORDS:
        return ()
    return tuple(Link(plain_text(parse(each.html)), f"#{quote(pages.heading_anchor(each))}") for each in headings)
