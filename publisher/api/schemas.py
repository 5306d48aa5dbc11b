"""The JSON forms of docs/contracts/articles.md: closed, strictly typed. Rules about content are the domain's."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from publisher.articles import KINDS, PUB_STATUSES, SLUG
from publisher.blocks import MOST_BLOCKS


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


class Image(Block):
    """A picture with caption and credit."""

    type = _kind("image")
    media = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$", error="expected a SHA-256 in hex"))
    caption = fields.String(required=True)
    alt = fields.String(allow_none=True)
    decorative = StrictBoolean()
    credit = fields.Nested(Credit, required=True)


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


BLOCKS: dict[str, Schema] = {
    "paragraph": Paragraph(),
    "heading": Heading(),
    "image": Image(),
    "quote": Quote(),
    "list": List(),
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


class ArticleIn(Closed):
    """An article as it is sent."""

    slug = fields.String(required=True, metadata={"pattern": f"^{SLUG.pattern}$"})
    language = fields.String(required=True, metadata={"description": "One of PUBLISHER_LANGUAGES."})
    headline = fields.String(required=True, metadata={"minLength": 1, "maxLength": 300})
    byline = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    section = fields.String(required=True, metadata={"minLength": 1, "maxLength": 64})
    source = fields.String(allow_none=True)
    pubStatus = fields.String(validate=validate.OneOf(PUB_STATUSES))
    kind = fields.String(validate=validate.OneOf(KINDS), load_default="update")
    keywords = fields.List(fields.String())
    blocks = fields.List(
        AnyBlock(metadata=ANY_OF_BLOCKS), required=True, metadata={"minItems": 1, "maxItems": MOST_BLOCKS}
    )


class ArticleOut(Schema):
    """An article as it is stored."""

    id = fields.String()
    revision = fields.Integer()
    kind = fields.String()
    versionCreated = fields.String()
    firstPublished = fields.String(allow_none=True)
    url = fields.String()
    slug = fields.String()
    language = fields.String()
    headline = fields.String()
    byline = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    section = fields.String()
    source = fields.String(allow_none=True)
    pubStatus = fields.String()
    keywords = fields.List(fields.String())
    blocks = fields.List(fields.Dict(metadata=ANY_OF_BLOCKS))


class VariantOut(Schema):
    """The state of an article in one language; ``revision`` is the one that its text translates."""

    language = fields.String()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    engine = fields.String(allow_none=True)
    engine_version = fields.String(allow_none=True)
    revision = fields.Integer()
    deadline = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    url = fields.String()


class VariantsOut(Schema):
    """The states of an article in all its languages."""

    article = fields.String()
    revision = fields.Integer()
    variants = fields.List(fields.Nested(VariantOut))


class MediaOut(Schema):
    """A stored picture."""

    media = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    contentType = fields.String()
