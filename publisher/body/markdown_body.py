"""The body of a Markdown file as blocks in JSON form: docs/contracts/articles.md, "Markdown"."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from chassis.errors import Invalid
from publisher.body import inline, inline_markdown
from publisher.body.credits import split_caption

LONGEST_ATTRIBUTION = 80
_DASH = re.compile(r"^[—–-]\s*")
_TABLE_CAPTION = re.compile(r"^(?:Table)?:\s+(?=\S)")
_EMBED = re.compile(r"embed:\s*([a-z0-9][a-z0-9_-]*)(?:\s+([0-9]+:[0-9]+))?")
_CORRECTION = re.compile(r"\[!(correction|clarification|retraction)(?:\s+(\d{4}-\d{2}-\d{2}))?\]\s*", re.IGNORECASE)


class Body:
    """Turns block tokens into blocks; ``title`` is the text of a first heading of level 1."""

    def __init__(self, lines_before: int) -> None:
        self.blocks: list[tuple[int, dict[str, Any]]] = []
        self.title: str | None = None
        self._lines_before = lines_before
        self._line = 0

    def read(self, text: str) -> None:
        """Read a text; raise Invalid with the line of what has no place in an article."""
        tokens = _parser().parse(text)
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
            case "table_open":
                self._table(inner)
            case "fence" | "code_block":
                self._add(type="code", code=token.content, syntax=token.info.split(" ")[0] or None)
            case "hr":
                self._add(type="divider")
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
        pictures = [child for child in seen if child.type == "image"]
        if len(pictures) > 1 and pictures == seen:
            self._add(type="gallery", pictures=[_picture(each, "") for each in pictures])
            return
        if seen and seen[0].type == "image":
            rest = list(children[children.index(seen[0]) + 1 :])
            after = self._inline(rest).strip() if any(child in seen for child in rest) else ""
            self._add(type="image", **_picture(seen[0], after))
            return
        html = self._inline(children)
        if _is_link_alone(seen):
            self._link(seen[0], _plain(html))
            return
        before = self.blocks[-1][1] if self.blocks else {}
        if before.get("type") == "image" and not before["caption"] and split_caption(_plain(html))[1]:
            before |= _caption(_plain(html))
            return
        if before.get("type") == "table" and not before["caption"] and (found := _TABLE_CAPTION.match(_plain(html))):
            before["caption"] = _plain(html)[found.end() :]
            return
        self._add(type="paragraph", html=html)

    def _link(self, link: Token, text: str) -> None:
        href, title = str(link.attrs.get("href", "")), str(link.attrs.get("title", ""))
        embedded = _EMBED.fullmatch(title.strip())
        if embedded:
            self._add(type="embed", url=href, title=text, category=embedded[1], ratio=embedded[2])
        else:
            self._add(type="link", href=href, text=text)

    def _table(self, inner: Sequence[Token]) -> None:
        rows: list[list[str]] = []
        for token in inner:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token.children or []))
        self._add(type="table", header="row", rows=rows, caption=None)

    def _quote(self, inner: Sequence[Token]) -> None:
        parts = [self._inline(token.children or []) for token in inner if token.type == "inline"]
        notice = _CORRECTION.match(parts[0]) if parts else None
        if notice:
            html = "<br>".join(part for part in (parts[0][notice.end() :], *parts[1:]) if part)
            self._add(type="correction", kind=notice[1].lower(), date=_day(notice[2]), html=html)
            return
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
        try:
            return inline.serialise(inline.parse(inline_markdown.html_of(children)))
        except inline.InlineError as error:
            raise self._refused(error.expected, error.got) from None

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


def _picture(image: Token, text_after: str) -> dict[str, Any]:
    path, title = str(image.attrs.get("src", "")), str(image.attrs.get("title", ""))
    alt = "".join(child.content for child in image.children or [] if child.type in ("text", "code_inline"))
    return {"path": path, "alt": alt, "decorative": not alt.strip(), **_caption(title or _plain(text_after))}


def _is_link_alone(seen: Sequence[Token]) -> bool:
    return (
        len(seen) > 2
        and seen[0].type == "link_open"
        and seen[-1].type == "link_close"
        and not any(token.type == "link_close" for token in seen[:-1])
    )


def _day(day: str | None) -> str | None:
    """Take a day for its beginning in UTC."""
    return f"{day}T00:00:00Z" if day else None


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


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    # the parser would show a link that it dislikes as plain text; here it is refused aloud, with the others
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser
