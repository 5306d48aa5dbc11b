"""The JSON forms of an article's blocks: closed, strictly typed, told apart by their ``type``."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from publisher.body.block_reading import MOST_PICTURES, MOST_ROWS
from publisher.body.blocks import CORRECTION_KINDS, HEADERS, RATIOS


class Closed(Schema):
    """A schema that refuses fields it does not know."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


class StrictBoolean(fields.Boolean):
    """``true`` or ``false`` and nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"expected true or false, got {value!r}")
        return value


class StrictNumber(fields.Float):
    """A JSON number and nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError(f"expected a number, got {value!r}")
        return float(value)


class Credit(Closed):
    """Who made a picture and through whom it came."""

    creators = fields.List(fields.String())
    agency = fields.String(allow_none=True)


class Block(Closed):
    """What every block has."""

    id = fields.String(allow_none=True)


def _kind(name: str) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf([name]))


class Paragraph(Block):
    """A paragraph of inline HTML."""

    type = _kind("paragraph")
    html = fields.String(required=True)


class Heading(Block):
    """A heading, level 2 to 4."""

    type = _kind("heading")
    level = fields.Integer(required=True, strict=True)
    html = fields.String(required=True)


class Focus(Closed):
    """What a crop keeps in sight: parts of the picture's width and height."""

    x = StrictNumber(required=True, metadata={"minimum": 0, "maximum": 1})
    y = StrictNumber(required=True, metadata={"minimum": 0, "maximum": 1})


class Picture(Closed):
    """A picture with caption and credit."""

    media = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$", error="expected a SHA-256 in hex"))
    caption = fields.String(required=True)
    alt = fields.String(allow_none=True)
    decorative = StrictBoolean()
    credit = fields.Nested(Credit, required=True)
    focus = fields.Nested(Focus, allow_none=True)


class Image(Block, Picture):
    """A picture that stands alone."""

    type = _kind("image")


class Gallery(Block):
    """Pictures that belong together."""

    type = _kind("gallery")
    pictures = fields.List(fields.Nested(Picture), required=True, metadata={"minItems": 2, "maxItems": MOST_PICTURES})


class Quote(Block):
    """A quotation."""

    type = _kind("quote")
    html = fields.String(required=True)
    attribution = fields.String(allow_none=True)


class List(Block):
    """A list of inline HTML items."""

    type = _kind("list")
    ordered = StrictBoolean()
    items = fields.List(fields.String(), required=True)


class Table(Block):
    """A table of inline HTML cells, as many in every row; empty ones are allowed."""

    type = _kind("table")
    caption = fields.String(allow_none=True)
    header = fields.String(
        validate=validate.OneOf(HEADERS), metadata={"description": "What holds headings: the first row, or column."}
    )
    rows = fields.List(fields.List(fields.String()), required=True, metadata={"minItems": 1, "maxItems": MOST_ROWS})


class Embed(Block):
    """Something of another site, which waits for the reader's consent."""

    type = _kind("embed")
    url = fields.String(required=True, metadata={"description": "The page that people share, https."})
    frame = fields.String(allow_none=True, metadata={"description": "What the frame shows; default: by the url."})
    title = fields.String(required=True)
    provider = fields.String(allow_none=True)
    category = fields.String(required=True, metadata={"description": "The consent purpose that it waits for."})
    ratio = fields.String(validate=validate.OneOf(RATIOS))


class Link(Block):
    """A link to something else to read."""

    type = _kind("link")
    href = fields.String(required=True)
    text = fields.String(required=True)


class Divider(Block):
    """A break between two parts."""

    type = _kind("divider")


class Code(Block):
    """Lines of code, never translated."""

    type = _kind("code")
    code = fields.String(required=True)
    syntax = fields.String(allow_none=True)


class Correction(Block):
    """A notice of what was wrong."""

    type = _kind("correction")
    kind = fields.String(validate=validate.OneOf(CORRECTION_KINDS))
    html = fields.String(required=True)
    date = fields.String(
        allow_none=True, metadata={"format": "date-time", "description": "Default: when it is published."}
    )


BLOCKS: dict[str, Schema] = {
    "paragraph": Paragraph(),
    "heading": Heading(),
    "image": Image(),
    "gallery": Gallery(),
    "quote": Quote(),
    "list": List(),
    "table": Table(),
    "embed": Embed(),
    "link": Link(),
    "divider": Divider(),
    "code": Code(),
    "correction": Correction(),
}


def component(kind: str) -> str:
    """Name of a block's schema in the API's documentation."""
    return f"{kind.capitalize()}Block"


ANY_OF_BLOCKS = {"type": "object", "oneOf": [{"$ref": f"#/components/schemas/{component(kind)}"} for kind in BLOCKS]}


class AnyBlock(fields.Field[dict[str, Any]]):
    """A block by its ``type``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        kind = value.get("type") if isinstance(value, dict) else None
        schema = BLOCKS.get(kind) if isinstance(kind, str) else None
        if schema is None:
            raise ValidationError({"type": [f"expected {', '.join(BLOCKS)}, got {kind!r}"]})
        loaded: dict[str, Any] = schema.load(value)
        return loaded
