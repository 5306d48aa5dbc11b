"""The search page's view: what was found, why, and how to narrow it; gathered in one read transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from publisher import searching
from publisher.articles import Article, Revision
from publisher.body.block_texts import plain_texts
from publisher.page.assembly import Assembly
from publisher.search.asked import Asked
from publisher.search.highlights import Highlighter
from publisher.search_text import words
from publisher.searching import Found
from publisher.shown import as_shown, shown_text
from publisher.store import articles, variants
from publisher.store.search import COUNTED
from publisher.views import Choice, Hit, Link, SearchPage


def search_view(assembly: Assembly, language: str, asked: Asked) -> tuple[SearchPage, Found]:
    """Search, and gather the page that shows what was found."""
    found = searching.find(assembly.connection, language, asked.typed, asked.filter, assembly.now_ms, after=asked.after)
    revisions = articles.load_all(assembly.connection, [place.article for place in found.places])
    shown = _shown(assembly, revisions, language)
    highlighter = Highlighter(found.query)
    teasers = assembly.teasers(revisions, language)
    hits = tuple(
        Hit(teaser, highlighter.marked(teaser.headline), highlighter.excerpt(_texts(article)))
        for teaser, article in zip(teasers, shown, strict=True)
    )
    frame, plain = assembly.frame(language, asked.at(None).address), f"/{language}/search"
    # the form is a page like others, results are none to search engines
    if frame.path != plain:
        frame = replace(frame, path=plain, indexable=False, alternates=())
    view = SearchPage(
        frame=frame,
        asked=asked,
        hits=hits,
        count=f"{COUNTED}+" if found.count > COUNTED else str(found.count),
        meant=_meant(language, asked, found),
        sections=tuple(_sections(assembly, language, asked)),
        written=tuple(_written(assembly, language, asked)),
        more=asked.at(found.places[-1]).address(language) if found.more else None,
        first=asked.at(None).address(language) if asked.after else None,
    )
    return view, found


def _shown(assembly: Assembly, revisions: Sequence[Revision], language: str) -> list[Article]:
    there = variants.of_articles(assembly.connection, [each.article_id for each in revisions], language)
    return [
        shown_text(each.article, as_shown(each.article, there[each.article_id], assembly.now_ms))[0]
        for each in revisions
    ]


def _texts(article: Article) -> list[str]:
    told = [article.description or "", *(text for block in article.blocks for text in plain_texts(block))]
    return [text for text in told if text]


def _meant(language: str, asked: Asked, found: Found) -> Link | None:
    """Lead to the search for what was meant."""
    if not found.meant:
        return None
    meant = dict(found.meant)
    text = " ".join(meant.get(folded, written) for folded, written in words(asked.typed))
    return Link(text, replace(asked, typed=text, after=None).address(language))


def _sections(assembly: Assembly, language: str, asked: Asked) -> Iterator[Choice]:
    own = assembly.words(language)
    for section in articles.sections(assembly.connection, assembly.now_ms):
        yield Choice(own.section_title(section.replace("-", " ")), section, section == asked.section)


def _written(assembly: Assembly, language: str, asked: Asked) -> Iterator[Choice]:
    own = assembly.words(language)
    for each in articles.languages(assembly.connection, assembly.now_ms):
        yield Choice(own.language_name(each), each, each == asked.written)
