"""Inline HTML of a block: parsed against a closed list into a tree, and written back in one canonical form.

Allowed are ``em strong a[href] code br``; anything else is refused by name and never silently cleaned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import NoReturn
from urllib.parse import urlsplit

TAGS = ("em", "strong", "a", "code", "br")
SCHEMES = ("http", "https", "mailto")


@dataclass(frozen=True, slots=True)
class Element:
    """One element; ``href`` only on ``a``, no children in ``br``."""

    tag: str
    children: "tuple[Node, ...]" = ()
    href: str | None = None


Node = str | Element


class InlineError(ValueError):
    """The text is not of the closed list; says what was expected and what came."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got


def parse(html: str) -> tuple[Node, ...]:
    """Read inline HTML into a tree; raise InlineError at the first tag, attribute or address not allowed."""
    reader = _Reader()
    reader.feed(html)
    # html.parser drops a tag that the end of the text cuts off; here nothing is dropped unsaid
    if "<" in reader.rawdata:
        raise InlineError("a finished tag, or &lt;", reader.rawdata[:40])
    reader.close()
    return reader.tree()


def serialise(nodes: tuple[Node, ...]) -> str:
    """Write a tree as canonical inline HTML: ``serialise(parse(x))`` is its own fixed point."""
    return "".join(_written(node) for node in nodes)


def plain_text(nodes: tuple[Node, ...]) -> str:
    """Text of a tree without markup; ``br`` is a space."""
    return "".join(_words(nodes))


def check_href(href: str) -> str:
    """Return the address if a link may lead there: http, https, mailto, or a path on this site."""
    if not href.isprintable() or " " in href or "\\" in href:
        raise InlineError("an address without spaces or control characters", repr(href))
    if href.startswith("/") and not href.startswith("//"):
        return href
    try:
        scheme, host = urlsplit(href).scheme, urlsplit(href).netloc
    except ValueError:
        raise InlineError("an address", repr(href)) from None
    if scheme not in SCHEMES:
        raise InlineError("an http, https or mailto address, or a /path", f"href={href!r}")
    if scheme != "mailto" and not host:
        raise InlineError("an address with a host", f"href={href!r}")
    return href


def _written(node: Node) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    if node.tag == "br":
        return "<br>"
    href = f' href="{escape(node.href)}"' if node.href is not None else ""
    return f"<{node.tag}{href}>{serialise(node.children)}</{node.tag}>"


def _words(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif node.tag == "br":
            yield " "
        else:
            yield from _words(node.children)


class _Reader(HTMLParser):
    """Collects nodes; the stack holds the open elements as (tag, href, children)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._stack: list[tuple[str, str | None, list[Node]]] = [("", None, [])]

    def tree(self) -> tuple[Node, ...]:
        tag, _, children = self._stack[-1]
        if tag:
            raise InlineError(f"</{tag}>", "the end of the text")
        return tuple(children)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise InlineError(f"only {' '.join(TAGS)}", f"<{tag}>")
        href = self._href(tag, attrs)
        if tag == "br":
            self._add(Element("br"))
            return
        if tag == "a" and any(open_tag == "a" for open_tag, _, _ in self._stack):
            raise InlineError("no link inside a link", "<a>")
        self._stack.append((tag, href, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TAGS and tag != "br":
            raise InlineError(f"<{tag}>…</{tag}>", f"<{tag}/>")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        open_tag, href, children = self._stack[-1]
        if tag != open_tag:
            raise InlineError(f"</{open_tag}>" if open_tag else "no closing tag here", f"</{tag}>")
        self._stack.pop()
        self._add(Element(tag, tuple(children), href))

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_comment(self, data: str) -> None:
        self._refuse("<!-- -->")

    def handle_decl(self, decl: str) -> None:
        self._refuse(f"<!{decl[:20]}>")

    def unknown_decl(self, data: str) -> None:
        self._refuse(f"<![{data[:20]}")

    def handle_pi(self, data: str) -> None:
        self._refuse(f"<?{data[:20]}>")

    def _refuse(self, got: str) -> NoReturn:
        raise InlineError(f"only {' '.join(TAGS)}", got)

    def _add(self, node: Node) -> None:
        children = self._stack[-1][2]
        if isinstance(node, str) and children and isinstance(children[-1], str):
            children[-1] += node
        else:
            children.append(node)

    @staticmethod
    def _href(tag: str, attrs: list[tuple[str, str | None]]) -> str | None:
        names = [name for name, _ in attrs]
        foreign = [name for name in names if (tag, name) != ("a", "href")]
        if foreign:
            raise InlineError("no attribute but href on a", f"{foreign[0]} on <{tag}>")
        if tag != "a":
            return None
        if len(names) != 1 or attrs[0][1] is None:
            raise InlineError("one href on <a>", "none" if not names else "several")
        return check_href(attrs[0][1])
