"""What stands inside of an element of HTML, as inline markup of a block; white space folds as in browsers."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml.etree import _Element as Element

from publisher.body import inline
from publisher.body.inline import Node

MARKS = {"em": "em", "i": "em", "strong": "strong", "b": "strong", "code": "code", "kbd": "code", "a": "a"}
UNSEEN = {"script", "style", "template", "noscript", "head", "link", "meta", "base", "input", "button", "select", "svg"}
HOLDERS = {
    "html", "body", "div", "section", "article", "main", "header", "footer", "aside", "center", "details", "summary",
    "form", "picture", "nav", "address", "fieldset", "dl", "dd", "dt", "nitf", "block",
}  # fmt: skip
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "figure", "table", "pre", "hr"} | HOLDERS
_SPACE = re.compile(r"[ \t\n\r\f]+")


class InlineReader:
    """Reads what is inside of elements; ``base`` is what relative addresses go out from."""

    def __init__(self, base: str = "") -> None:
        self._base = base

    def nodes(self, element: Element, without: Element | None = None, inside: str = "") -> list[Node]:
        """Read what is inside an element as a line of text; blocks in it are set apart by ``br``."""
        nodes: list[Node] = [element.text] if element.text else []
        for child in element:
            of = tag_of(child)
            if child is not without and of not in UNSEEN and not is_hidden(child):
                mark = MARKS.get(of)
                within = inside + (f" {mark}" if mark else "")
                if of == "br":
                    nodes.append(inline.Element("br"))
                elif of in BLOCKS and nodes:
                    nodes += [inline.Element("br"), *self.nodes(child, without, within)]
                else:
                    nodes += self.marked_up(child, mark, self.nodes(child, without, within), inside)
            if child.tail:
                nodes.append(child.tail)
        return nodes

    def marked_up(self, element: Element, mark: str | None, inner: list[Node], inside: str) -> list[Node]:
        """Put the mark of an element around what is inside of it; ``inside`` names the marks around it."""
        if mark is None or (mark == "a" and " a" in inside):
            return inner
        if mark != "a":
            return [inline.Element(mark, tuple(joined(inner)))] if inner else []
        href = self.address(element.get("href") or "")
        if href is None:
            return inner
        return [inline.Element("a", tuple(joined(inner)), href)] if inner else []

    def address(self, given: str) -> str | None:
        """The address as a link may have it; None for one that leads nowhere."""
        try:
            return inline.check_href(urljoin(self._base, given.strip()).replace(" ", "%20"))
        except (ValueError, inline.InlineError):
            return None

    def html(self, nodes: list[Node]) -> str:
        """Write nodes as inline HTML."""
        return inline.serialise(tuple(_trimmed(joined(nodes))))

    def plain(self, element: Element, without: Element | None = None) -> str:
        """Words inside of an element, in one line."""
        return " ".join(inline.plain_text(tuple(self.nodes(element, without))).split())


def joined(nodes: list[Node]) -> list[Node]:
    """Join texts that stand side by side."""
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and made and isinstance(made[-1], str):
            made[-1] += node
        else:
            made.append(node)
    return made


def parted(nodes: list[Node]) -> Iterator[list[Node]]:
    """Part a text into paragraphs where two line breaks stand together."""
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
    folded = joined([_SPACE.sub(" ", node) if isinstance(node, str) else _folded(node) for node in nodes])
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while folded and (_is_break(folded[at]) or not inline.plain_text((folded[at],)).strip()):
            folded.pop(at)
        if folded and isinstance(folded[at], str):
            folded[at] = strip(str(folded[at]))
    return folded


def _folded(element: inline.Element) -> inline.Element:
    children = tuple(_SPACE.sub(" ", each) if isinstance(each, str) else _folded(each) for each in element.children)
    return inline.Element(element.tag, children, element.href)


def tag_of(element: Element) -> str:
    """Name of an element, in small letters and without its namespace."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def texts_of(element: Element) -> Iterator[str]:
    """Texts below an element as they stand; ``br`` is a line's end."""
    if element.text:
        yield element.text
    for child in element:
        if tag_of(child) not in UNSEEN:
            yield "\n" if tag_of(child) == "br" else ""
            yield from texts_of(child)
        yield child.tail or ""


def is_hidden(element: Element) -> bool:
    """Whether readers do not see an element."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style
