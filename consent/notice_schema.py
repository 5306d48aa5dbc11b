"""The shape of a notice (docs/contracts/consents.md), closed: what is not named here is refused."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from consent import regulations
from consent.fields import Flag, Matching, Text, WholeNumber, site_id, small_id
from consent.iab.gpp import APPROACHES
from consent.notices import CONFLICTS

TITLE, LABEL, BODY = 200, 80, 5000
LANGUAGES = 100


def _web_address(**kwargs: Any) -> fields.Url:
    # require_tld off: intranets and localhost have policies too
    return fields.Url(schemes={"https", "http"}, require_tld=False, validate=validate.Length(max=2000), **kwargs)


def _colour(**kwargs: Any) -> Matching:
    return Matching("#[0-9a-fA-F]{6}", "a colour as #34568b", **kwargs)


class ControllerSchema(Schema):
    """Who answers for the data."""

    name = Text(TITLE, required=True)
    address = Text(TITLE * 2, required=True)
    email = fields.Email(required=True)
    privacy_policy = _web_address(required=True)


class PurposeSchema(Schema):
    """One purpose; a required one is told, not asked."""

    id = small_id(required=True)
    required = Flag(required=True)
    kind = fields.String(
        validate=validate.OneOf(regulations.KINDS),
        metadata={"description": "what regulations tell apart; without it the id's own kind, else other"},
    )
    tcf = WholeNumber(
        validate=validate.Range(1, 11), metadata={"description": "the purpose of the IAB's vendor list that it is"}
    )
    tcf_feature = WholeNumber(
        validate=validate.Range(1, 2), metadata={"description": "the special feature of that list that it is"}
    )
    cookies = fields.List(
        Matching(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}", "a cookie's name, in which * stands for anything"),
        validate=validate.Length(max=100),
        metadata={"description": "deleted in the browser when the purpose is refused or withdrawn"},
    )


class VendorSchema(Schema):
    """Who else receives data, and for what."""

    id = small_id(required=True)
    name = Text(TITLE, required=True)
    purposes = fields.List(small_id(), required=True, validate=validate.Length(1, 50))
    privacy_policy = _web_address(required=True)
    tcf = WholeNumber(
        validate=validate.Range(1, 65535), metadata={"description": "its number in the IAB's vendor list"}
    )


class TcfSchema(Schema):
    """Switches IAB TCF on for the site."""

    publisher_country = Matching("[A-Z]{2}", "a country's code of two letters, as DE", required=True)


class GppSchema(Schema):
    """Switches IAB GPP on for the site."""

    sections = fields.String(
        required=True,
        validate=validate.OneOf(APPROACHES),
        metadata={"description": "which sections tell of readers in the United States"},
    )


class LayoutSchema(Schema):
    """Where the banner stands and the order of its buttons; their weight cannot be set."""

    position = fields.String(required=True, validate=validate.OneOf(("bar", "box", "modal")))
    buttons = fields.List(fields.String(), required=True)


class ColoursSchema(Schema):
    """A theme's colours in one scheme, as #rrggbb; the linter checks their contrast."""

    accent = _colour(required=True)
    background = _colour(required=True)
    text = _colour(required=True)


class ThemeSchema(Schema):
    """The banner's colours; both schemes, since readers choose theirs."""

    light = fields.Nested(ColoursSchema, required=True)
    dark = fields.Nested(ColoursSchema, required=True)


class AccountsSchema(Schema):
    """Choices count on all devices on which their reader is signed in."""

    conflict = fields.String(
        required=True,
        validate=validate.OneOf(CONFLICTS),
        metadata={"description": "where device and account differ: the newest decision, or a refusal on either side"},
    )


class PurposeTextSchema(Schema):
    """One purpose told in one language."""

    title = Text(TITLE, required=True)
    body = Text(BODY, required=True)


class TextsSchema(Schema):
    """All that a banner says, in one language."""

    title = Text(TITLE, required=True)
    body = Text(BODY, required=True)
    agree = Text(LABEL, required=True)
    refuse = Text(LABEL, required=True)
    preferences = Text(LABEL, required=True)
    save = Text(LABEL, required=True)
    settings = Text(LABEL, required=True)
    withdraw = Text(LABEL, required=True)
    vendors = Text(LABEL, required=True)
    controller = Text(LABEL, required=True)
    policy = Text(LABEL, required=True)
    receipt = Text(LABEL, required=True)
    saved = Text(TITLE, required=True)
    chosen_on = Text(TITLE, required=True)
    always_on = Text(LABEL, required=True)
    close = Text(LABEL, required=True)
    allow = Text(LABEL, required=True, metadata={"description": "{purpose} stands for its title"})
    gpc = Text(TITLE, required=True, metadata={"description": "said where Global Privacy Control is on"})
    accounts = Text(BODY, metadata={"description": "with accounts: how far a choice reaches, on the first layer"})
    purposes = fields.Dict(keys=small_id(), values=fields.Nested(PurposeTextSchema), required=True)


class NoticeSchema(Schema):
    """A whole notice."""

    site = site_id(required=True)
    default_language = fields.String(required=True)
    controller = fields.Nested(ControllerSchema, required=True)
    purposes = fields.List(fields.Nested(PurposeSchema), required=True, validate=validate.Length(1, 50))
    vendors = fields.List(fields.Nested(VendorSchema), required=True, validate=validate.Length(max=500))
    layout = fields.Nested(LayoutSchema, required=True)
    theme = fields.Nested(ThemeSchema)
    accounts = fields.Nested(AccountsSchema)
    tcf = fields.Nested(TcfSchema)
    gpp = fields.Nested(GppSchema)
    validity_days = WholeNumber(required=True, validate=validate.Range(1, 395))
    regulation = Matching(r"[a-z][a-z0-9-]{1,15}", "the name of a regulation, as eu", required=True)
    texts = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(TextsSchema),
        required=True,
        validate=validate.Length(1, LANGUAGES),
    )


def load(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return `document` if it has the shape.

    Raises:
        marshmallow.ValidationError: it has not; the messages name every field.
    """
    loaded: dict[str, Any] = NoticeSchema().load(document)
    return loaded
