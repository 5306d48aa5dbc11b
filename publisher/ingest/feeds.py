"""RSS 2.0 and Atom, with the modules that newsrooms use (content, dc, media), and JSON Feed, as received items."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from lxml.etree import _Element as Element

from publisher.body.credit_texts import read_credit, split_credit
from publisher.faults import Fault, refusal
from publisher.ingest.blocks import credit_json
from publisher.ingest.html_body import plain_words, read_html
from publisher.ingest.moments import moment_or_none
from publisher.ingest.placing import placed
from publisher.ingest.received import WITHHELD, Reading, Received, Refused
from publisher.ingest.xml_reading import XML_BASE, XML_LANG, as_html, local, namespace, text_of

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
_N = {
    "a": ATOM, "m": MEDIA, "at": "http://purl.org/atompub/tombstones/1.0",
    "c": "http://purl.org/rss/1.0/modules/content/", "dc": "http://purl.org/dc/elements/1.1/",
}  # fmt: skip
MOST_ITEMS = 500
MOST_PICTURES = 20
_ADDRESS = re.compile(r"^\S+@\S+\s+\((.+)\)$")


def read_feed(root: Element) -> list[Reading]:
    """Read the entries of a feed."""
    if local(root) == "rss" and root.find("channel") is not None:
        channel = root.find("channel")
        items = [_rss(each, channel) for each in channel.iterfind("item")]
    elif local(root) in ("feed", "entry") and namespace(root) == ATOM:
        entries = [root] if local(root) == "entry" else root.findall("a:entry", _N)
        gone = [_deleted(each) for each in root.iterfind("at:deleted-entry", _N)]
        items = [*(_atom(each, root) for each in entries), *gone]
    else:
        raise refusal([Fault(local(root), "rss with a channel, or feed or entry of Atom", namespace(root) or "none")])
    return _few(items)


def read_json_feed(feed: Mapping[str, Any]) -> list[Reading]:
    """Read the entries of a JSON Feed 1.x."""
    items = feed.get("items")
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise refusal([Fault("items", "a list of objects", "something else")])
    return _few([_json(each, feed) for each in items])


def _few(items: list[Reading]) -> list[Reading]:
    if len(items) > MOST_ITEMS:
        raise refusal([Fault("items", f"at most {MOST_ITEMS} entries", len(items))])
    return items


def _rss(item: Element, channel: Element) -> Reading:
    link = text_of(item.find("link"))
    content, description = _raw(item.find("c:encoded", _N)), _raw(item.find("description"))
    by = text_of(item.find("dc:creator", _N)) or text_of(item.find("author"))
    found = _ADDRESS.match(by)
    named = found[1] if found else "" if "@" in by else by
    return _entry(
        uri=text_of(item.find("guid")) or link,
        base=link or text_of(channel.find("link")),
        headline=plain_words(_raw(item.find("title"))),
        html=content or description,
        summary=plain_words(description) if content else "",
        created=text_of(item.find("a:updated", _N))
        or text_of(item.find("pubDate"))
        or text_of(item.find("dc:date", _N)),
        byline=named,
        language=text_of(item.find("dc:language", _N)) or text_of(channel.find("language")),
        keywords=[text_of(each) for each in item.iterfind("category")],
        source=text_of(item.find("source")) or text_of(channel.find("title")),
        pictures=[*_media(item), *_enclosures(item.iterfind("enclosure"), "url", "type")],
    )


def _atom(entry: Element, feed: Element) -> Reading:
    links = entry.findall("a:link", _N)
    link = next((each.get("href", "") for each in links if each.get("rel", "alternate") == "alternate"), "")
    content, summary = _construct(entry.find("a:content", _N)), _construct(entry.find("a:summary", _N))
    authors = entry.findall("a:author/a:name", _N) or feed.findall("a:author/a:name", _N)
    enclosures = [each for each in links if each.get("rel") == "enclosure"]
    return _entry(
        uri=text_of(entry.find("a:id", _N)) or link,
        base=urljoin(entry.get(XML_BASE) or feed.get(XML_BASE) or "", link),
        headline=plain_words(_construct(entry.find("a:title", _N))),
        html=content or summary,
        summary=plain_words(summary) if content else "",
        created=text_of(entry.find("a:updated", _N)) or text_of(entry.find("a:published", _N)),
        byline=", ".join(dict.fromkeys(filter(None, map(text_of, authors)))),
        language=entry.get(XML_LANG) or feed.get(XML_LANG) or "",
        keywords=[each.get("label") or each.get("term", "") for each in entry.iterfind("a:category", _N)],
        source=text_of(entry.find("a:source/a:title", _N)) or text_of(feed.find("a:title", _N)),
        pictures=[*_media(entry), *_enclosures(enclosures, "href", "type")],
    )


def _json(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Reading:
    def text(name: str, of: Mapping[str, Any] = item) -> str:
        return of[name] if isinstance(of.get(name), str) else ""

    authors = item.get("authors") or feed.get("authors") or []
    image = text("image")
    html = text("content_html") or "".join(f"<p>{part}</p>" for part in text("content_text").split("\n\n") if part)
    return _entry(
        uri=text("id") or text("url"),
        base=text("url"),
        headline=text("title"),
        html=html,
        summary=text("summary"),
        created=text("date_modified") or text("date_published"),
        byline=", ".join(text("name", each) for each in authors if isinstance(each, dict) and text("name", each)),
        language=text("language") or text("language", feed),
        keywords=[each for each in item.get("tags") or [] if isinstance(each, str)],
        source=text("title", feed),
        pictures=[_block(image, "", None)] if image else [],
    )


def _entry(
    *,
    uri: str,
    base: str,
    headline: str,
    html: str,
    summary: str,
    created: str,
    byline: str,
    language: str,
    keywords: list[str],
    source: str,
    pictures: list[dict[str, Any]],
) -> Reading:
    if not uri or len(uri) > 2000:
        return Refused(uri[:100], refusal([Fault("guid", "an id or a link, at most 2000 characters", len(uri))]))
    try:
        body = read_html(html, base, headline)
    except Fault as fault:
        return Refused(uri, refusal([fault]))
    named = {href for block in body.blocks for href in block.get("hrefs") or ()}
    others = [each for each in pictures if not named & set(each["names"])]
    matched = [each for each in pictures if named & set(each["names"])]
    return Received(
        uri=uri,
        created_ms=moment_or_none(created),
        language=language or None,
        headline=headline,
        byline=byline or None,
        description=summary or None,
        source=source or None,
        keywords=tuple(word for word in keywords if word),
        blocks=placed(body.blocks, [*_once(others), *matched]),
        left_out=tuple(body.left_out),
        times={},
    )


def _deleted(element: Element) -> Reading:
    """An entry that its source has taken away (RFC 6721), which may come back."""
    when = moment_or_none(element.get("when"))
    return Received(uri=element.get("ref", ""), created_ms=when, status=WITHHELD, times={})


def _media(item: Element) -> list[dict[str, Any]]:
    """Pictures of Media RSS; those of one group are files of one picture."""
    found = []
    for holder in (item, *item.iterfind("m:group", _N)):
        contents = [each for each in holder.findall("m:content", _N) if _is_image(each)]
        for each in contents:
            found.append(_of_media(each, holder if len(contents) == 1 or holder is not item else each))
        if not contents and holder is item:
            found += [_of_media(each, item) for each in holder.findall("m:thumbnail", _N)[:1]]
    return found


def _of_media(content: Element, around: Element) -> dict[str, Any]:
    def said(name: str) -> Element | None:
        near = content.find(f"m:{name}", _N)
        return near if near is not None else around.find(f"m:{name}", _N)

    credit = text_of(said("credit")) or text_of(said("copyright"))
    caption = plain_words(_raw(said("description"))) or plain_words(_raw(content.find("m:title", _N)))
    return _block(content.get("url", ""), caption, credit or None)


def _is_image(content: Element) -> bool:
    return content.get("medium") == "image" or content.get("type", "").startswith("image/") or bool(
        not content.get("medium") and not content.get("type")
        and re.search(r"\.(?:jpe?g|png|webp|avif|gif)(?:\?.*)?$", content.get("url", ""), re.IGNORECASE)
    )  # fmt: skip


def _enclosures(elements: Any, address: str, kind: str) -> list[dict[str, Any]]:
    return [_block(each.get(address, ""), "", None) for each in elements if each.get(kind, "").startswith("image/")]


def _block(href: str, caption: str, credit: str | None) -> dict[str, Any]:
    text, found = split_credit(caption)
    told = (read_credit(credit) if credit else None) or found
    return {"type": "image", "hrefs": [href], "caption": text, "alt": "", "credit": credit_json(told), "names": [href]}


def _once(pictures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop what is told twice: the same file, or another size of it with the same caption."""
    kept: dict[str, dict[str, Any]] = {}
    for picture in pictures:
        kept.setdefault(picture["caption"] or picture["hrefs"][0].partition("?")[0], picture)
    return list(kept.values())[:MOST_PICTURES]


def _raw(element: Element | None) -> str:
    """Text of an element that holds HTML, escaped or in CDATA."""
    return "".join(element.itertext()) if element is not None else ""


def _construct(element: Element | None) -> str:
    """A text construct of Atom as HTML."""
    if element is None:
        return ""
    if element.get("type") == "xhtml":
        return as_html(element)
    raw = _raw(element)
    return (
        raw if element.get("type", "text") in ("html", "text/html") else raw.replace("&", "&amp;").replace("<", "&lt;")
    )
