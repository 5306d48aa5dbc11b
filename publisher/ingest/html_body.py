"""An HTML body as blocks in JSON form: feeds, ninjs and NewsML-G2 bring tag soup, an article is typed.

What readers do not see goes without a word (scripts, styles, comments); what they would see and cannot is told.
Elements that say which block they are (``data-block``, as ``plain_html`` writes them) are read as that block again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from publisher import inline
from publisher.credit_texts import read_credit, split_credit
from publisher.credits import Credit, split_caption
from publisher.embeds import player_of
from publisher.faults import Fault
from publisher.ingest.received import LeftOut
from publisher.inline import Node

MARKS = {"em": "em", "i": "em", "strong": "strong", "b": "strong", "code": "code", "kbd": "code", "a": "a"}
UNSEEN = {"script", "style", "template", "noscript", "head", "link", "meta", "base", "input", "button", "select", "svg"}
HOLDERS = {
    "html", "body", "div", "section", "article", "main", "header", "footer", "aside", "center", "details", "summary",
    "form", "picture", "nav", "address", "fieldset", "dl", "dd", "dt", "nitf", "block",
}  # fmt: skip
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "figure", "table", "pre", "hr"} | HOLDERS
FRAMES = {"iframe", "video", "audio", "object", "embed"}
PLAYERS = ("YouTube", "Vimeo")
SOURCE = "source"
"""Marks the source line at the end of a text."""
CATEGORY = "media"
"""The purpose that a player taken in waits for."""
_CREDIT_CLASS = re.compile(r"credit|byline|photographer|copyright|source|attribution", re.IGNORECASE)
_PAGES = (
    (
        re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11}).*"),
        r"https://www.youtube.com/watch?v=\1",
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/([0-9]+).*"), r"https://vimeo.com/\1"),
)
"""Of a player's frame the page that people share."""
_SPACE = re.compile(r"[ \t\n\r\f]+")


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
    root = _tree(html)
    return _Reader(base, headline).read(root) if root is not None else Body()


def plain_words(html: str) -> str:
    """Text of some HTML, without its markup, in one line."""
    root = _tree(html)
    return " ".join("".join(_texts(root)).split()) if root is not None else ""


def _tree(html: str) -> etree._Element | None:
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
        self._base = base
        self._headline = " ".join(headline.split())
        self._body = Body()
        self._loose: list[Node] = []

    def read(self, root: etree._Element) -> Body:
        self._walk(root)
        self._flush()
        return self._body

    def _walk(self, holder: etree._Element) -> None:
        self._text(holder.text)
        for child in holder:
            self._child(child)
            self._text(child.tail)

    def _child(self, element: etree._Element) -> None:
        tag = _tag(element)
        if tag in UNSEEN or _hidden(element):
            return
        marked = element.get("data-block")
        if marked in _MARKED:
            self._flush()
            self._add(_MARKED[marked](self, element) | ({"id": element.get("id")} if element.get("id") else {}))
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
        elif any(_tag(each) in BLOCKS | {"img"} | FRAMES for each in element.iterdescendants()):
            self._walk(element)  # a mark around blocks, or a picture in a link
        elif tag == "br":
            self._loose.append(inline.Element("br"))
        else:
            mark = MARKS.get(tag)
            self._loose += self._marked_up(element, mark, self._nodes(element, inside=f" {mark}" if mark else ""), "")

    def _block(self, tag: str, element: etree._Element) -> None:
        if tag in HOLDERS or tag == "p":
            self._walk(element)
        elif tag[0] == "h" and tag[1:].isdecimal():
            self._heading(min(max(int(tag[1]), 2), 4), element)
        elif tag in ("ul", "ol"):
            items = [html for each in element if (html := self._html(self._nodes(each)))]
            if items:
                self._add({"type": "list", "ordered": tag == "ol", "items": items})
        elif tag == "blockquote":
            self._quote(element)
        elif tag == "figure":
            self._figure(element)
        elif tag == "table":
            self._table(element)
        elif tag == "pre":
            code = "".join(_texts(element)).strip("\n")
            if code.strip():
                self._add({"type": "code", "code": code})
        else:
            self._add({"type": "divider"})

    def _heading(self, level: int, element: etree._Element) -> None:
        html, plain = self._html(self._nodes(element)), self._plain(element)
        if plain and not (plain == self._headline and not self._body.blocks):
            self._add({"type": "heading", "level": level, "html": html})
        self._pictures_in(element)

    def _quote(self, element: etree._Element) -> None:
        said_by = next((each for each in element.iter() if _tag(each) in ("footer", "cite")), None)
        attribution = self._plain(said_by).lstrip("—–- ") if said_by is not None else None
        html = self._html(self._nodes(element, without=said_by))
        if html:
            self._add({"type": "quote", "html": html, "attribution": attribution or None})
        self._pictures_in(element)

    def _figure(self, element: etree._Element) -> None:
        images = [each for each in element.iter() if _tag(each) == "img"]
        if not images:
            self._walk(element)
            return
        said = next((each for each in element.iter() if _tag(each) == "figcaption"), None)
        parts = [each for each in element.iter() if each is not said and _CREDIT_CLASS.search(each.get("class") or "")]
        told = next(
            (each for each in parts if _tag(each) not in ("figure", "img", "picture") and self._plain(each)), None
        )
        caption, credit = split_credit(self._plain(said, without=told)) if said is not None else ("", None)
        if told is not None:
            credit = read_credit(self._plain(told)) or credit
        for number, image in enumerate(images):
            self._picture(image, caption if number == 0 else "", credit)

    def _picture(self, image: etree._Element, caption: str = "", credit: Credit | None = None) -> None:
        href = self._address(image.get("src") or image.get("data-src") or "")
        if href is None or _counts(image):
            return  # a data: address, or the pixel by which somebody counts readers
        alt, title = (" ".join((image.get(name) or "").split()) for name in ("alt", "title"))
        if not caption:
            caption, found = split_credit(title or alt)
            credit = credit or found
        self._add(
            {
                "type": "image",
                "hrefs": [href],
                "caption": caption,
                "alt": split_credit(alt)[0],
                "credit": credit_json(credit),
            }
        )

    def _pictures_in(self, element: etree._Element) -> None:
        for image in element.iter():
            if _tag(image) == "img":
                self._picture(image)

    def _frame(self, element: etree._Element) -> None:
        within = next((each.get("src") for each in element.iter() if each.get("src") or each.get("data")), None)
        url = self._address(within or element.get("data") or "")
        if url is None or _counts(element):
            return
        title = " ".join((element.get("title") or self._plain(element)).split()) or url
        for frame, page in _PAGES:
            url = frame.sub(page, url)
        if player_of(url)[0] in PLAYERS:
            self._add({"type": "embed", "url": url, "title": title[:300], "category": CATEGORY})
        else:
            self._add({"type": "link", "href": url, "text": title[:300]})

    def _table(self, element: etree._Element) -> None:
        rows = [each for each in element.iter() if _tag(each) == "tr"]
        cells = [[each for each in row if _tag(each) in ("td", "th")] for row in rows]
        cells = [row for row in cells if row]
        width = max(map(len, cells), default=0)
        filled = [[self._html(self._nodes(each)) for each in row] + [""] * (width - len(row)) for row in cells]
        if not any(any(row) for row in filled):
            return
        said = next((each for each in element if _tag(each) == "caption"), None)
        column = len(cells) > 1 and all(_tag(row[0]) == "th" for row in cells[1:])
        header = (
            "both" if column and _heads(cells[0]) else "column" if column else "row" if _heads(cells[0]) else "none"
        )
        caption = self._plain(said) if said is not None else None
        self._add({"type": "table", "rows": filled, "header": header, "caption": caption or None})

    def _marked_text(self, element: etree._Element) -> str:
        return inline.serialise(tuple(self._nodes(element)))

    def _marked(self, element: etree._Element) -> dict[str, Any]:
        kind, tag = element.get("data-block"), _tag(element)
        block: dict[str, Any] = {"type": kind}
        if kind == "heading":
            return block | {
                "level": int(tag[1]) if tag in ("h2", "h3", "h4") else 2,
                "html": self._marked_text(element),
            }
        if kind == "quote":
            said_by = next((each for each in element if _tag(each) == "footer"), None)
            within = next((each for each in element if _tag(each) == "p"), element)
            attribution = "".join(_texts(said_by)) if said_by is not None else None
            return block | {"html": self._marked_text(within), "attribution": attribution}
        if kind == "list":
            items = [self._marked_text(each) for each in element if _tag(each) == "li"]
            return block | {"ordered": tag == "ol", "items": items}
        if kind == "table":
            rows = [[self._marked_text(cell) for cell in row] for row in element.iter() if _tag(row) == "tr"]
            said = next((each for each in element if _tag(each) == "caption"), None)
            caption = "".join(_texts(said)) if said is not None else None
            return block | {"rows": rows, "header": element.get("data-header") or "row", "caption": caption}
        if kind in ("embed", "link"):
            link = next((each for each in element if _tag(each) == "a"), element)
            address, text = self._address(link.get("href") or "") or "", "".join(_texts(link))
            if kind == "link":
                return block | {"href": address, "text": text}
            told = {name: element.get(f"data-{name}") for name in ("frame", "provider", "category", "ratio")}
            return block | told | {"url": address, "title": text, "category": told["category"] or CATEGORY}
        if kind == "code":
            return block | {"code": "".join(_texts(element)), "syntax": element.get("data-syntax")}
        if kind == "correction":
            label = next((each for each in element if _tag(each) == "strong"), None)
            html = inline.serialise(tuple(self._nodes(element, without=label))).strip()
            return block | {"kind": element.get("data-kind"), "html": html, "date": element.get("data-date")}
        if kind == "gallery":
            return block | {"pictures": [self._marked_picture(each) for each in element if _tag(each) == "figure"]}
        if kind == "image":
            return block | self._marked_picture(element)
        return block | ({} if kind == "divider" else {"html": self._marked_text(element)})

    def _marked_picture(self, element: etree._Element) -> dict[str, Any]:
        image = next((each for each in element.iter() if _tag(each) == "img"), element)
        said = next((each for each in element if _tag(each) == "figcaption"), element)
        text, focus = "".join(_texts(said)), (element.get("data-focus") or "").split()
        caption, credit = split_caption(text)
        line = text[len(caption) :].strip()
        creators = element.get("data-creators") or ""
        if credit and line.startswith("/") and creators.isdecimal():
            names = line[1:].split("/")
            credit = Credit(tuple(names[: int(creators)]), names[int(creators)] if len(names) > int(creators) else None)
        href = self._address(image.get("src") or "")
        return {
            "hrefs": [href] if href else [],
            "caption": caption,
            "alt": image.get("alt") or "",
            "decorative": not image.get("alt"),
            "credit": credit_json(credit),
            "focus": {"x": float(focus[0]), "y": float(focus[1])} if len(focus) == 2 else None,
        }

    def _nodes(self, element: etree._Element, without: etree._Element | None = None, inside: str = "") -> list[Node]:
        """Read what is inside an element as a line of text; blocks in it are set apart by ``br``."""
        nodes: list[Node] = [element.text] if element.text else []
        for child in element:
            of = _tag(child)
            if child is not without and of not in UNSEEN and not _hidden(child):
                mark = MARKS.get(of)
                within = inside + (f" {mark}" if mark else "")
                if of == "br":
                    nodes.append(inline.Element("br"))
                elif of in BLOCKS and nodes:
                    nodes += [inline.Element("br"), *self._nodes(child, without, within)]
                else:
                    nodes += self._marked_up(child, mark, self._nodes(child, without, within), inside)
            if child.tail:
                nodes.append(child.tail)
        return nodes

    def _marked_up(self, element: etree._Element, mark: str | None, inner: list[Node], inside: str) -> list[Node]:
        if mark is None or (mark == "a" and " a" in inside):
            return inner
        if mark != "a":
            return [inline.Element(mark, tuple(_joined(inner)))] if inner else []
        href = self._address(element.get("href") or "")
        if href is None:
            return inner
        return [inline.Element("a", tuple(_joined(inner)), href)] if inner else []

    def _address(self, given: str) -> str | None:
        """The address as a link may have it; None for one that leads nowhere."""
        try:
            return inline.check_href(urljoin(self._base, given.strip()).replace(" ", "%20"))
        except (ValueError, inline.InlineError):
            return None

    def _html(self, nodes: list[Node]) -> str:
        return inline.serialise(tuple(_trimmed(_joined(nodes))))

    def _plain(self, element: etree._Element, without: etree._Element | None = None) -> str:
        return " ".join(inline.plain_text(tuple(self._nodes(element, without))).split())

    def _text(self, text: str | None) -> None:
        if text:
            self._loose.append(text)

    def _flush(self) -> None:
        """Make paragraphs of the loose text: two line breaks part them."""
        for nodes in _parted(_joined(self._loose)):
            html = self._html(nodes)
            if html:
                self._add({"type": "paragraph", "html": html})
        self._loose = []

    def _add(self, block: Mapping[str, Any]) -> None:
        self._body.blocks.append(dict(block))


_KINDS = "paragraph heading image gallery quote list table embed link divider code correction"
_MARKED = dict.fromkeys(_KINDS.split(), _Reader._marked)


def credit_json(credit: Credit | None) -> dict[str, Any] | None:
    """Write a credit in the JSON form of a block."""
    return {"creators": list(credit.creators), "agency": credit.agency} if credit else None


def _tag(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _texts(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if _tag(child) not in UNSEEN:
            yield "\n" if _tag(child) == "br" else ""
            yield from _texts(child)
        yield child.tail or ""


def _hidden(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style


def _counts(element: etree._Element) -> bool:
    """Whether a picture or frame is there to count who sees it: it has no size."""
    return any((element.get(name) or "").strip().removesuffix("px") in ("0", "1") for name in ("width", "height"))


def _heads(cells: list[etree._Element]) -> bool:
    return all(_tag(each) == "th" for each in cells[1:] or cells)


def _joined(nodes: list[Node]) -> list[Node]:
    joined: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and joined and isinstance(joined[-1], str):
            joined[-1] += node
        else:
            joined.append(node)
    return joined


def _parted(nodes: list[Node]) -> Iterator[list[Node]]:
    part: list[Node] = []
    for node in nodes:
        last = part[-1] if part else None
        if _is_break(node) and (_is_break(last) or (last == " " and len(part) > 1 and _is_break(part[-2]))):
            yield part
            part = []
        elif not (isinstance(node, str) and not node.strip() and _is_break(last)):
            part.append(node)
    yield part


def _is_break(node: Node | None) -> bool:
    return isinstance(node, inline.Element) and node.tag == "br"


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Fold white space as HTML does, and drop it at both ends with the line breaks there."""
    folded = _joined([_SPACE.sub(" ", node) if isinstance(node, str) else _folded(node) for node in nodes])
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while folded and (_is_break(folded[at]) or not inline.plain_text((folded[at],)).strip()):
            folded.pop(at)
        if folded and isinstance(folded[at], str):
            folded[at] = strip(str(folded[at]))
    return folded


def _folded(element: inline.Element) -> inline.Element:
    children = tuple(_SPACE.sub(" ", each) if isinstance(each, str) else _folded(each) for each in element.children)
    return inline.Element(element.tag, children, element.href)
