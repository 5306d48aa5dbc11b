"""An HTML body as blocks in JSON form: feeds, ninjs and NewsML-G2 bring tag soup, an article is typed.

What readers do not see goes without a word (scripts, styles, comments); what they would see and cannot is told.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from publisher.body import inline
from publisher.body.credit_texts import read_credit, split_credit
from publisher.body.credits import Credit
from publisher.body.embeds import player_of
from publisher.body.inline import Node
from publisher.faults import Fault
from publisher.ingest.blocks import CATEGORY, credit_json
from publisher.ingest.inline_html import (
    BLOCKS,
    HOLDERS,
    MARKS,
    UNSEEN,
    InlineReader,
    is_hidden,
    joined,
    parted,
    tag_of,
    texts_of,
)
from publisher.ingest.marked_html import KINDS, SOURCE, read_marked
from publisher.ingest.received import LeftOut

FRAMES = {"iframe", "video", "audio", "object", "embed"}
PLAYERS = ("YouTube", "Vimeo")
_CREDIT_CLASS = re.compile(r"credit|byline|photographer|copyright|source|attribution", re.IGNORECASE)
_PAGES = (
    (
        re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11}).*"),
        r"https://www.youtube.com/watch?v=\1",
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/([0-9]+).*"), r"https://vimeo.com/\1"),
)
"""Of a player's frame the page that people share."""


@dataclass
class Body:
    """Blocks in reading order, and what was left out."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def read_html(html: str, base: str = "", headline: str = "") -> Body:
    """Read a body.

    Args:
        html: a document or a piece of one.
        base: the address that relative ones go out from.
        headline: of the article; a first heading that repeats it is left out.
    """
    root = parse_html(html)
    return read_tree(root, base, headline) if root is not None else Body()


def read_tree(root: Element, base: str = "", headline: str = "") -> Body:
    """Read a body that is parsed; see ``read_html``."""
    return _Reader(base, headline).read(root)


def plain_words(html: str) -> str:
    """Text of some HTML, without its markup, in one line."""
    root = parse_html(html)
    return " ".join("".join(texts_of(root)).split()) if root is not None else ""


def parse_html(html: str) -> Element | None:
    """Parse a document or a piece of one; None where there is nothing."""
    if not html.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None  # nothing but comments
    if any("depth" in str(entry.message) for entry in parser.error_log.filter_from_fatals()):
        raise Fault("body", "HTML nested at most 256 deep", "deeper")  # the parser leaves out what is below
    return root


class _Reader:
    """Walks a tree; loose text between blocks gathers in ``_loose`` until a block begins."""

    def __init__(self, base: str, headline: str) -> None:
        self._inline = InlineReader(base)
        self._headline = " ".join(headline.split())
        self._body = Body()
        self._loose: list[Node] = []

    def read(self, root: Element) -> Body:
        self._walk(root)
        self._flush()
        return self._body

    def _walk(self, holder: Element) -> None:
        self._text(holder.text)
        for child in holder:
            self._child(child)
            self._text(child.tail)

    def _child(self, element: Element) -> None:
        tag = tag_of(element)
        if tag in UNSEEN or is_hidden(element):
            return
        marked = element.get("data-block")
        if marked in KINDS:
            self._flush()
            self._add(read_marked(element, self._inline))
        elif marked == SOURCE:
            self._flush()  # told beside the text
        elif tag in BLOCKS:
            self._flush()
            self._block(tag, element)
            self._flush()
        elif tag == "img":
            self._flush()
            self._picture(element)
        elif tag in FRAMES:
            self._flush()
            self._frame(element)
        elif any(tag_of(each) in BLOCKS | {"img"} | FRAMES for each in element.iterdescendants()):
            self._walk(element)  # a mark around blocks, or a picture in a link
        elif tag == "br":
            self._loose.append(inline.Element("br"))
        else:
            mark = MARKS.get(tag)
            self._loose += self._inline.marked_up(
                element, mark, self._inline.nodes(element, inside=f" {mark}" if mark else ""), ""
            )

    def _block(self, tag: str, element: Element) -> None:
        if tag in HOLDERS or tag == "p":
            self._walk(element)
        elif tag[0] == "h" and tag[1:].isdecimal():
            self._heading(min(max(int(tag[1]), 2), 4), element)
        elif tag in ("ul", "ol"):
            items = [html for each in element if (html := self._inline.html(self._inline.nodes(each)))]
            if items:
                self._add({"type": "list", "ordered": tag == "ol", "items": items})
        elif tag == "blockquote":
            self._quote(element)
        elif tag == "figure":
            self._figure(element)
        elif tag == "table":
            self._table(element)
        elif tag == "pre":
            code = "".join(texts_of(element)).strip("\n")
            if code.strip():
                self._add({"type": "code", "code": code})
        else:
            self._add({"type": "divider"})

    def _heading(self, level: int, element: Element) -> None:
        html, plain = self._inline.html(self._inline.nodes(element)), self._inline.plain(element)
        if plain and not (plain == self._headline and not self._body.blocks):
            self._add({"type": "heading", "level": level, "html": html})
        self._pictures_in(element)

    def _quote(self, element: Element) -> None:
        said_by = next((each for each in element.iter() if tag_of(each) in ("footer", "cite")), None)
        attribution = self._inline.plain(said_by).lstrip("—–- ") if said_by is not None else None
        html = self._inline.html(self._inline.nodes(element, without=said_by))
        if html:
            self._add({"type": "quote", "html": html, "attribution": attribution or None})
        self._pictures_in(element)

    def _figure(self, element: Element) -> None:
        images = [each for each in element.iter() if tag_of(each) == "img"]
        if not images:
            self._walk(element)
            return
        said = next((each for each in element.iter() if tag_of(each) == "figcaption"), None)
        parts = [each for each in element.iter() if each is not said and _CREDIT_CLASS.search(each.get("class") or "")]
        told = next(
            (each for each in parts if tag_of(each) not in ("figure", "img", "picture") and self._inline.plain(each)),
            None,
        )
        caption, credit = split_credit(self._inline.plain(said, without=told)) if said is not None else ("", None)
        if told is not None:
            credit = read_credit(self._inline.plain(told)) or credit
        for number, image in enumerate(images):
            self._picture(image, caption if number == 0 else "", credit)

    def _picture(self, image: Element, caption: str = "", credit: Credit | None = None) -> None:
        given = image.get("src") or image.get("data-src") or ""
        href, inside = self._inline.address(given), _inside(given)
        if _counts(image):
            return  # the pixel by which somebody counts readers
        alt, title = (" ".join((image.get(name) or "").split()) for name in ("alt", "title"))
        if not caption:
            caption, found = split_credit(title or alt)
            credit = credit or found
        if not (href or inside or caption):
            return
        self._add(
            {
                "type": "image",
                "hrefs": [href] if href else [],
                **({"data": inside} if inside else {}),
                "caption": caption,
                "alt": split_credit(alt)[0],
                "credit": credit_json(credit),
            }
        )

    def _pictures_in(self, element: Element) -> None:
        for image in element.iter():
            if tag_of(image) == "img":
                self._picture(image)

    def _frame(self, element: Element) -> None:
        within = next((each.get("src") for each in element.iter() if each.get("src") or each.get("data")), None)
        url = self._inline.address(within or element.get("data") or "")
        if url is None or _counts(element):
            return
        title = " ".join((element.get("title") or self._inline.plain(element)).split()) or url
        for frame, page in _PAGES:
            url = frame.sub(page, url)
        if player_of(url)[0] in PLAYERS:
            self._add({"type": "embed", "url": url, "title": title[:300], "category": CATEGORY})
        else:
            self._add({"type": "link", "href": url, "text": title[:300]})

    def _table(self, element: Element) -> None:
        rows = [each for each in element.iter() if tag_of(each) == "tr" and _table_of(each) is element]
        cells = [[each for each in row if tag_of(each) in ("td", "th")] for row in rows]
        cells = [row for row in cells if row]
        width = max(map(len, cells), default=0)
        filled = [
            [self._inline.html(self._inline.nodes(each)) for each in row] + [""] * (width - len(row)) for row in cells
        ]
        if not any(any(row) for row in filled):
            return
        said = next((each for each in element if tag_of(each) == "caption"), None)
        column = len(cells) > 1 and all(tag_of(row[0]) == "th" for row in cells[1:])
        header = (
            "both" if column and _heads(cells[0]) else "column" if column else "row" if _heads(cells[0]) else "none"
        )
        caption = self._inline.plain(said) if said is not None else None
        self._add({"type": "table", "rows": filled, "header": header, "caption": caption or None})

    def _text(self, text: str | None) -> None:
        if text:
            self._loose.append(text)

    def _flush(self) -> None:
        """Make paragraphs of the loose text: two line breaks part them."""
        for nodes in parted(joined(self._loose)):
            html = self._inline.html(nodes)
            if html:
                self._add({"type": "paragraph", "html": html})
        self._loose = []

    def _add(self, block: Mapping[str, Any]) -> None:
        self._body.blocks.append(dict(block))


def _inside(address: str) -> bytes | None:
    """The picture that an address holds itself (RFC 2397)."""
    found = re.match(r"data:image/[\w.+-]+;base64,(.*)", address, re.DOTALL)
    try:
        return base64.b64decode("".join(found[1].split()), validate=True) if found else None
    except ValueError:
        return None


def _counts(element: Element) -> bool:
    """Whether a picture or frame is there to count who sees it: it has no size."""
    return any((element.get(name) or "").strip().removesuffix("px") in ("0", "1") for name in ("width", "height"))


def _table_of(row: Element) -> Element | None:
    return next((each for each in row.iterancestors() if tag_of(each) == "table"), None)


def _heads(cells: list[Element]) -> bool:
    return all(tag_of(each) == "th" for each in cells[1:] or cells)
