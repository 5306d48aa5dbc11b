"""What other sites need to show a link to an article: oEmbed 1.0 of type ``link``, which brings no code along."""

from collections.abc import Iterable
from typing import Any

from publisher.views import ArticlePage, PlainPicture

CACHE_AGE_S = 3600


def embed(
    view: ArticlePage, thumbnails: Iterable[PlainPicture], max_width: int | None, max_height: int | None
) -> dict[str, Any]:
    """Describe an article's page; of the thumbnails the largest goes along that fits."""
    site = view.frame.site
    told: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": view.article.headline,
        "provider_name": site.name,
        "provider_url": site.url,
        "cache_age": CACHE_AGE_S,
    }
    if view.article.byline:
        told["author_name"] = view.article.byline
    fitting = [
        each
        for each in thumbnails
        if each.width <= (max_width or each.width) and each.height <= (max_height or each.height)
    ]
    if fitting:
        chosen = max(fitting, key=lambda each: each.width)
        told |= {
            "thumbnail_url": site.url + chosen.src,
            "thumbnail_width": chosen.width,
            "thumbnail_height": chosen.height,
        }
    return told
