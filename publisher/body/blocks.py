"""The blocks an article's body is made of, each with a stable id.

JSON form: docs/contracts/articles.md. They are read by ``block_reading``, and their texts are known to ``block_texts``.
Inline HTML is stored in the canonical form of ``inline``.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, NamedTuple

from publisher.body.credits import Credit


class Focus(NamedTuple):
    """The point of a picture that a crop keeps in sight: parts of its width and height, 0 to 1."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture by the SHA-256 of its stored bytes; ``alt`` is empty only when it is decorative."""

    media: str
    caption: str
    alt: str
    decorative: bool
    credit: Credit
    focus: Focus | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Picture):
    """A picture that stands alone."""

    type: ClassVar[str] = "image"
    id: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures that belong together, each with its own caption and credit."""

    type: ClassVar[str] = "gallery"
    id: str
    pictures: tuple[Picture, ...]


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


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose cells are inline HTML, empty ones allowed; ``header`` says which cells are headings."""

    type: ClassVar[str] = "table"
    id: str
    rows: tuple[tuple[str, ...], ...]
    header: str = "row"
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """Something of another site, shown once the reader allows the purpose ``category``; before that a link to ``url``.

    ``frame`` is the address that is shown, ``ratio`` the shape of its place.
    """

    type: ClassVar[str] = "embed"
    id: str
    url: str
    frame: str
    title: str
    provider: str
    category: str
    ratio: str = "16:9"


@dataclass(frozen=True, slots=True)
class Link:
    """A link out of the text to something else to read."""

    type: ClassVar[str] = "link"
    id: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    """A break between two parts of a text."""

    type: ClassVar[str] = "divider"
    id: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code, which are never translated; ``syntax`` names their language."""

    type: ClassVar[str] = "code"
    id: str
    code: str
    syntax: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A notice that something in the article was wrong, made clearer, or is taken back as a whole.

    ``date`` (RFC 3339, UTC) is when readers were told; None until it is published.
    """

    type: ClassVar[str] = "correction"
    id: str
    html: str
    kind: str = "correction"
    date: str | None = None


Block = (
    Paragraph | Heading | Image | Gallery | Quote | List | Table | Embed | Link | Divider | Code | Correction
)  # fmt: skip
HEADERS = ("row", "column", "both", "none")
RATIOS = ("16:9", "4:3", "1:1", "9:16")
CORRECTION_KINDS = ("correction", "clarification", "retraction")


def pictures_of(block: Block) -> dict[str, Picture]:
    """Pictures of a block by the place of each in the block: empty for the one of an image, else ``pictures.<n>``."""
    match block:
        case Image():
            return {"": block}
        case Gallery(pictures=pictures):
            return {f"pictures.{number}": picture for number, picture in enumerate(pictures)}
    return {}


def block_json(block: Block) -> dict[str, Any]:
    """Write a block in the JSON form that ``block_reading`` reads."""
    fields = asdict(block)
    match block:
        case Image():
            fields["focus"] = _focus_json(block.focus)
        case Gallery(pictures=pictures):
            fields["pictures"] = [asdict(each) | {"focus": _focus_json(each.focus)} for each in pictures]
    return {"type": block.type, **fields}


def load_block(data: Mapping[str, Any]) -> Block:
    """Make a block from stored JSON, which was checked when it came in."""
    fields = {name: value for name, value in data.items() if name != "type"}
    match data["type"]:
        case "image":
            return Image(id=fields["id"], **_picture_fields(fields))
        case "gallery":
            return Gallery(fields["id"], tuple(Picture(**_picture_fields(each)) for each in fields["pictures"]))
        case "list":
            return List(**fields | {"items": tuple(fields["items"])})
        case "table":
            return Table(**fields | {"rows": tuple(map(tuple, fields["rows"]))})
    kind = _PLAIN.get(data["type"])
    if kind is None:
        raise ValueError(f"expected a stored block, got type {data['type']!r}")
    made: Block = kind(**fields)
    return made


_PLAIN: dict[str, type[Any]] = {
    kind.type: kind for kind in (Paragraph, Heading, Quote, Embed, Link, Divider, Code, Correction)
}


def _focus_json(focus: Focus | None) -> dict[str, float] | None:
    return focus._asdict() if focus else None


def _picture_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    credit, focus = data["credit"], data.get("focus")
    kept = {name: data[name] for name in ("media", "caption", "alt", "decorative")}
    return kept | {
        "credit": Credit(tuple(credit["creators"]), credit["agency"]),
        "focus": Focus(**focus) if focus else None,
    }
