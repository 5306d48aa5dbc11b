"""Reads blocks from their JSON form, whose types were checked: the rules that each keeps, told by block and field."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from publisher.body import inline
from publisher.body.blocks import (
    CORRECTION_KINDS,
    HEADERS,
    RATIOS,
    Block,
    Code,
    Correction,
    Divider,
    Embed,
    Focus,
    Gallery,
    Heading,
    Image,
    Link,
    List,
    Paragraph,
    Picture,
    Quote,
    Table,
    block_json,
)
from publisher.body.credits import Credit, split_caption
from publisher.body.embeds import player_of
from publisher.faults import Fault, checked_text

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CATEGORY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
SYNTAX = re.compile(r"[A-Za-z0-9+#._-]{1,40}")
MOST_BLOCKS = 2000
MOST_CHARACTERS = 20_000
MOST_PICTURES = 50
MOST_ROWS, MOST_COLUMNS = 500, 20

Data = Mapping[str, Any]


def read_blocks(given: Iterable[Data]) -> tuple[tuple[Block, ...], list[Fault]]:
    """Read blocks; return those that are right and the faults of the others, by ``blocks.<n>``."""
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


def _read(at: str, data: Data) -> Block:
    name = data.get("id") or ""
    if name and not ID.fullmatch(name):
        raise Fault(f"{at}.id", "letters, digits, dots, hyphens and underscores, at most 64", repr(name))
    read = _READERS.get(data.get("type", ""))
    if read is None:
        raise Fault(f"{at}.type", f"one of {', '.join(_READERS)}", data.get("type"))
    return read(at, name, data)


def _paragraph(at: str, name: str, data: Data) -> Paragraph:
    return Paragraph(name, _markup(f"{at}.html", data["html"]))


def _heading(at: str, name: str, data: Data) -> Heading:
    if data["level"] not in (2, 3, 4):
        raise Fault(f"{at}.level", "2, 3 or 4", data["level"])
    return Heading(name, data["level"], _markup(f"{at}.html", data["html"]))


def _quote(at: str, name: str, data: Data) -> Quote:
    return Quote(name, _markup(f"{at}.html", data["html"]), _optional(f"{at}.attribution", data, 300))


def _list(at: str, name: str, data: Data) -> List:
    items = tuple(_markup(f"{at}.items.{n}", item) for n, item in enumerate(data["items"]))
    if not items:
        raise Fault(f"{at}.items", "at least one item", "none")
    return List(name, bool(data.get("ordered")), items)


def _image(at: str, name: str, data: Data) -> Image:
    return Image(id=name, **_picture_fields(at, data))


def _gallery(at: str, name: str, data: Data) -> Gallery:
    given = data["pictures"]
    if not 2 <= len(given) <= MOST_PICTURES:
        raise Fault(f"{at}.pictures", f"2 to {MOST_PICTURES} pictures", len(given))
    pictures = (Picture(**_picture_fields(f"{at}.pictures.{n}", each)) for n, each in enumerate(given))
    return Gallery(name, tuple(pictures))


def _table(at: str, name: str, data: Data) -> Table:
    rows = data["rows"]
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Fault(f"{at}.rows", f"1 to {MOST_ROWS} rows", len(rows))
    width = len(rows[0])
    if not 1 <= width <= MOST_COLUMNS:
        raise Fault(f"{at}.rows.0", f"1 to {MOST_COLUMNS} cells", width)
    for number, row in enumerate(rows):
        if len(row) != width:
            raise Fault(f"{at}.rows.{number}", f"{width} cells, as in the first row", len(row))
    cells = tuple(
        tuple(_markup(f"{at}.rows.{r}.{c}", cell) if cell.strip() else "" for c, cell in enumerate(row))
        for r, row in enumerate(rows)
    )
    if not any(cell for row in cells for cell in row):
        raise Fault(f"{at}.rows", "a cell with text", "none")
    header = _one_of(f"{at}.header", data, HEADERS)
    return Table(name, cells, header, _optional(f"{at}.caption", data, 1000))


def _embed(at: str, name: str, data: Data) -> Embed:
    url = _web_address(f"{at}.url", data["url"])
    provider, frame = player_of(url)
    category = data["category"]
    if not CATEGORY.fullmatch(category):
        raise Fault(f"{at}.category", "the id of a consent purpose, e.g. media", repr(category))
    return Embed(
        name,
        url=url,
        frame=_web_address(f"{at}.frame", data.get("frame") or frame),
        title=checked_text(f"{at}.title", data["title"], most=300),
        provider=_optional(f"{at}.provider", data, 100) or provider,
        category=category,
        ratio=_one_of(f"{at}.ratio", data, RATIOS),
    )


def _link(at: str, name: str, data: Data) -> Link:
    try:
        href = inline.check_href(data["href"].strip())
    except inline.InlineError as error:
        raise Fault(f"{at}.href", error.expected, error.got) from None
    return Link(name, href, checked_text(f"{at}.text", data["text"], most=300))


def _divider(at: str, name: str, data: Data) -> Divider:
    return Divider(name)


def _code(at: str, name: str, data: Data) -> Code:
    code = data["code"].replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    checked_text(f"{at}.code", code, most=MOST_CHARACTERS)
    syntax = _optional(f"{at}.syntax", data, 40)
    if syntax and not SYNTAX.fullmatch(syntax):
        raise Fault(f"{at}.syntax", "the name of a language, e.g. python", repr(syntax))
    return Code(name, code, syntax)


def _correction(at: str, name: str, data: Data) -> Correction:
    kind = _one_of(f"{at}.kind", data, CORRECTION_KINDS)
    return Correction(name, _markup(f"{at}.html", data["html"]), kind, _moment(f"{at}.date", data.get("date")))


_READERS: dict[str, Callable[[str, str, Data], Block]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "image": _image,
    "gallery": _gallery,
    "quote": _quote,
    "list": _list,
    "table": _table,
    "embed": _embed,
    "link": _link,
    "divider": _divider,
    "code": _code,
    "correction": _correction,
}


def _picture_fields(at: str, data: Data) -> dict[str, Any]:
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
    return {
        "media": data["media"],
        "caption": checked_text(f"{at}.caption", _without_credit(data.get("caption") or "", credit), most=2000),
        "alt": "" if decorative else alt or "",
        "decorative": decorative,
        "credit": credit,
        "focus": _focus(f"{at}.focus", data.get("focus")),
    }


def _focus(field: str, given: Mapping[str, float] | None) -> Focus | None:
    if given is None:
        return None
    for name in ("x", "y"):
        if not 0 <= given[name] <= 1:
            raise Fault(f"{field}.{name}", "a part of the picture from 0 to 1", given[name])
    return Focus(given["x"], given["y"])


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


def _optional(field: str, data: Data, most: int) -> str | None:
    value = data.get(field.rpartition(".")[2])
    return checked_text(field, value, most=most) if value and value.strip() else None


def _one_of(field: str, data: Data, allowed: tuple[str, ...]) -> str:
    """Read a word of a closed list; the first one where none is given."""
    value = data.get(field.rpartition(".")[2]) or allowed[0]
    if value not in allowed:
        raise Fault(field, f"one of {', '.join(allowed)}", repr(value))
    return str(value)


def _web_address(field: str, value: str) -> str:
    """Check an address that a frame may show: https with a host, and nothing that a policy could not name."""
    address = value.strip()
    try:
        parts = urlsplit(inline.check_href(address))
        known = parts.scheme == "https" and parts.hostname and re.fullmatch(r"[a-z0-9.-]+(:[0-9]+)?", parts.netloc)
    except (ValueError, inline.InlineError):
        known = None
    if not known or len(address) > 2000:
        raise Fault(field, "an https address", repr(value[:200]))
    return address


def _moment(field: str, value: str | None) -> str | None:
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None and moment.year >= 1000:
            return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except ValueError:
        pass
    raise Fault(field, "a time as in 2026-11-23T18:00:00Z", repr(value[:40]))


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
        digest = hashlib.sha256(json.dumps(_content(block), sort_keys=True).encode()).hexdigest()[:12]
        name, copy = f"b-{digest}", 1
        while name in taken:
            copy += 1
            name = f"b-{digest}-{copy}"
    taken.add(name)
    return replace(block, id=name)


def _content(block: Block) -> dict[str, Any]:
    """What a block's id is made of; a picture without a focus has the id that it had before there were any."""
    content = block_json(block)
    if content.get("focus", "") is None:
        del content["focus"]
    return content
