"""What the worker does for pages: put a fresh one into the cache, renditions into pages."""

from collections.abc import Collection

from chassis.sql import read, write
from publisher import clock, pictures
from publisher.articles import Article
from publisher.cache.layer import make_page
from publisher.house import House
from publisher.messages import variant_channel
from publisher.page.answers import page_headers
from publisher.store import articles, media, variants
from publisher.tags import LISTS, article_tag, media_tag
from publisher.variants import Variant


def refresh(house: House, article_id: str, language: str) -> bool:
    """Purge an article's old pages, render the new ones and tell open ones that a language's changed.

    Safe to run twice and in any order with others; False when there is no such public article or variant.
    """
    # the other languages' pages list this one among their alternates
    house.cache.purge(article_tag(article_id), LISTS)
    with read(house.engine) as connection:
        revision = articles.load(connection, article_id)
        there = variants.of_article(connection, article_id)
    if revision is None:
        return False
    wanted = _worth_rendering(there, language)
    done = {each: render_page(house, revision.article, each) for each in wanted}
    house.redis.publish(variant_channel(article_id, language), "changed")
    return done[language]


def _worth_rendering(there: Collection[Variant], language: str) -> Collection[str]:
    """Name the languages to render: this one, and once no more is to come, all that this one's purge took away."""
    if any(variant.pending for variant in there):
        return {language}
    return {language, *(variant.language for variant in there)}


def render_page(house: House, article: Article, language: str) -> bool:
    """Render an article's page into the cache unless somebody is at it; False when it is not a page to keep."""
    path = article.path_in(language)
    found = house.cache.read(path)
    if found.what not in ("render", "refresh"):
        return found.what != "away"
    rendered = house.renderer.article(language, article.slug_in(language))
    headers = page_headers(rendered, house.site)
    page = make_page(rendered.status, headers, rendered.html.encode())
    if page is None:
        house.cache.release(path, found)
        return False
    return house.cache.store(path, page, found)


def render_pages(house: House, article_id: str) -> None:
    """Render the pages of an article that are ready, and tell open ones that something changed."""
    with read(house.engine) as connection:
        revision = articles.load(connection, article_id)
        there = variants.of_article(connection, article_id)
    for variant in there:
        if revision is not None and revision.is_public(clock.now_ms()) and not variant.pending:
            render_page(house, revision.article, variant.language)
        house.redis.publish(variant_channel(article_id, variant.language), "changed")


def keep_renditions(house: House, sha256: str, made: Collection[media.Rendition]) -> None:
    """Note a picture's renditions and let the pages that show it use them, unless it was taken away meanwhile."""
    with write(house.engine) as connection:
        there = media.known(connection, {sha256}, lock=True)
        if there:
            media.replace_renditions(connection, sha256, made)
    if not there:
        pictures.take_away(house.media_dir, sha256)
    house.cache.purge(media_tag(sha256), LISTS)
