"""A web page, or a part of one that was copied with its markup, as a received item: its text, and what is told of it.

No word that readers see is lost: each is in the item, or in its ``left_out`` with why.
"""

from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element as Element

from publisher.body import inline
from publisher.body.markdown import slug_of
from publisher.faults import Fault, refusal
from publisher.ingest.copied_head import BYLINE, LONGEST_TITLE, first_words
from publisher.ingest.copied_lines import is_date, is_sentence, key, opens_tail, why_around
from publisher.ingest.html_body import Body, parse_html, read_tree
from publisher.ingest.inline_html import BLOCKS, UNSEEN, is_hidden, tag_of
from publisher.ingest.received import LeftOut, Received

AROUND = {"nav": "how to move around the site", "aside": "beside the article", "form": "a form of the site's"}
APART = BLOCKS | {"li", "tr", "td", "th", "br", "figcaption"}
HEAD_BLOCKS = 6
"""Blocks at the top among which a byline and dates stand."""
LEAST_SHARE = 0.4
"""Of a page's words, in an element that is taken for the article."""


def read_page(html: str, uri: str | None = None, language: str | None = None, section: str | None = None) -> Received:
    """Read a page; raise Invalid when it has no words.

    Args:
        html: a document or a piece of one.
        uri: the name under which it comes again; None: its own address, else made of its title.
        language: as the sender tells, where the page does not.
        section: as the sender tells, where the page does not.
    """
    root = parse_html(html)
    if root is None:
        raise refusal([Fault("text", "a title and paragraphs", "no words")])
    page = _Page(root)
    if not page.title:
        raise refusal([Fault("text", "a title and paragraphs", "no words")])
    told = page.told
    return Received(
        uri=uri or told.get("og:url") or f"html:{slug_of(page.title) or key(page.title)}",
        language=(root.get("lang") or "").strip() or language,
        section=told.get("article:section") or section,
        headline=page.title,
        byline=page.byline or told.get("author"),
        description=told.get("og:description") or told.get("description"),
        source=told.get("og:site_name"),
        blocks=tuple(page.blocks),
        left_out=tuple(page.left_out),
        times={},
    )


class _Page:
    def __init__(self, root: Element) -> None:
        self.told = _told(root)
        self.left_out: list[LeftOut] = []
        self.byline: str | None = None
        article = _article_of(root)
        headings = (each for holder in (article, root) for each in holder.iter() if tag_of(each) == "h1")
        heading = next((each for each in headings if _words(each)), None)
        self.title = _words(heading) if heading is not None else ""
        if heading is not None and len(self.title) <= LONGEST_TITLE:
            _cut(heading)
        for element, why in [*_outside(root, article), *_furniture(article)]:
            self._leave(_words(element), why)
            _cut(element)
        self.blocks = self._without_page(read_tree(article, self.told.get("og:url", "")))
        if not self.title:
            self._find_title()

    def _leave(self, text: str, why: str) -> None:
        if text:
            self.left_out.append(LeftOut(text, why))

    def _without_page(self, body: Body) -> list[dict[str, Any]]:
        """Leave out what is the page's; take byline and dates out of the head."""
        self.left_out += body.left_out
        tail = self._tail(body.blocks)
        kept: list[dict[str, Any]] = []
        for at, block in enumerate(body.blocks):
            text = _text(block)
            why = "links to something else" if at >= tail else why_around(text) if text else None
            if why is None and _leads_away(block) and not any(each["type"] == "paragraph" for each in kept):
                why = "how to move around the site"
            if why is None and at < HEAD_BLOCKS and is_date(text):
                why = "when it was published there"
            if why is not None:
                self._leave(text or " · ".join(_plain(each) for each in block.get("items", ())), why)
            elif at < HEAD_BLOCKS and self.byline is None and (name := _byline(text)):
                self.byline = name
            else:
                kept.append(block)
        return kept

    def _tail(self, blocks: list[dict[str, Any]]) -> int:
        """Where the links begin that follow an article."""
        for at in range(len(blocks) // 2, len(blocks)):
            rest = [text for each in blocks[at + 1 :] if len(text := _text(each)) > 80]
            if opens_tail(_text(blocks[at])) and not any(map(is_sentence, rest)):
                return at
        return len(blocks)

    def _find_title(self) -> None:
        """Take the page's own title, or the first line; a text without one is called by its first words."""
        self.title = self.told.get("og:title") or self.told.get("title", "")
        first = _text(self.blocks[0]) if self.blocks else ""
        if self.title or not first:
            return
        if len(first) > LONGEST_TITLE or (self.blocks[0]["type"] == "paragraph" and is_sentence(first)):
            self.title = first_words(first)
        else:
            self.title = first
            del self.blocks[0]


def _told(root: Element) -> dict[str, str]:
    """What a page's head tells, by name; the first of each counts."""
    told: dict[str, str] = {}
    for each in root.iter():
        if tag_of(each) == "meta":
            name, value = each.get("property") or each.get("name") or "", each.get("content") or ""
        elif tag_of(each) == "title":
            name, value = "title", each.text or ""
        elif tag_of(each) == "link" and each.get("rel") == "canonical":
            name, value = "og:url", each.get("href") or ""
        else:
            continue
        if value.strip():
            told.setdefault(name.strip().lower(), " ".join(value.split()))
    if not told.get("og:url", "").startswith(("http://", "https://")):
        told.pop("og:url", None)
    return told


def _article_of(root: Element) -> Element:
    """The element that holds the article: the one marked as such that has most of the page's words."""
    whole = next((each for each in root.iter() if tag_of(each) == "body"), root)
    least = LEAST_SHARE * len(_words(whole))
    for name in ("article", "main"):
        found = max((each for each in whole.iter() if tag_of(each) == name), key=_length, default=None)
        if found is not None and _length(found) >= least:
            return found
    return whole


def _outside(root: Element, article: Element) -> Iterator[tuple[Element, str]]:
    """The elements around the article, from the outside in."""
    around = [*article.iterancestors(), article]
    for holder in around[:-1]:
        for each in holder:
            if each not in around and not _unseen(each):
                yield each, "the page around the article"


def _furniture(article: Element) -> Iterator[tuple[Element, str]]:
    for each in list(article.iter()):
        if (
            tag_of(each) in AROUND
            and not _unseen(each)
            and not any(tag_of(up) in AROUND for up in each.iterancestors())
        ):
            yield each, AROUND[tag_of(each)]


def _unseen(element: Element) -> bool:
    return tag_of(element) in UNSEEN or is_hidden(element)


def _cut(element: Element) -> None:
    """Take an element out of its tree; the text after it stays."""
    holder = element.getparent()
    if holder is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        holder.text = (holder.text or "") + element.tail
    holder.remove(element)


def _words(element: Element) -> str:
    """Words of an element in one line; blocks in it are set apart."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not _unseen(child):
            apart = " " if tag_of(child) in APART else ""
            yield from (apart, *_pieces(child), apart)
        yield child.tail or ""


def _length(element: Element) -> int:
    return len(_words(element))


def _text(block: dict[str, Any]) -> str:
    """Words of a paragraph or a heading; none of anything else."""
    return _plain(block["html"]) if block["type"] in ("paragraph", "heading") else ""


def _plain(html: str) -> str:
    return inline.plain_text(inline.parse(html))


def _byline(text: str) -> str | None:
    found = BYLINE.fullmatch(text.partition(" | ")[0].strip())
    return found[1] if found and len(text) <= 160 and not is_sentence(text) and not found[1][:1].islower() else None


def _leads_away(block: dict[str, Any]) -> bool:
    """Whether a list is one of links alone."""
    if block["type"] != "list":
        return False
    parsed = [inline.parse(item) for item in block["items"]]
    return all(len(each) == 1 and isinstance(each[0], inline.Element) and each[0].tag == "a" for each in parsed)
