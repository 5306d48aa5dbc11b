"""Elements that say which block they are (``data-block``, as ``plain_html`` writes them), read as that block again."""

import re
from typing import Any, get_args

from lxml.etree import _Element as Element

from publisher.body import inline
from publisher.body.blocks import Block
from publisher.body.credits import Credit, split_caption
from publisher.ingest.blocks import CATEGORY, credit_json
from publisher.ingest.inline_html import InlineReader, tag_of, texts_of

KINDS = frozenset(kind.type for kind in get_args(Block))
SOURCE = "source"
"""Marks the source line at the end of a text."""
_FOCUS = re.compile(r"(\d(?:\.\d+)?(?:e-\d+)?) (\d(?:\.\d+)?(?:e-\d+)?)")


def _text(reader: InlineReader, element: Element) -> str:
    return inline.serialise(tuple(reader.nodes(element)))


def read_marked(element: Element, reader: InlineReader) -> dict[str, Any]:
    """Read an element that says which block it is, one of KINDS."""
    kind, tag = element.get("data-block"), tag_of(element)
    block: dict[str, Any] = {"type": kind, **({"id": element.get("id")} if element.get("id") else {})}
    if kind == "heading":
        return block | {
            "level": int(tag[1]) if tag in ("h2", "h3", "h4") else 2,
            "html": _text(reader, element),
        }
    if kind == "quote":
        said_by = next((each for each in element if tag_of(each) == "footer"), None)
        within = next((each for each in element if tag_of(each) == "p"), element)
        attribution = "".join(texts_of(said_by)) if said_by is not None else None
        return block | {"html": _text(reader, within), "attribution": attribution}
    if kind == "list":
        items = [_text(reader, each) for each in element if tag_of(each) == "li"]
        return block | {"ordered": tag == "ol", "items": items}
    if kind == "table":
        rows = [[_text(reader, cell) for cell in row] for row in element.iter() if tag_of(row) == "tr"]
        said = next((each for each in element if tag_of(each) == "caption"), None)
        caption = "".join(texts_of(said)) if said is not None else None
        return block | {"rows": rows, "header": element.get("data-header") or "row", "caption": caption}
    if kind in ("embed", "link"):
        link = next((each for each in element if tag_of(each) == "a"), element)
        address, text = reader.address(link.get("href") or "") or "", "".join(texts_of(link))
        if kind == "link":
            return block | {"href": address, "text": text}
        told = {name: element.get(f"data-{name}") for name in ("frame", "provider", "category", "ratio")}
        return block | told | {"url": address, "title": text, "category": told["category"] or CATEGORY}
    if kind == "code":
        return block | {"code": "".join(texts_of(element)), "syntax": element.get("data-syntax")}
    if kind == "correction":
        label = next((each for each in element if tag_of(each) == "strong"), None)
        html = inline.serialise(tuple(reader.nodes(element, without=label))).strip()
        return block | {"kind": element.get("data-kind"), "html": html, "date": element.get("data-date")}
    if kind == "gallery":
        return block | {"pictures": [_picture(reader, each) for each in element if tag_of(each) == "figure"]}
    if kind == "image":
        return block | _picture(reader, element)
    return block | ({} if kind == "divider" else {"html": _text(reader, element)})


def _picture(reader: InlineReader, element: Element) -> dict[str, Any]:
    image = next((each for each in element.iter() if tag_of(each) == "img"), element)
    said = next((each for each in element if tag_of(each) == "figcaption"), element)
    text, focus = "".join(texts_of(said)), _FOCUS.fullmatch(element.get("data-focus") or "")
    caption, credit = split_caption(text)
    line = text[len(caption) :].strip()
    creators = element.get("data-creators") or ""
    if credit and line.startswith("/") and creators.isdecimal():
        names = line[1:].split("/")
        credit = Credit(tuple(names[: int(creators)]), names[int(creators)] if len(names) > int(creators) else None)
    href = reader.address(image.get("src") or "")
    return {
        "hrefs": [href] if href else [],
        "caption": caption,
        "alt": image.get("alt") or "",
        "decorative": not image.get("alt"),
        "credit": credit_json(credit),
        "focus": {"x": float(focus[1]), "y": float(focus[2])} if focus else None,
    }
