"""ninjs 3.1 (IPTC): an article in one language as a news item, its pictures as associations with their credit lines."""

from datetime import UTC, datetime
from typing import Any

from publisher.body.blocks import Picture
from publisher.body.credits import format_line
from publisher.exchange.items import File, Item, item_uri, picture_uri, point
from publisher.states import KILLED, pub_status

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"
ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"


def write(item: Item) -> dict[str, Any]:
    """Write an item; of a killed article only which it was and that it is canceled."""
    revision, article = item.revision, item.article
    told = {
        "uri": item.uri,
        "type": "text",
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "representationType": "partial" if revision.state == KILLED else "full",
        "version": str(revision.number),
        "versionCreated": _time(revision.created_ms),
        "pubStatus": pub_status(revision.state),
        "language": item.language,
        "altIds": [{"role": "article", "value": revision.article_id}],
    }
    if revision.state == KILLED:
        return told
    timing = revision.timing
    more = {
        "firstCreated": _time(revision.first_published_ms) if revision.first_published_ms else None,
        "embargoedUntil": _time(timing.embargoed_until_ms) if timing.embargoed_until_ms else None,
        "expires": _time(timing.expires_ms) if timing.expires_ms else None,
        "edNote": None if revision.kind == "update" else f"revision kind: {revision.kind}",
        "headlines": [{"role": "main", "contentType": "text/plain", "value": article.headline}],
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": article.description}]
        if article.description
        else None,
        "bodies": [
            {
                "role": "main",
                "contentType": "text/html",
                "charCount": len(item.text),
                "wordCount": len(item.text.split()),
                "value": item.html,
            }
        ],
        "by": article.byline,
        "slugline": article.slug,
        "infoSources": [{"name": article.source, "role": "source"}] if article.source else None,
        "subjects": [
            {"name": article.section, "rel": "section"},
            *({"name": keyword, "rel": "keyword"} for keyword in article.keywords),
        ],
        "renditions": [{"name": "web", "href": item.url, "contentType": "text/html"}],
        "digitalSourceType": {"name": item.engine, "uri": ALGORITHMIC} if item.engine else None,
        "associations": [*(_picture(item, picture, at) for at, picture in enumerate(item.pictures)), *_others(item)],
    }
    return told | {name: value for name, value in more.items() if value not in (None, [])}


def _picture(item: Item, picture: Picture, at: int) -> dict[str, Any]:
    descriptions = [{"role": "caption", "contentType": "text/plain", "value": picture.caption}]
    if picture.alt:
        descriptions.append({"role": "altText", "contentType": "text/plain", "value": picture.alt})
    return {
        "name": "main-picture" if at == 0 else f"picture-{at + 1}",
        "rel": "illustration",
        "uri": picture_uri(item.site, picture),
        "type": "picture",
        "language": item.language,
        "by": format_line(picture.credit),
        "descriptions": descriptions,
        "renditions": [_rendition(file, picture) for file in item.files[picture.media]],
    }


def _rendition(file: File, picture: Picture) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": file.name,
        "href": file.href,
        "contentType": file.content_type,
        "width": file.width,
        "height": file.height,
        "sizeInBytes": file.size_bytes,
    }
    if picture.focus:
        x, y = point(picture.focus, file)
        told["poi"] = {"x": x, "y": y}
    return told


def _others(item: Item) -> list[dict[str, Any]]:
    """The same article in other languages: ninjs has one language to an item."""
    return [
        {
            "name": f"translation-{language}",
            "rel": "translation",
            "uri": item_uri(item.site, item.revision.article_id, language),
            "type": "text",
            "language": language,
            "renditions": [{"name": "web", "href": url, "contentType": "text/html"}],
        }
        for language, url in item.others.items()
    ]


def _time(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
