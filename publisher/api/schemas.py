"""The JSON forms of docs/contracts/articles.md: closed, strictly typed. Rules about content are the domain's."""

from marshmallow import Schema, fields, validate

from publisher.api.block_schemas import ANY_OF_BLOCKS, AnyBlock, Closed
from publisher.articles import KINDS, PUB_STATUSES, SLUG
from publisher.block_reading import MOST_BLOCKS


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
    slugs = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Slugs in languages that have one of their own."},
    )
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
    slugs = fields.Dict(keys=fields.String(), values=fields.String())
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
