"""The blocks an article's body is made of, each with a stable id, and the texts in them that a translation replaces.

JSON form: docs/contracts/articles.md. Inline HTML is stored in the canonical form of ``inline``.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, NamedTuple

from publisher import inline
from publisher.credits import Credit, split_caption
from publisher.faults import Fault, checked_text

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MOST_BLOCKS = 2000
MOST_CHARACTERS = 20_000


class Text(NamedTuple):
    """A piece of an article to translate; ``markup`` says whether it is inline HTML or plain text."""

    value: str
    markup: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of inline HTML."""

    type: ClassVar[str] = "paragraph"
    id: str
    html: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the article, level 2 to 4."""

    type: ClassVar[str] = "heading"
    id: str
    level: int
    html: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by the SHA-256 of its stored bytes; ``alt`` is empty only when it is decorative."""

    type: ClassVar[str] = "image"
    id: str
    media: str
    caption: str
    alt: str
    decorative: bool
    credit: Credit


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with the one who said it, if known."""

    type: ClassVar[str] = "quote"
    id: str
    html: str
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class List:
    """A list whose items are inline HTML."""

    type: ClassVar[str] = "list"
    id: str
    ordered: bool
    items: tuple[str, ...]


Block = Paragraph | Heading | Image | Quote | List


def read_blocks(given: Iterable[Mapping[str, Any]]) -> tuple[tuple[Block, ...], list[Fault]]:
    """Read blocks from their JSON form; return those that are right and the faults of the others, by ``blocks.<n>``."""
    blocks: list[Block] = []
    faults: list[Fault] = []
    taken: set[str] = set()
    for number, data in enumerate(given):
        try:
            block = _read(f"blocks.{number}", data)
            blocks.append(_identified(f"blocks.{number}", block, taken))
        except Fault as fault:
            faults.append(fault)
    return tuple(blocks), faults


def block_json(block: Block) -> dict[str, Any]:
    """Write a block in the JSON form that ``read_blocks`` reads."""
    return {"type": block.type, **asdict(block)}


def load_block(data: Mapping[str, Any]) -> Block:
    """Make a block from stored JSON, which was checked when it came in."""
    fields = {name: value for name, value in data.items() if name != "type"}
    match data["type"]:
        case "paragraph":
            return Paragraph(**fields)
        case "heading":
            return Heading(**fields)
        case "quote":
            return Quote(**fields)
        case "list":
            return List(**fields | {"items": tuple(fields["items"])})
        case "image":
            credit = fields["credit"]
            return Image(**fields | {"credit": Credit(tuple(credit["creators"]), credit["agency"])})
    raise ValueError(f"expected a stored block, got type {data['type']!r}")


def block_texts(block: Block) -> dict[str, Text]:
    """Texts of a block to translate, by name within the block; empty ones are left out."""
    match block:
        case Paragraph(html=html) | Heading(html=html):
            texts = {"html": Text(html, True)}
        case Quote(html=html, attribution=attribution):
            texts = {"html": Text(html, True), "attribution": Text(attribution or "", False)}
        case List(items=items):
            texts = {f"items.{number}": Text(item, True) for number, item in enumerate(items)}
        case Image(caption=caption, alt=alt):
            texts = {"caption": Text(caption, False), "alt": Text(alt, False)}
    return {name: text for name, text in texts.items() if text.value}


def with_texts(block: Block, values: Mapping[str, str]) -> Block:
    """Return the block with its texts replaced; every name of ``block_texts`` is required (KeyError)."""
    names = block_texts(block)
    match block:
        case List(items=items):
            return replace(block, items=tuple(values[f"items.{number}"] for number in range(len(items))))
        case _:
            return replace(block, **{name: values[name] for name in names})  # type: ignore[arg-type]  # its own texts


def plain_texts(block: Block) -> list[str]:
    """Readable text of a block without markup, for search and excerpts."""
    return [
        inline.plain_text(inline.parse(text.value)) if text.markup else text.value
        for text in block_texts(block).values()
    ]


def _read(at: str, data: Mapping[str, Any]) -> Block:
    name = data.get("id") or ""
    if name and not ID.fullmatch(name):
        raise Fault(f"{at}.id", "letters, digits, dots, hyphens and underscores, at most 64", repr(name))
    match data.get("type"):
        case "paragraph":
            return Paragraph(name, _markup(f"{at}.html", data["html"]))
        case "heading":
            if data["level"] not in (2, 3, 4):
                raise Fault(f"{at}.level", "2, 3 or 4", data["level"])
            return Heading(name, data["level"], _markup(f"{at}.html", data["html"]))
        case "quote":
            return Quote(name, _markup(f"{at}.html", data["html"]), _optional(f"{at}.attribution", data, 300))
        case "list":
            items = tuple(_markup(f"{at}.items.{n}", item) for n, item in enumerate(data["items"]))
            if not items:
                raise Fault(f"{at}.items", "at least one item", "none")
            return List(name, bool(data.get("ordered")), items)
        case "image":
            return _read_image(at, name, data)
    raise Fault(f"{at}.type", "paragraph, heading, image, quote or list", data.get("type"))


def _read_image(at: str, name: str, data: Mapping[str, Any]) -> Image:
    decorative = bool(data.get("decorative"))
    alt = _optional(f"{at}.alt", data, 1000)
    if not alt and not decorative:
        raise Fault(f"{at}.alt", "a text for those who do not see the picture, or decorative: true", "nothing")
    given = data.get("credit") or {}
    creators = tuple(_credit_name(f"{at}.credit.creators.{n}", c) for n, c in enumerate(given.get("creators") or ()))
    agency = given.get("agency")
    credit = Credit(creators, _credit_name(f"{at}.credit.agency", agency) if agency else None)
    if credit == Credit():
        raise Fault(f"{at}.credit", "a creator or an agency", "nothing")
    caption = checked_text(f"{at}.caption", _without_credit(data.get("caption") or "", credit), most=2000)
    return Image(name, data["media"], caption, "" if decorative else alt or "", decorative, credit)


def _without_credit(caption: str, credit: Credit) -> str:
    """Drop a credit line that the caption repeats: the page shows it once."""
    rest, found = split_caption(caption)
    return rest if found == credit else caption


def _markup(field: str, html: str) -> str:
    checked_text(field, html, most=MOST_CHARACTERS)
    try:
        tree = inline.parse(html.strip())
    except inline.InlineError as error:
        raise Fault(field, error.expected, error.got) from None
    checked_text(field, inline.plain_text(tree), most=MOST_CHARACTERS)
    return inline.serialise(tree)


def _optional(field: str, data: Mapping[str, Any], most: int) -> str | None:
    value = data.get(field.rpartition(".")[2])
    return checked_text(field, value, most=most) if value and value.strip() else None


def _credit_name(field: str, value: str) -> str:
    name = checked_text(field, value, most=200)
    if "/" in name:
        raise Fault(field, "a name without /", name)
    return name


def _identified(at: str, block: Block, taken: set[str]) -> Block:
    """Give a block without id one from its content; refuse an id that the article already has."""
    name = block.id
    if name in taken:
        raise Fault(f"{at}.id", "an id of its own", f"{name} twice")
    if not name:
        digest = hashlib.sha256(json.dumps(block_json(block), sort_keys=True).encode()).hexdigest()[:12]
        name, copy = f"b-{digest}", 1
        while name in taken:
            copy += 1
            name = f"b-{digest}-{copy}"
    taken.add(name)
    return replace(block, id=name)
