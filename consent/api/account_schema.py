"""What a site's own server sends of its signed-in readers, closed, and what it is told of them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consent.api.choice_schema import ChoiceSchema
from consent.api.subjects import DemandSchema
from consent.choice.cookies import SUBJECT
from consent.choice.records import ACTIONS
from consent.fields import Flag, Matching, Uuid, account_id

LONGEST_COOKIE = 4096


def _account() -> Matching:
    told = "the site's own id of the account; opaque, better no e-mail address"
    return account_id(required=True, metadata={"description": told})


def _region() -> Matching:
    return Matching(
        r"[A-Z]{2}(-[A-Z0-9]{1,3})?",
        "an ISO 3166 code in capitals, as FR or US-CA",
        load_default=None,
        metadata={"description": "where the reader is, if the server knows"},
    )


def _gpc() -> Flag:
    return Flag(load_default=False, metadata={"description": "the reader's browser sends Sec-GPC: 1"})


class SyncSchema(Schema):
    """A device of a signed-in reader."""

    account = _account()
    event_id = Uuid(required=True, metadata={"description": "made once per sync; sent again with each retry"})
    subject = Matching(
        SUBJECT,
        "the value of the subject cookie",
        required=True,
        allow_none=True,
        metadata={"description": "null where the browser sent none"},
    )
    state = fields.String(
        required=True,
        allow_none=True,
        validate=validate.Length(max=LONGEST_COOKIE),
        metadata={"description": "the state cookie as the browser sent it, null where it sent none"},
    )
    gpc = _gpc()
    region = _region()
    lang = fields.String(load_default=None, validate=validate.Length(max=35))


class AccountChoiceSchema(ChoiceSchema):
    """A choice that a signed-in reader made outside our banner."""

    class Meta:
        """Of a choice from the script, what proves its display is missing: the server's token vouches for it."""

        exclude = ("site", "display", "stands", "asked", "tc_string", "gpp_string")

    account = _account()
    action = fields.String(required=True, validate=validate.OneOf([each for each in ACTIONS if each != "import"]))
    notice = Matching(r"[0-9a-f]{64}", "the SHA-256 of a notice, 64 hex digits", load_default=None)
    component = Matching(
        r"[a-z][a-z0-9._-]{0,31}",
        "a short name of small letters, digits and . _ -",
        required=True,
        metadata={"description": "what asked the reader, e.g. ios-app"},
    )
    lang = fields.String(load_default=None, validate=validate.Length(max=35))
    gpc = _gpc()
    region = _region()

    @validates_schema
    def _notice_was_shown(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("action") != "withdraw" and data.get("notice") is None:
            raise ValidationError("expected the notice that was shown; only a withdrawal needs none", "notice")


class CookieSchema(Schema):
    """A cookie for the site's server to set; `header` is the whole of its `Set-Cookie`."""

    name = fields.String()
    value = fields.String()
    max_age = fields.Integer(allow_none=True, metadata={"description": "seconds; null: until the browser closes"})
    domain = fields.String(allow_none=True)
    path = fields.String()
    same_site = fields.String()
    secure = fields.Boolean()
    http_only = fields.Boolean()
    header = fields.String()


class StateSchema(Schema):
    """What stands."""

    record = fields.UUID()
    receipt = fields.Url()
    notice = fields.String()
    event = fields.String(metadata={"enum": ["given", "refused", "withdrawn"]})
    purposes = fields.Dict(keys=fields.String(), values=fields.Boolean())
    vendors = fields.Dict(
        keys=fields.String(),
        values=fields.Boolean(),
        metadata={"description": "decided against what the purposes imply"},
    )
    decided_at = fields.String(metadata={"format": "date-time"})
    valid_until = fields.String(metadata={"format": "date-time"})


class SyncedSchema(Schema):
    """What stands on the device now, and what the server has to do about it."""

    site = fields.String()
    account = fields.String()
    outcome = fields.String(metadata={"enum": ["account", "device", "both", "signal", "none"]})
    state = fields.Nested(StateSchema, allow_none=True)
    ask = fields.Raw(metadata={"description": "all, none, or the purposes that are open"})
    tell = fields.Boolean(metadata={"description": "the device is new to the account: show `text`"})
    text = fields.String()
    written = fields.List(fields.UUID())
    cookies = fields.List(fields.Nested(CookieSchema))


class WhySchema(DemandSchema):
    """Why an account is erased."""

    class Meta:
        """The address names the site."""

        exclude = ("site",)


class SignedOutSchema(Schema):
    """What the device goes back to."""

    cookies = fields.List(fields.Nested(CookieSchema))


class DevicesSchema(Schema):
    """How many devices were signed out."""

    devices = fields.Integer()
