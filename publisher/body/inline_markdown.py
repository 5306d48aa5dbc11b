"""Inline HTML of a block as Markdown, which people type, and back: emphasis, links, code and line breaks.

What Markdown cannot say is written as the closed list's own tags, which are Markdown too: nothing is lost on the way.
"""

import re
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publisher.body import inline
from publisher.body.inline import Element, InlineError, Node

_SPECIAL = re.compile(r"[\\`*_\[\]<]|&(?=#|[A-Za-z])|!(?=$)")
_MARKS = {"em": "*", "strong": "**"}


def html_of(tokens: Sequence[Token]) -> str:
    """Write inline tokens as HTML, which is still to be parsed; raise InlineError for a picture among them."""
    return "".join(map(_piece, tokens))


def read(text: str) -> str:
    """Write inline Markdown as HTML, which is still to be parsed.

    Raises:
        InlineError: there is a picture in it.
    """
    tokens = _parser().parseInline(text)
    return html_of(tokens[0].children or [])


def write(html: str) -> str:
    """Write inline HTML in its canonical form as Markdown: ``read`` gives the same HTML back."""
    nodes = inline.parse(html)
    text = "".join(map(_marked, nodes))
    return text if _same(text, html) else "".join(map(_tagged, nodes))


def _same(text: str, html: str) -> bool:
    try:
        return inline.serialise(inline.parse(read(text))) == html
    except InlineError:
        return False


def _piece(token: Token) -> str:
    match token.type:
        case "text" | "text_special":
            return escape(token.content, quote=False)
        case "softbreak":
            return " "
        case "hardbreak":
            return "<br>"
        case "code_inline":
            return f"<code>{escape(token.content, quote=False)}</code>"
        case "link_open":
            return f'<a href="{escape(str(token.attrs.get("href", "")))}">'
        case "em_open" | "em_close" | "strong_open" | "strong_close" | "link_close":
            return f"<{'/' if token.nesting < 0 else ''}{token.tag}>"
        case "html_inline":
            return token.content
    raise InlineError("a picture alone in its paragraph", "one inside a text")


def _marked(node: Node) -> str:
    if isinstance(node, str):
        return _SPECIAL.sub(r"\\\g<0>", node)
    inside = "".join(map(_marked, node.children))
    match node.tag:
        case "br":
            return "\\\n"
        case "code":
            return f"`{inline.plain_text(node.children)}`"
        case "a":
            return f"[{inside}]({node.href})"
    return f"{_MARKS[node.tag]}{inside}{_MARKS[node.tag]}"


def _tagged(node: Node) -> str:
    """Write a node as its tag, and of a text every sign that Markdown might read as its own as a reference."""
    if isinstance(node, str):
        return "".join(char if char.isalnum() or char == " " or ord(char) > 127 else f"&#{ord(char)};" for char in node)
    if node.tag == "br":
        return "<br>"
    opening = inline.serialise((Element(node.tag, (), node.href),)).removesuffix(f"</{node.tag}>")
    return f"{opening}{''.join(map(_tagged, node.children))}</{node.tag}>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True})
    # which links may stand is the closed list's affair; an address stays as it was typed
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser
