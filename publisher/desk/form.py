"""An article as a form: texts by name, in the order in which blocks stand; made of an article, and read back into one.

A block has a key of the form's own (``k3``), so that its fields keep their names wherever it is moved; a gallery's
pictures have keys below it (``k3.p0``). Inline HTML stands in the form as Markdown (``inline_markdown``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Protocol

from publisher.articles import Article
from publisher.body import inline_markdown
from publisher.body.blocks import (
    Block,
    Code,
    Correction,
    Divider,
    Embed,
    Gallery,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Picture,
    Quote,
    Table,
)

TEXTS = ("slug", "language", "headline", "byline", "description", "section", "source", "keywords")
PICTURE = ("media", "caption", "alt", "decorative", "creators", "agency", "focus_x", "focus_y")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "paragraph": ("text",),
    "heading": ("level", "text"),
    "image": PICTURE,
    "gallery": (),
    "quote": ("text", "attribution"),
    "list": ("items", "ordered"),
    "table": ("caption", "header", "rows"),
    "embed": ("url", "frame", "title", "provider", "category", "ratio"),
    "link": ("href", "text"),
    "divider": (),
    "code": ("code", "syntax"),
    "correction": ("kind", "text", "date"),
}
"""Fields of each type of block."""
ON = "on"
"""What a box that is ticked sends."""


class Sent(Protocol):
    """A form as it was sent; ``werkzeug``'s MultiDict is one."""

    def get(self, name: str, default: str, /) -> str:
        """Return the first value of a name."""

    def getlist(self, name: str, /) -> list[str]:
        """Return all values of a name."""


@dataclass(slots=True)
class PictureForm:
    """A picture's fields, under a key."""

    key: str
    values: dict[str, str]


@dataclass(slots=True)
class BlockForm:
    """A block's fields, under a key; ``id`` is empty for a block that is new. An image has one picture, its own."""

    key: str
    id: str
    type: str
    values: dict[str, str] = field(default_factory=dict)
    pictures: list[PictureForm] = field(default_factory=list)


@dataclass(slots=True)
class ArticleForm:
    """An article's fields; ``slugs`` by language, ``version`` and ``revision`` those that it was made of, 0: none."""

    texts: dict[str, str]
    slugs: dict[str, str]
    blocks: list[BlockForm]
    kind: str = "update"
    notice: str = ""
    version: int = 0
    revision: int = 0

    def block(self, key: str) -> int | None:
        """Place of the block with a key."""
        return next((at for at, block in enumerate(self.blocks) if block.key == key), None)

    def fields(self) -> list[tuple[str, str]]:
        """List the form's fields as a browser sends them: ``read`` makes the same form of them."""
        listed = [*self.texts.items(), *((f"slug.{language}", slug) for language, slug in self.slugs.items())]
        listed += [("kind", self.kind), ("notice", self.notice)]
        listed += [("version", str(self.version)), ("revision", str(self.revision))]
        for block in self.blocks:
            key = block.key
            listed += [("block", key), (f"{key}.type", block.type), (f"{key}.id", block.id)]
            listed += [(f"{key}.{name}", value) for name, value in block.values.items()]
            listed += [(f"{key}.picture", each.key) for each in block.pictures if each.key != key]
            listed += [(f"{each.key}.{name}", value) for each in block.pictures for name, value in each.values.items()]
        return listed

    def new_key(self) -> str:
        """Return a key that no block has."""
        taken = {block.key for block in self.blocks}
        return next(key for key in map("k{}".format, count()) if key not in taken)


def empty(language: str) -> ArticleForm:
    """Make the form of an article to be written: one paragraph."""
    first = BlockForm("k0", "", "paragraph", {"text": ""})
    return ArticleForm(dict.fromkeys(TEXTS, "") | {"language": language}, {}, [first])


def of_article(article: Article, version: int, revision: int) -> ArticleForm:
    """Make the form of an article at a revision."""
    texts = {name: getattr(article, name) or "" for name in TEXTS if name != "keywords"}
    blocks = [_of_block(f"k{number}", block) for number, block in enumerate(article.blocks)]
    texts["keywords"] = ", ".join(article.keywords)
    return ArticleForm(texts, dict(article.slugs), blocks, version=version, revision=revision)


def read(sent: Sent, languages: list[str]) -> ArticleForm:
    """Read the form back as it was sent; what is not of a form is passed over."""
    texts = {name: _text(sent, name) for name in TEXTS}
    slugs = {each: slug for each in languages if (slug := _text(sent, f"slug.{each}").strip())}
    blocks = [block for key in sent.getlist("block") if (block := _read_block(sent, key))]
    numbers = {
        name: int(text) if (text := sent.get(name, "")).isdecimal() and len(text) < 10 else 0 for name in NUMBERS
    }
    return ArticleForm(texts, slugs, blocks, _text(sent, "kind") or "update", _text(sent, "notice"), **numbers)


NUMBERS = ("version", "revision")


def _text(sent: Sent, name: str) -> str:
    # a NUL is no text in any database
    return sent.get(name, "").replace("\r\n", "\n").replace("\x00", "")


def _read_block(sent: Sent, key: str) -> BlockForm | None:
    kind = sent.get(f"{key}.type", "")
    if kind not in FIELDS:
        return None
    pictures = []
    if kind == "image":
        pictures = [PictureForm(key, _values(sent, key, PICTURE))]
    elif kind == "gallery":
        keys = dict.fromkeys(sent.getlist(f"{key}.picture"))
        pictures = [PictureForm(each, _values(sent, each, PICTURE)) for each in keys if each.startswith(f"{key}.")]
    values = {} if kind == "image" else _values(sent, key, FIELDS[kind])
    return BlockForm(key, _text(sent, f"{key}.id"), kind, values, pictures)


def _values(sent: Sent, key: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: _text(sent, f"{key}.{name}") for name in names}


def _of_block(key: str, block: Block) -> BlockForm:
    made = BlockForm(key, block.id, block.type, block_values(block))
    match block:
        case Image():
            return replace(made, pictures=[PictureForm(key, picture_values(block))])
        case Gallery(pictures=pictures):
            listed = [PictureForm(f"{key}.p{n}", picture_values(each)) for n, each in enumerate(pictures)]
            return replace(made, pictures=listed)
    return made


def block_values(block: Block) -> dict[str, str]:
    """Return what the form holds of a block, but for its pictures."""
    match block:
        case Paragraph(html=html):
            return {"text": inline_markdown.write(html)}
        case Heading(level=level, html=html):
            return {"level": str(level), "text": inline_markdown.write(html)}
        case Quote(html=html, attribution=attribution):
            return {"text": inline_markdown.write(html), "attribution": attribution or ""}
        case List(ordered=ordered, items=items):
            lines = "\n".join(map(inline_markdown.write, items))
            return {"items": lines, "ordered": ON if ordered else ""}
        case Table(rows=rows, header=header, caption=caption):
            lines = "\n".join(" | ".join(map(_cell, row)) for row in rows)
            return {"rows": lines, "header": header, "caption": caption or ""}
        case Embed() | Link() | Code():
            return {name: getattr(block, name) or "" for name in FIELDS[block.type]}
        case Correction(html=html, kind=kind, date=date):
            return {"kind": kind, "text": inline_markdown.write(html), "date": date or ""}
        case Divider() | Image() | Gallery():
            return {}


def typed(block: BlockForm) -> list[str]:
    """List the texts of a block that are typed in areas, which are what is counted in words."""
    texts = [block.values.get(name, "") for name in ("text", "items", "rows", "code") if block.type != "link"]
    return [*texts, *(each.values["caption"] for each in block.pictures)]


def _cell(html: str) -> str:
    return inline_markdown.write(html).replace("\\\n", "<br>").replace("|", "\\|")


def picture_values(picture: Picture) -> dict[str, str]:
    """Return what the form holds of a picture."""
    focus = picture.focus
    return {
        "media": picture.media,
        "caption": picture.caption,
        "alt": picture.alt,
        "decorative": ON if picture.decorative else "",
        "creators": ", ".join(picture.credit.creators),
        "agency": picture.credit.agency or "",
        "focus_x": f"{focus.x:g}" if focus else "",
        "focus_y": f"{focus.y:g}" if focus else "",
    }
