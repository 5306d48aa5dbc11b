"""A Markdown file with YAML front matter as an article: docs/contracts/articles.md, "Markdown".

Nothing is dropped unsaid: what has no place in an article is refused with its line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chassis.errors import Invalid
from publisher import inline
from publisher.credits import split_caption
from publisher.search_text import normalised

FIELDS = {
    "title": "headline", "headline": "headline", "slug": "slug", "id": "id", "source": "source",
    "language": "language", "lang": "language", "byline": "byline", "author": "byline", "authors": "byline",
    "description": "description", "summary": "description", "section": "section", "category": "section",
    "keywords": "keywords", "tags": "keywords",
}  # fmt: skip
DEFAULT_SECTION = "News"
LONGEST_ATTRIBUTION = 80
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_DASH = re.compile(r"^[—–-]\s*")


@dataclass(frozen=True)
class Manuscript:
    """An article as written in a file: fields and blocks in JSON form, pictures still by their ``path``.

    ``lines`` are the blocks' lines in the file; ``ignored`` the names in the front matter that mean nothing here.
    """

    fields: dict[str, Any]
    blocks: list[dict[str, Any]]
    lines: list[int]
    ignored: tuple[str, ...] = field(default=())


def read_manuscript(text: str) -> Manuscript:
    """Read a file's text; raise Invalid with the line of what is wrong."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front, start = _front_matter(text)
    body = text[start:]
    reader = _Body(text[:start].count("\n"))
    reader.read(_parser().parse(body))
    given = {FIELDS[name]: value for name, value in front.items() if name in FIELDS}
    headline = _text(given.get("headline")) or reader.title
    if not headline:
        raise Invalid("expected a title in the front matter or as the first # heading, got none")
    reader.settle_title(headline)
    slug = _text(given.get("slug")) or _slug(headline)
    fields = {
        "id": _text(given.get("id")) or slug,
        "slug": slug,
        "headline": headline,
        "language": _text(given.get("language")),
        "byline": _names(given.get("byline")),
        "description": _text(given.get("description")),
        "section": _text(given.get("section")) or DEFAULT_SECTION,
        "source": _text(given.get("source")),
        "keywords": _words(given.get("keywords")),
    }
    ignored = tuple(str(name) for name in front if name not in FIELDS)
    return Manuscript(fields, [block for _, block in reader.blocks], [line for line, _ in reader.blocks], ignored)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True})
    # the parser would show a link that it dislikes as plain text; here it is refused aloud, with the others
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _front_matter(text: str) -> tuple[Mapping[str, Any], int]:
    found = _FRONT.match(text)
    if not found:
        return {}, 0
    try:
        front = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise Invalid(f"front matter: expected YAML, got {problem[:200]}") from None
    if not isinstance(front, dict):
        raise Invalid("front matter: expected lines of the form name: text")
    return front, found.end()


class _Body:
    """Turns block tokens into blocks; ``title`` is the text of a first heading of level 1."""

    def __init__(self, lines_before: int) -> None:
        self.blocks: list[tuple[int, dict[str, Any]]] = []
        self.title: str | None = None
        self._lines_before = lines_before
        self._line = 0

    def read(self, tokens: Sequence[Token]) -> None:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.map:
                self._line = token.map[0] + 1 + self._lines_before
            end = _closing(tokens, at)
            self._block(token, tokens[at + 1 : end])
            at = end + 1

    def settle_title(self, headline: str) -> None:
        """Leave out a first heading that repeats the headline; keep one that does not as a heading of the text."""
        if self.title not in (None, headline):
            self.blocks.insert(0, (self._lines_before + 1, _heading(2, escape(self.title or "", quote=False))))
        elif self.blocks and self.blocks[0][1] in [_heading(level, escape(headline, quote=False)) for level in (2, 3)]:
            del self.blocks[0]

    def _block(self, token: Token, inner: Sequence[Token]) -> None:
        match token.type:
            case "heading_open":
                self._heading(int(token.tag[1]), inner[0])
            case "paragraph_open":
                self._paragraph(inner[0].children or [])
            case "bullet_list_open" | "ordered_list_open":
                self._add(type="list", ordered=token.type.startswith("ordered"), items=self._items(inner))
            case "blockquote_open":
                self._quote(inner)
            case "fence" | "code_block":
                code = "<br>".join(escape(line, quote=False) for line in token.content.rstrip("\n").split("\n"))
                self._add(type="paragraph", html=f"<code>{code}</code>")
            case "hr":
                return
            case "html_block" if token.content.strip().startswith("<!--") and token.content.strip().endswith("-->"):
                return
            case _:
                raise self._refused("headings, paragraphs, lists, quotes and pictures", token.content.strip()[:40])

    def _heading(self, level: int, content: Token) -> None:
        html = self._inline(content.children or [])
        if level == 1 and not self.blocks and self.title is None:
            self.title = _plain(html)
        else:
            self._add(**_heading(min(max(level, 2), 4), html))

    def _paragraph(self, children: Sequence[Token]) -> None:
        seen = [child for child in children if child.type != "softbreak" and (child.type != "text" or child.content)]
        if seen and seen[0].type == "image":
            rest = list(children[children.index(seen[0]) + 1 :])
            self._picture(seen[0], self._inline(rest).strip() if any(child in seen for child in rest) else "")
            return
        html = self._inline(children)
        before = self.blocks[-1][1] if self.blocks else {}
        if before.get("type") == "image" and not before["caption"] and split_caption(_plain(html))[1]:
            before |= _caption(_plain(html))
            return
        self._add(type="paragraph", html=html)

    def _picture(self, image: Token, text_after: str) -> None:
        path, title = str(image.attrs.get("src", "")), str(image.attrs.get("title", ""))
        alt = "".join(child.content for child in image.children or [] if child.type in ("text", "code_inline"))
        self._add(type="image", path=path, alt=alt, decorative=not alt.strip(), **_caption(title or _plain(text_after)))

    def _quote(self, inner: Sequence[Token]) -> None:
        parts = [self._inline(token.children or []) for token in inner if token.type == "inline"]
        attribution = None
        if len(parts) > 1 and _is_attribution(_plain(parts[-1])):
            attribution = _DASH.sub("", _plain(parts.pop()))
        self._add(type="quote", html="<br>".join(parts), attribution=attribution)

    def _items(self, inner: Sequence[Token]) -> list[str]:
        items: list[list[str]] = []
        for token in inner:
            if token.type == "list_item_open":
                items.append([])
            elif token.type == "inline":
                items[-1].append(self._inline(token.children or []))
            elif token.type in ("fence", "code_block", "html_block"):
                raise self._refused("text in a list", token.content.strip()[:40])
        return ["<br>".join(parts) for parts in items if parts]

    def _inline(self, children: Sequence[Token]) -> str:
        html = "".join(self._piece(child) for child in children)
        try:
            return inline.serialise(inline.parse(html))
        except inline.InlineError as error:
            raise self._refused(error.expected, error.got) from None

    def _piece(self, token: Token) -> str:
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
        raise self._refused("a picture alone in its paragraph", "one inside a text")

    def _add(self, **block: Any) -> None:
        self.blocks.append((self._line, block))

    def _refused(self, expected: str, got: str) -> Invalid:
        return Invalid(f"line {self._line}: expected {expected}, got {got}")


def _closing(tokens: Sequence[Token], at: int) -> int:
    """Index of the token that closes the one at ``at``; itself for one that stands alone."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return at


def _heading(level: int, html: str) -> dict[str, Any]:
    return {"type": "heading", "level": level, "html": html}


def _caption(text: str) -> dict[str, Any]:
    caption, credit = split_caption(text)
    return {
        "caption": caption,
        "credit": {"creators": list(credit.creators), "agency": credit.agency} if credit else None,
    }


def _is_attribution(text: str) -> bool:
    return bool(_DASH.match(text)) or (len(text) <= LONGEST_ATTRIBUTION and text[-1:] not in (".", "!", "?", "…", "”"))


def _plain(html: str) -> str:
    return " ".join(inline.plain_text(inline.parse(html)).split())


def _text(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None


def _names(value: object) -> str | None:
    return ", ".join(str(name) for name in value) or None if isinstance(value, list) else _text(value)


def _words(value: object) -> list[str]:
    listed = value if isinstance(value, list) else str(value or "").split(",")
    return [str(word).strip() for word in listed if str(word).strip()]


def _slug(headline: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", normalised(headline)).strip("-")[:80].strip("-")
