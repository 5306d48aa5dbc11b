"""NewsArticle JSON-LD (schema.org, Google's article guidelines), with values identical to the visible text."""

import json
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from publisher.body import inline
from publisher.body.blocks import Correction
from publisher.body.blocks import Picture as Shown
from publisher.body.bylines import authors
from publisher.body.credits import format_line
from publisher.site.sites import Site
from publisher.variants import MACHINE, ORIGINAL
from publisher.views import ArticlePage, Picture, PlainPicture

ALGORITHMIC = "https://schema.org/AlgorithmicallyEnhancedDigitalSource"
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def article_data(view: ArticlePage) -> Markup:
    """Write the page's JSON-LD, safe inside a ``script`` element and free of HTML entities."""
    return _json(_news_article(view))


def breadcrumb_data(view: ArticlePage) -> Markup:
    """Write the way from the front page to the page (schema.org BreadcrumbList)."""
    site, section = view.frame.site, view.section
    way = [(site.name, f"/{view.frame.wording.language}/"), (section.text, section.href)]
    steps = [
        {"@type": "ListItem", "position": at, "name": name, "item": site.url + path}
        for at, (name, path) in enumerate(way, 1)
    ]
    steps.append({"@type": "ListItem", "position": len(way) + 1, "name": view.article.headline})
    return _json({"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps})


def _json(data: dict[str, Any]) -> Markup:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in _ESCAPES.items():
        text = text.replace(character, escaped)
    return Markup(text)


def _news_article(view: ArticlePage) -> dict[str, Any]:
    article, site = view.article, view.frame.site
    url = site.url + view.frame.path
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": url,
        "mainEntityOfPage": url,
        "url": url,
        "headline": article.headline,
        "description": article.description,
        "inLanguage": view.text.language,
        "datePublished": _iso(view.published_ms),
        "dateModified": _iso(view.modified_ms),
        "articleSection": view.section.text,
        "keywords": list(article.keywords),
        "author": [{"@type": "Person", "name": name} for name in authors(article.byline)],
        "publisher": _publisher(site),
        "sourceOrganization": {"@type": "Organization", "name": article.source} if article.source else None,
        "isAccessibleForFree": True,
        "image": [
            _image(site.url, form, shown)
            for path, shown in article.pictures.items()
            if shown.media in view.pictures
            for form in view.crops.get(path) or (view.pictures[shown.media],)
        ],
        "correction": [_correction(each) for each in article.corrections],
        "workTranslation": _translations(view),
    }
    if view.state == MACHINE:
        data |= {"translationOfWork": _work(site.url + view.original.href, view.source.language)}
    if view.state == MACHINE and view.engine:
        data |= {
            "translator": {"@type": "Organization", "name": view.engine},
            "digitalSourceType": ALGORITHMIC,
        }
    return {name: value for name, value in data.items() if value not in (None, [], "")}


def _translations(view: ArticlePage) -> list[dict[str, str]]:
    """The other languages of an original, as its head names them."""
    others = [each for each in view.frame.alternates if each[0] not in ("x-default", view.text.language)]
    return [_work(url, language) for language, url in others] if view.state == ORIGINAL else []


def _work(url: str, language: str) -> dict[str, str]:
    return {"@type": "NewsArticle", "@id": url, "inLanguage": language}


def _publisher(site: Site) -> dict[str, Any]:
    mark = site.logo and {
        "@type": "ImageObject",
        "url": site.url + site.logo.light.address,
        "width": site.logo.width,
        "height": site.logo.height,
    }
    told = {
        "@type": "NewsMediaOrganization",
        "name": site.name,
        "url": site.url,
        "logo": mark,
        "sameAs": list(site.profiles),
        "publishingPrinciples": site.absolute(site.principles),
        "correctionsPolicy": site.absolute(site.corrections),
    }
    return {name: value for name, value in told.items() if value}


def _correction(notice: Correction) -> dict[str, Any]:
    text = inline.plain_text(inline.parse(notice.html))
    return {"@type": "CorrectionComment", "text": text, "datePublished": notice.date}


def _image(site_url: str, picture: Picture | PlainPicture, shown: Shown) -> dict[str, Any]:
    return {
        "@type": "ImageObject",
        "contentUrl": site_url + picture.src,
        "width": picture.width,
        "height": picture.height,
        "caption": shown.caption,
        "creditText": format_line(shown.credit),
    }


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat()
