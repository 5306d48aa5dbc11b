"""The shape of a choice as it is sent: JSON from the script, a form from the page without one; both closed."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, missing, validate, validates_schema
from werkzeug.datastructures import MultiDict

from consent.choice.records import ACTIONS
from consent.fields import Flag, Instant, Matching, Uuid, site_id, small_id

LONGEST_TOKEN = 2000
LONGEST_STRING = 8000
BOXES = ("purpose", "refused")
#: Google Consent Mode v2.
CONSENT_MODE = (
    "ad_storage", "ad_user_data", "ad_personalization", "analytics_storage", "functionality_storage",
    "personalization_storage", "security_storage",
)  # fmt: skip


class SentSchema(Schema):
    """What script and form both send."""

    site = site_id(required=True)
    event_id = Uuid(required=True, metadata={"description": "made once per choice; sent again with each retry"})
    display = fields.String(
        validate=validate.Length(max=LONGEST_TOKEN), metadata={"description": "not for withdraw, import"}
    )
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    at = Instant(load_default=None, metadata={"description": "the browser's clock"})
    page = Matching(r"/[^?#\x00-\x20\x7f]{0,1999}", "a path that starts with / and has no query", load_default=None)


class ChoiceSchema(SentSchema):
    """One choice, from the script."""

    purposes = fields.Dict(keys=small_id(), values=Flag(), metadata={"description": "with preferences, import"})
    vendors = fields.Dict(
        keys=small_id(),
        values=Flag(),
        validate=validate.Length(max=500),
        metadata={"description": "with purposes: what single vendors may, against what their purposes say"},
    )
    asked = fields.List(
        small_id(),
        validate=validate.Length(1, 50),
        metadata={"description": "with agree, refuse: the question was about these alone; purposes repeats the rest"},
    )
    tc_string = Matching(
        rf"[A-Za-z0-9_.-]{{1,{LONGEST_STRING}}}", "a TC string", metadata={"description": "IAB TCF 2.3; JSON only"}
    )
    gpp_string = Matching(
        rf"[A-Za-z0-9_.~-]{{1,{LONGEST_STRING}}}", "a GPP string", metadata={"description": "IAB GPP; JSON only"}
    )
    consent_mode = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CONSENT_MODE)),
        values=fields.String(validate=validate.OneOf(("granted", "denied"))),
        metadata={"description": "what tags are told of the choice (Google Consent Mode v2), by the page's word"},
    )
    stands = Flag(
        metadata={"description": "with import only: it counts as the reader's choice, who is not asked again"}
    )

    @validates_schema
    def _preferences_say_which(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("action") in ("preferences", "import") and "purposes" not in data:
            raise ValidationError("expected a decision for every optional purpose", "purposes")

    @validates_schema
    def _parts_go_with_the_whole(self, data: dict[str, Any], **_: Any) -> None:
        if "asked" in data and data.get("action") not in ("agree", "refuse"):
            raise ValidationError("expected with agree and refuse only", "asked")
        for name in ("asked", "vendors"):
            if name in data and "purposes" not in data:
                raise ValidationError(f"expected a decision for every optional purpose beside {name}", "purposes")

    @validates_schema
    def _import_shows_nothing(self, data: dict[str, Any], **_: Any) -> None:
        imported = data.get("action") == "import"
        if imported and "vendors" in data:
            raise ValidationError("expected none with import", "vendors")
        for name in ("display", "tc_string", "gpp_string", "consent_mode") if imported else ():
            if name in data:
                raise ValidationError("expected none with import: no notice of ours was shown", name)
        if "stands" in data and not imported:
            raise ValidationError("expected with import only", "stands")


CHOICE = ChoiceSchema()  # made once: a schema copies all of its fields
RULES = (CHOICE._preferences_say_which, CHOICE._parts_go_with_the_whole, CHOICE._import_shows_nothing)
_REQUIRED = {name for name, field in CHOICE.load_fields.items() if field.required}
_DEFAULTS = {
    name: field.load_default for name, field in CHOICE.load_fields.items() if field.load_default is not missing
}


def read(value: object) -> dict[str, Any]:
    """Load a choice as the schema does, by its fields and its rules; the schema itself tells what is wrong with one.

    Raises:
        marshmallow.ValidationError: it has not the shape.
    """
    known = CHOICE.load_fields
    if isinstance(value, dict) and value.keys() <= known.keys() and value.keys() >= _REQUIRED:
        try:
            read = {**_DEFAULTS, **{name: known[name].deserialize(each) for name, each in value.items()}}
            for rule in RULES:
                rule(read)
            return read
        except ValidationError:
            pass  # of all that is wrong, this is one
    loaded: dict[str, Any] = CHOICE.load(value)  # type: ignore[arg-type]
    return loaded


class FormSchema(SentSchema):
    """The same from a form, which has ticked boxes and says in which language it was read."""

    action = fields.String(required=True, validate=validate.OneOf([each for each in ACTIONS if each != "import"]))
    lang = fields.String(validate=validate.Length(max=35))
    embedded = fields.Boolean(load_default=False, metadata={"description": "the form stands in a page of another site"})
    purpose = fields.List(small_id(), load_default=list)
    refused = fields.List(small_id(), load_default=list, metadata={"description": "vendors, whatever the purposes say"})


def from_form(form: "MultiDict[str, str]") -> dict[str, Any]:
    """Read a posted form; a field that may stand once and stands twice is a fault.

    Raises:
        marshmallow.ValidationError: it has not the shape.
    """
    flat: dict[str, Any] = {}
    for name, values in form.lists():
        if name not in BOXES and len(values) > 1:
            raise ValidationError("expected this field once", name)
        flat[name] = values if name in BOXES else values[0]
    loaded: dict[str, Any] = FormSchema().load(flat)
    return loaded
