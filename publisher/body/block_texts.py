"""The texts in an article's blocks: those that a translation replaces, and those that a reader can look for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from publisher.body import inline
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
    Quote,
    Table,
)


class Text(NamedTuple):
    """A piece of an article to translate; ``markup`` says whether it is inline HTML or plain text."""

    value: str
    markup: bool


def block_texts(block: Block) -> dict[str, Text]:
    """Texts of a block to translate, by name within the block; empty ones are left out."""
    return {name: text for name, text in _texts(block).items() if text.value}


def with_texts(block: Block, values: Mapping[str, str]) -> Block:
    """Return the block with its texts replaced; every name of ``block_texts`` is required (KeyError)."""

    def new(name: str, old: str) -> str:
        return values[name] if old else old

    match block:
        case List(items=items):
            return replace(block, items=tuple(new(f"items.{n}", item) for n, item in enumerate(items)))
        case Gallery(pictures=pictures):
            changed = (
                replace(
                    each,
                    caption=new(f"pictures.{n}.caption", each.caption),
                    alt=new(f"pictures.{n}.alt", each.alt),
                )
                for n, each in enumerate(pictures)
            )
            return replace(block, pictures=tuple(changed))
        case Table(rows=rows, caption=caption):
            cells = (tuple(new(f"rows.{r}.{c}", cell) for c, cell in enumerate(row)) for r, row in enumerate(rows))
            return replace(block, rows=tuple(cells), caption=new("caption", caption) if caption else None)
    names = block_texts(block)
    return replace(block, **{name: values[name] for name in names})  # type: ignore[arg-type]  # its own texts


def plain_texts(block: Block) -> list[str]:
    """Readable text of a block without markup, for search and excerpts."""
    if isinstance(block, Code):
        return [block.code]
    return [
        inline.plain_text(inline.parse(text.value)) if text.markup else text.value
        for text in block_texts(block).values()
    ]


def _texts(block: Block) -> dict[str, Text]:
    match block:
        case Paragraph(html=html) | Heading(html=html) | Correction(html=html):
            return {"html": Text(html, True)}
        case Quote(html=html, attribution=attribution):
            return {"html": Text(html, True), "attribution": Text(attribution or "", False)}
        case List(items=items):
            return {f"items.{number}": Text(item, True) for number, item in enumerate(items)}
        case Image(caption=caption, alt=alt):
            return {"caption": Text(caption, False), "alt": Text(alt, False)}
        case Gallery(pictures=pictures):
            return {
                f"pictures.{number}.{name}": Text(value, False)
                for number, each in enumerate(pictures)
                for name, value in (("caption", each.caption), ("alt", each.alt))
            }
        case Table(rows=rows, caption=caption):
            cells = {f"rows.{r}.{c}": Text(cell, True) for r, row in enumerate(rows) for c, cell in enumerate(row)}
            return {"caption": Text(caption or "", False)} | cells
        case Embed(title=title):
            return {"title": Text(title, False)}
        case Link(text=text):
            return {"text": Text(text, False)}
        case Code() | Divider():
            return {}
