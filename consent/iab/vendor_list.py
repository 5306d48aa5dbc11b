"""The IAB's vendor list (GVL, `vendor-list.json` of specification version 3), as far as the service reads it.

The operator brings it; none is part of this project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from consent.fields import WholeNumber

SPECIFICATION = 3


class Unreadable(ValueError):
    """It is no vendor list of version 3; the message says where."""


def _ids() -> fields.List[int]:
    return fields.List(WholeNumber(validate=validate.Range(1, 64)), required=True)


class _DefinitionSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    id = WholeNumber(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    illustrations = fields.List(fields.String(), load_default=list)


class _UrlSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    langId = fields.String(required=True)
    privacy = fields.String(load_default="")


class _VendorSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    id = WholeNumber(required=True, validate=validate.Range(1, 65535))
    name = fields.String(required=True)
    purposes = _ids()
    legIntPurposes = _ids()
    flexiblePurposes = _ids()
    specialPurposes = _ids()
    features = _ids()
    specialFeatures = _ids()
    deletedDate = fields.String()
    urls = fields.List(fields.Nested(_UrlSchema), load_default=list)


def _by_id(schema: type[Schema]) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.Nested(schema), required=True)


class _ListSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    gvlSpecificationVersion = WholeNumber(required=True, validate=validate.Equal(SPECIFICATION))
    vendorListVersion = WholeNumber(required=True, validate=validate.Range(1, 4095))
    tcfPolicyVersion = WholeNumber(required=True, validate=validate.Range(1, 63))
    purposes = _by_id(_DefinitionSchema)
    specialPurposes = _by_id(_DefinitionSchema)
    features = _by_id(_DefinitionSchema)
    specialFeatures = _by_id(_DefinitionSchema)
    vendors = _by_id(_VendorSchema)


@dataclass(frozen=True)
class Vendor:
    """A vendor of the list; `deleted`: it has left, and no consent may be given to it."""

    id: int
    name: str
    purposes: frozenset[int]
    legitimate_interest_purposes: frozenset[int]
    flexible_purposes: frozenset[int]
    special_purposes: frozenset[int]
    special_features: frozenset[int]
    policies: Mapping[str, str]
    deleted: bool

    @property
    def restricted(self) -> frozenset[int]:
        """List the purposes that it would take without consent and lets a publisher ask consent for."""
        return self.legitimate_interest_purposes & self.flexible_purposes

    @property
    def consentable(self) -> frozenset[int]:
        """List the purposes that a reader's consent opens to it: its own, and those a publisher may ask consent for."""
        return self.purposes | self.restricted


@dataclass(frozen=True)
class VendorList:
    """A vendor list; `document` is what was read, whole."""

    document: Mapping[str, Any]

    @property
    def version(self) -> int:
        """Return its version."""
        return int(self.document["vendorListVersion"])

    @property
    def policy_version(self) -> int:
        """Return the version of the policies that it was written under."""
        return int(self.document["tcfPolicyVersion"])

    @cached_property
    def vendors(self) -> Mapping[int, Vendor]:
        """Map the vendors by id."""
        return {vendor.id: vendor for vendor in map(_vendor, self.document["vendors"].values())}

    def defines(self, kind: str, number: int) -> bool:
        """Tell whether it has a definition of a kind (`purposes`, `specialFeatures` …) of this number."""
        return str(number) in self.document[kind]

    def for_page(self, ids: frozenset[int]) -> dict[str, Any]:
        """Return what a page needs to encode: numbers without words, and these vendors only."""
        kinds = ("purposes", "specialPurposes", "features", "specialFeatures")
        head = ("gvlSpecificationVersion", "vendorListVersion", "tcfPolicyVersion", "lastUpdated")
        told = ("id", "name", "purposes", "legIntPurposes", "flexiblePurposes", "specialPurposes", "features",
                "specialFeatures", "deletedDate")  # fmt: skip
        vendors = {key: vendor for key, vendor in self.document["vendors"].items() if vendor["id"] in ids}
        return {
            **{name: self.document[name] for name in head if name in self.document},
            **{kind: {key: {"id": int(key)} for key in self.document[kind]} for kind in kinds},
            "stacks": {},
            "vendors": {key: {name: each[name] for name in told if name in each} for key, each in vendors.items()},
        }


def read(document: Any) -> VendorList:
    """Read a list.

    Raises:
        Unreadable: it has not the shape.
    """
    try:
        _ListSchema().load(document)
    except ValidationError as error:
        raise Unreadable(f"expected a vendor list of specification version {SPECIFICATION}: {_first(error)}") from None
    return VendorList(document)


def _first(error: ValidationError) -> str:
    where, messages = [], error.messages
    while isinstance(messages, dict):
        name, messages = next(iter(messages.items()))
        where.append(str(name))
    return f"{'.'.join(where)}: {messages[0]}"


def _vendor(entry: Mapping[str, Any]) -> Vendor:
    return Vendor(
        id=entry["id"],
        name=entry["name"],
        purposes=frozenset(entry["purposes"]),
        legitimate_interest_purposes=frozenset(entry["legIntPurposes"]),
        flexible_purposes=frozenset(entry["flexiblePurposes"]),
        special_purposes=frozenset(entry["specialPurposes"]),
        special_features=frozenset(entry["specialFeatures"]),
        policies={url["langId"]: url.get("privacy", "") for url in entry.get("urls", ())},
        deleted="deletedDate" in entry,
    )
