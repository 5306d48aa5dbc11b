"""NewsML-G2 2.35 (IPTC), power conformance: an article in one language and each of its pictures, in one message."""

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

from publisher.body.blocks import Picture
from publisher.body.credits import format_line
from publisher.exchange import xml
from publisher.exchange.items import Item, picture_uri
from publisher.exchange.xml import add
from publisher.states import KILLED, pub_status

NAR = "http://iptc.org/std/nar/2006-10-01/"
XHTML = xml.NAMESPACES["xhtml"]
CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"
SIGNALS = {"update": "sig:update", "correction": "sig:correction", "retraction": "sig:correction"}
"""What the standard's codes have for kinds of revision; a minor one is no signal."""
_VOID = re.compile(r"<(br|hr|img)([^>]*)>")


def write(item: Item, sent_ms: int) -> str:
    """Write the message; of a killed article its text item says that it is canceled and nothing more."""
    root = xml.root("newsMessage", NAR)
    add(add(root, "header"), "sent", _time(sent_ms))
    items = add(root, "itemSet")
    _text(items, item)
    for picture in item.pictures if item.revision.state != KILLED else []:
        _picture(items, item, picture)
    return xml.document(root)


def _text(items: Element, item: Item) -> None:
    revision, article = item.revision, item.article
    made = _news_item(items, item.uri, revision.number, item.language)
    meta = _item_meta(made, item, "ninat:text")
    signal = SIGNALS.get(revision.kind) if revision.number > 1 else None
    if signal:
        add(meta, "signal", qcode=signal)
    if revision.state == KILLED:
        return
    if revision.timing.expires_ms:
        add(meta, "expires", _time(revision.timing.expires_ms))
    meta = add(made, "contentMeta")
    if item.engine:
        add(meta, "digitalSourceType", qcode="digsrctype:algorithmicallyEnhanced")
    if article.source:
        add(add(meta, "infoSource", literal=_literal(article.source)), "name", article.source)
    add(meta, "language", tag=item.language)
    for keyword in article.keywords:
        add(meta, "keyword", keyword)
    add(add(meta, "subject", literal=_literal(article.section)), "name", article.section)
    add(meta, "slugline", article.slug)
    add(meta, "headline", article.headline)
    if article.byline:
        add(meta, "by", article.byline)
    if article.description:
        add(meta, "description", article.description, role="drol:summary")
    inline = add(add(made, "contentSet"), "inlineXML", contenttype="application/xhtml+xml")
    inline.append(_page(article.headline, item.html))


def _picture(items: Element, item: Item, picture: Picture) -> None:
    made = _news_item(items, picture_uri(item.site, picture), 1, item.language)
    _item_meta(made, item, "ninat:picture")
    meta = add(made, "contentMeta")
    for name in picture.credit.creators:
        add(add(meta, "creator", literal=_literal(name)), "name", name)
    add(meta, "language", tag=item.language)
    add(meta, "creditline", format_line(picture.credit))
    add(meta, "description", picture.caption, role="drol:caption")
    if picture.alt:
        # the standard's codes have no role for it that we could name
        add(meta, "description", picture.alt)
    files = add(made, "contentSet")
    for file in item.files[picture.media]:
        size = {"width": str(file.width), "height": str(file.height), "size": str(file.size_bytes)}
        add(files, "remoteContent", href=file.href, contenttype=file.content_type, **size)


def _news_item(items: Element, guid: str, version: int, language: str) -> Element:
    made = add(
        items,
        "newsItem",
        guid=guid,
        version=str(version),
        standard="NewsML-G2",
        standardversion="2.35",
        conformance="power",
        xml_lang=language,
    )
    add(made, "catalogRef", href=CATALOG)
    return made


def _item_meta(made: Element, item: Item, kind: str) -> Element:
    revision = item.revision
    meta = add(made, "itemMeta")
    add(meta, "itemClass", qcode=kind)
    add(add(meta, "provider", literal=_literal(item.site.name)), "name", item.site.name)
    add(meta, "versionCreated", _time(revision.created_ms))
    if revision.first_published_ms:
        add(meta, "firstCreated", _time(revision.first_published_ms))
    if revision.timing.embargoed_until_ms:
        add(meta, "embargoed", _time(revision.timing.embargoed_until_ms))
    add(meta, "pubStatus", qcode=f"stat:{pub_status(revision.state)}")
    return meta


def _page(title: str, html: str) -> Element:
    """The body as XHTML: it was written from a tree, so only its void elements are not XML yet."""
    body = _VOID.sub(r"<\1\2/>", xml.clean(html))
    page = fromstring(f'<html xmlns="{XHTML}"><head><title/></head><body>{body}</body></html>')
    page[0][0].text = xml.clean(title)
    return page


def _literal(name: str) -> str:
    """A name as a literal of the standard, which has no spaces."""
    return "-".join(name.split())[:200]


def _time(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S+00:00}"
