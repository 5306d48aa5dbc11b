"""The JSON forms of docs/contracts/articles.md: closed, strictly typed. Rules about content are the domain's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from publisher.api.block_schemas import ANY_OF_BLOCKS, AnyBlock, Closed
from publisher.articles import ID, KINDS, SLUG
from publisher.body.block_reading import MOST_BLOCKS
from publisher.post_edits import EDITED, REVIEWED
from publisher.previews import LONGEST_S
from publisher.states import STATES


class Moment(fields.AwareDateTime):
    """A time with its offset from UTC, RFC 3339."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not 1970 < moment.year < 9999:
            raise ValidationError(f"expected a time between 1971 and 9998, got {value!r}")
        return moment


class Word(fields.String):
    """A short text to look for; every database can look for it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Regexp(r"^[^\x00-\x1f\x7f]{1,128}$"), **kwargs)


class ArticleIn(Closed):
    """An article as it is sent."""

    slug = fields.String(required=True, metadata={"pattern": f"^{SLUG.pattern}$"})
    language = fields.String(required=True, metadata={"description": "One of PUBLISHER_LANGUAGES."})
    headline = fields.String(required=True, metadata={"minLength": 1, "maxLength": 300})
    byline = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    section = fields.String(required=True, metadata={"minLength": 1, "maxLength": 64})
    source = fields.String(allow_none=True)
    pubStatus = fields.String(
        validate=validate.OneOf(["usable", "withheld"]),
        metadata={"description": "Default: a new article is usable, any other keeps its state."},
    )
    embargoedUntil = Moment(allow_none=True, metadata={"description": "Left out: as it was. null: none."})
    expires = Moment(allow_none=True, metadata={"description": "Left out: as it was. null: never."})
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


class ArticleNew(ArticleIn):
    """An article that is made under an id of its own, or under its slug."""

    id = fields.String(metadata={"pattern": f"^{ID.pattern}$", "description": "Default: the slug."})


class WriteQuery(Closed):
    """How to write."""

    dry_run = fields.Boolean(load_default=False, metadata={"description": "Only tell what would change."})


class ArticleSummary(Schema):
    """An article without its body."""

    id = fields.String()
    revision = fields.Integer()
    kind = fields.String()
    versionCreated = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    firstPublished = fields.String(allow_none=True)
    publishAt = fields.String(allow_none=True)
    embargoedUntil = fields.String(allow_none=True)
    expires = fields.String(allow_none=True)
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
    changed = fields.String()


class ArticleOut(ArticleSummary):
    """An article as it is stored."""

    blocks = fields.List(fields.Dict(metadata=ANY_OF_BLOCKS))


class ArticlesQuery(Closed):
    """Which articles to list, and in which order of their last change."""

    state = fields.String(validate=validate.OneOf(STATES))
    section = Word(metadata={"description": "A section's name, or its slug."})
    keyword = Word()
    language = Word(metadata={"description": "That it was written in."})
    changed_since = Moment(metadata={"description": "Changed at this time or after it."})
    order = fields.String(
        validate=validate.OneOf(["newest", "oldest"]),
        load_default="newest",
        metadata={"description": "By the last change; who follows changes asks for the oldest first."},
    )
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.Integer(validate=validate.Range(min=1, max=200), load_default=50)


class ArticlesOut(Schema):
    """A page of articles; ``next`` is the cursor of the one after it, null on the last."""

    articles = fields.List(fields.Nested(ArticleSummary))
    next = fields.String(allow_none=True)


class ChangeOut(Schema):
    """A field or block and what would happen to it."""

    field = fields.String()
    what = fields.String(validate=validate.OneOf(["added", "removed", "changed", "moved"]))


class DryRunOut(Schema):
    """What a writing would do."""

    changed = fields.Boolean()
    action = fields.String()
    revision = fields.Integer()
    fromState = fields.String(allow_none=True)
    toState = fields.String()
    public = fields.Boolean()
    changes = fields.List(fields.Nested(ChangeOut))
    translations = fields.List(fields.String(), metadata={"description": "Languages to be translated anew."})


class RevisionSummary(Schema):
    """One revision without its content."""

    revision = fields.Integer()
    kind = fields.String()
    versionCreated = fields.String()


class RevisionsOut(Schema):
    """The revisions of an article, the newest first."""

    revisions = fields.List(fields.Nested(RevisionSummary))


class RevisionOut(RevisionSummary):
    """One revision's content, as it was."""

    article = fields.Dict()


class MoveIn(Closed):
    """Why an article is moved; the body may be left out."""

    may_be_absent = True
    reason = fields.String(allow_none=True, validate=validate.Length(max=1000))


class ScheduleIn(Closed):
    """When an article is to be published."""

    publishAt = Moment(required=True)
    reason = fields.String(allow_none=True, validate=validate.Length(max=1000))


class TransitionOut(Schema):
    """One change of an article: who made it, when, from which state to which, and why."""

    id = fields.Integer()
    at = fields.String()
    who = fields.String()
    action = fields.String()
    fromState = fields.String(allow_none=True)
    toState = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    revision = fields.Integer()


class HistoryQuery(Closed):
    """Which changes to list."""

    cursor = fields.Integer(validate=validate.Range(min=1, max=2**62))
    limit = fields.Integer(validate=validate.Range(min=1, max=200), load_default=50)


class HistoryOut(Schema):
    """Changes, the newest first; ``next`` asks for those before them."""

    transitions = fields.List(fields.Nested(TransitionOut))
    next = fields.Integer(allow_none=True)


class PreviewIn(Closed):
    """What to preview, and for how long."""

    may_be_absent = True
    language = fields.String(metadata={"description": "Default: the article's own."})
    ttl_s = fields.Integer(strict=True, validate=validate.Range(min=60, max=LONGEST_S), load_default=86_400)


class PreviewOut(Schema):
    """A link to show to whoever is to see the article before it is public."""

    url = fields.String()
    expires = fields.String()


class VariantOut(Schema):
    """The state of an article in one language; ``revision`` is the one that its text translates."""

    language = fields.String()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    engine = fields.String(allow_none=True)
    engine_version = fields.String(allow_none=True)
    review = fields.String(
        allow_none=True,
        validate=validate.OneOf([EDITED, REVIEWED]),
        metadata={"description": "How far a finished translation is a person's work; null: a machine's alone."},
    )
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
