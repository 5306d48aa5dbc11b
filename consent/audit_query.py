"""The filters of a search as they stand in an address, for the API, the exports and the console alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from consent.audit import UNKNOWN, Filter
from consent.choice.events import EVENTS
from consent.choice.records import ACTIONS, LAYERS, OWN_ACTIONS, WRITERS
from consent.fields import Instant, Matching, Uuid, account_id, site_id, small_id
from consent.ledger.entries import account_ref, subject_ref

MOST = 500
_AS_ASKED = (
    "receipt", "purpose", "vendor", "event", "action", "notice", "language", "regulation", "region", "layer", "writer",
)  # fmt: skip


class FilterSchema(Schema):
    """Which records."""

    site = site_id()
    subject = Uuid()
    account = account_id()
    receipt = Uuid(metadata={"description": "the id of a receipt, which is its record's"})
    purpose = small_id()
    vendor = small_id()
    decision = fields.String(
        validate=validate.OneOf(("given", "refused")),
        metadata={"description": "on `purpose` and `vendor` where given, else on any optional purpose"},
    )
    event = fields.String(validate=validate.OneOf(EVENTS))
    action = fields.String(validate=validate.OneOf(ACTIONS + OWN_ACTIONS))
    notice = Matching(r"[0-9a-f]{64}", "the SHA-256 of a notice, 64 hex digits")
    language = Matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", "a BCP 47 language tag", validate=validate.Length(max=35))
    regulation = Matching(r"[a-z0-9-]{1,32}", "the id of a regulation pack")
    region = Matching(rf"[A-Z]{{2}}(-[A-Z0-9]{{1,3}})?|{UNKNOWN}", f"an ISO 3166 code, or {UNKNOWN}")
    layer = fields.String(validate=validate.OneOf(LAYERS))
    writer = fields.String(validate=validate.OneOf(WRITERS))
    gpc = fields.String(validate=validate.OneOf(("yes", "no")), metadata={"description": "Global Privacy Control"})
    from_ = Instant(data_key="from", metadata={"description": "the first moment, RFC 3339"})
    to = Instant(metadata={"description": "the moment after the last, RFC 3339"})

    @validates_schema
    def _span(self, data: dict[str, Any], **_: Any) -> None:
        if "from_" in data and "to" in data and data["from_"] > data["to"]:
            raise ValidationError("expected a time not before `from`", "to")


class PageSchema(FilterSchema):
    """Which records, a page at a time."""

    cursor = Matching(r"[0-9]{1,18}", "the `next` of the page before", load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST))


def to_filter(query: Mapping[str, Any], own_site: str | None, sites: Iterable[str], pepper: bytes) -> Filter:
    """Turn a loaded query into a filter.

    Args:
        query: what one of the schemas above has loaded.
        own_site: the one site that the caller may see, None for all.
        sites: the sites that a subject may be of; one subject has another reference on each.
        pepper: the key of those references.
    """
    site = own_site or query.get("site")
    decision, gpc = query.get("decision"), query.get("gpc")
    within = (site,) if site else sites
    subjects = tuple(subject_ref(pepper, each, query["subject"]) for each in within) if "subject" in query else None
    accounts = tuple(account_ref(pepper, each, query["account"]) for each in within) if "account" in query else None
    as_asked: dict[str, Any] = {name: query.get(name) for name in _AS_ASKED}
    return Filter(
        site=site,
        subjects=subjects,
        accounts=accounts,
        given=None if decision is None else decision == "given",
        gpc=None if gpc is None else gpc == "yes",
        **as_asked,
        from_ms=query.get("from_"),
        to_ms=query.get("to"),
    )
