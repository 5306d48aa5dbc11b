"""Feeds, sitemaps, robots.txt and llms.txt; cached like the pages."""

import re

from flask import Blueprint, Response
from werkzeug.routing import BaseConverter

from publisher.api.forms import the_house
from publisher.exchange.feeds import FORMS
from publisher.page.answers import Rendered, page_headers


class FeedConverter(BaseConverter):
    """The file name of a feed, which no article has as its slug."""

    regex = "|".join(map(re.escape, FORMS))
    weight = 50


blueprint = Blueprint("syndication", __name__)


@blueprint.get("/<language:language>/<feed:name>")
def feed(language: str, name: str) -> Response:
    """Serve the newest articles of a language."""
    return _answer(the_house().syndicator.feed(language, name))


@blueprint.get("/<language:language>/section/<section>/<feed:name>")
def section_feed(language: str, section: str, name: str) -> Response:
    """Serve the newest articles of a section."""
    return _answer(the_house().syndicator.feed(language, name, section))


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """Serve the index of the sitemaps."""
    return _answer(the_house().syndicator.sitemap_index())


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> Response:
    """Serve one sitemap."""
    return _answer(the_house().syndicator.sitemap(number) if 1 <= number < 100_000 else None)


@blueprint.get("/news-sitemap.xml")
def news_sitemap() -> Response:
    """Serve the sitemap for news."""
    return _answer(the_house().syndicator.news_sitemap())


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what is not for them."""
    return _answer(the_house().syndicator.robots())


@blueprint.get("/llms.txt")
def llms() -> Response:
    """Tell language models where what is."""
    return _answer(the_house().syndicator.llms())


def _answer(rendered: Rendered | None) -> Response:
    house = the_house()
    if rendered is None:
        rendered = house.renderer.missing(next(iter(house.settings.languages)))
    response = Response(rendered.html, rendered.status)
    for name, value in page_headers(rendered, house.site):
        response.headers[name] = value
    return response
