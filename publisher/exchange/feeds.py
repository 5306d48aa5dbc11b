"""Feeds of a language or a section: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1. Pure functions of a view."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from publisher.body.bylines import authors
from publisher.body.credits import format_line
from publisher.exchange import xml
from publisher.exchange.xml import add
from publisher.views import Entry, Feed


class Form(NamedTuple):
    """A form of feed: what writes it, its media type, and its title among links."""

    write: Callable[[Feed], str]
    content_type: str
    title: str


def rss(feed: Feed) -> str:
    """Write RSS 2.0 with Dublin Core, content and Media RSS."""
    root = xml.root("rss", version="2.0")
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.home)
    add(channel, "description", feed.title)
    add(channel, "language", feed.wording.language)
    if feed.entries:
        add(channel, "lastBuildDate", _rfc822(feed.modified_ms))
    add(channel, "atom:link", href=feed.url, rel="self", type="application/rss+xml")
    for entry in feed.entries:
        item = add(channel, "item")
        add(item, "title", entry.article.headline)
        add(item, "link", entry.url)
        add(item, "guid", entry.id, isPermaLink="false")
        add(item, "pubDate", _rfc822(entry.published_ms))
        for name in authors(entry.article.byline):
            add(item, "dc:creator", name)
        add(item, "category", entry.section)
        for keyword in entry.article.keywords:
            add(item, "category", keyword)
        add(item, "description", entry.article.description or entry.article.headline)
        add(item, "content:encoded", entry.html)
        _media(item, entry, feed.site.url)
    return xml.document(root)


def atom(feed: Feed) -> str:
    """Write Atom; an entry is updated when readers are told of a change, and not by a minor one."""
    root = xml.root("feed", xml.NAMESPACES["atom"])
    root.set(f"{{{xml.NAMESPACES['xml']}}}lang", feed.wording.language)
    add(root, "id", feed.url)
    add(root, "title", feed.title)
    add(root, "updated", _rfc3339(feed.modified_ms))
    add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    add(root, "link", rel="alternate", type="text/html", href=feed.home)
    add(add(root, "author"), "name", feed.site.name)
    for entry in feed.entries:
        item = add(root, "entry")
        add(item, "id", entry.id)
        add(item, "title", entry.article.headline)
        add(item, "published", _rfc3339(entry.published_ms))
        add(item, "updated", _rfc3339(entry.modified_ms))
        add(item, "link", rel="alternate", type="text/html", href=entry.url, hreflang=feed.wording.language)
        for name in authors(entry.article.byline):
            add(add(item, "author"), "name", name)
        for term in (entry.section, *entry.article.keywords):
            add(item, "category", term=term)
        if entry.article.description:
            add(item, "summary", entry.article.description)
        add(item, "content", entry.html, type="html")
    return xml.document(root)


def json_feed(feed: Feed) -> str:
    """Write JSON Feed 1.1."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": feed.wording.language,
        "authors": [{"name": feed.site.name, "url": feed.site.url}],
        "items": [_item(entry, feed.site.url) for entry in feed.entries],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


FORMS: Mapping[str, Form] = {
    "feed.xml": Form(rss, "application/rss+xml", "RSS"),
    "atom.xml": Form(atom, "application/atom+xml", "Atom"),
    "feed.json": Form(json_feed, "application/feed+json", "JSON Feed"),
}


def _item(entry: Entry, site_url: str) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.article.headline,
        "summary": entry.article.description,
        "content_html": entry.html,
        "date_published": _rfc3339(entry.published_ms),
        "date_modified": _rfc3339(entry.modified_ms),
        "authors": [{"name": name} for name in authors(entry.article.byline)] or None,
        "tags": list(dict.fromkeys((entry.section, *entry.article.keywords))),
        "image": site_url + entry.picture.src if entry.picture else None,
    }
    return {name: value for name, value in item.items() if value is not None}


def _media(item: Element, entry: Entry, site_url: str) -> None:
    """The first picture with its caption and its credit line."""
    first = next(iter(entry.article.pictures.values()), None)
    if entry.picture is None or first is None:
        return
    shown = entry.picture
    size = {"width": str(shown.width), "height": str(shown.height)}
    content = add(item, "media:content", url=site_url + shown.src, medium="image", **size)
    add(content, "media:description", first.caption, type="plain")
    add(content, "media:credit", format_line(first.credit))


def _rfc822(ms: int) -> str:
    return format_datetime(datetime.fromtimestamp(ms // 1000, UTC), usegmt=True)


def _rfc3339(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
