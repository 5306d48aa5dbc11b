"""What the engines of TCF and GPP need on a page, and the vendor list for vendors that ask for it."""

from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from chassis.errors import NotFound, Unavailable
from consent.api import origins, regions
from consent.api.services import services
from consent.choice import gpc
from consent.iab import gpp, gpp_string, tcf
from consent.iab.signals import RETRY_S
from consent.iab.vendor_list import VendorList
from consent.notices import Notice
from consent.regulations.region import Rules

FRESH_S = 300
LIST_FRESH_S = 3600

blueprint = Blueprint("iab", __name__, description="IAB TCF and GPP")
origins.govern(blueprint)


class LanguageSchema(Schema):
    """The page's language."""

    lang = fields.String(metadata={"description": "BCP 47; the closest language that the notice has is served"})


class VersionSchema(Schema):
    """Which list."""

    version = fields.Integer(validate=validate.Range(1, 4095), metadata={"description": "the current one without it"})


@blueprint.route("/v1/sites/<site>/iab.json")
@blueprint.arguments(LanguageSchema, location="query", unknown=RAISE)
@blueprint.response(200, description="The numbers of purposes and vendors, what a page needs of the list, the sections")
def settings(query: dict[str, str], site: str) -> Response:
    """Return what a page's strings are to be made of, for this reader."""
    known = services().catalogue.site(site)
    origins.check(known)
    framework, notice = services().framework(), services().catalogue.current(site)
    if framework.cmp is None or not notice.document.keys() & {"tcf", "gpp"}:
        raise NotFound(f"the site {site!r} speaks neither TCF nor GPP here")
    rules = regions.rules(known, notice.regulation)
    response = jsonify(
        notice=notice.sha256,
        purposes=notice.purposes,
        language=notice.closest(query.get("lang")),
        cmp_id=framework.cmp.id,
        cmp_version=framework.cmp.version,
        gpc=gpc.signalled(request.headers.get("Sec-GPC")),
        tcf=_tcf(notice, rules, _current()) if "tcf" in notice.document else None,
        gpp=_gpp(notice, rules) if "gpp" in notice.document else None,
    )
    response.headers["Cache-Control"] = f"private, max-age={FRESH_S}"
    response.vary.update(("Origin", "Sec-GPC"))
    return response


@blueprint.route("/v1/sites/<site>/vendor-list.json")
@blueprint.arguments(VersionSchema, location="query", unknown=RAISE)
@blueprint.response(200, description="The vendor list, whole, as its source gave it")
def whole(query: dict[str, int], site: str) -> Response:
    """Return the vendor list, the current one or one that pages may still have."""
    notice = services().catalogue.current(site)
    if services().framework().cmp is None or "tcf" not in notice.document:
        raise NotFound(f"the site {site!r} does not speak TCF here")
    wanted = query.get("version", _current().version)
    found = next((each for each in services().vendor_lists.all() if each.version == wanted), None)
    if found is None:
        raise NotFound(f"no vendor list of version {wanted}")
    response = jsonify(found.document)
    response.headers["Cache-Control"] = f"public, max-age={LIST_FRESH_S}"
    return response


def _current() -> VendorList:
    lists = services().vendor_lists.all()
    if not lists:
        raise Unavailable(f"the vendor list cannot be read: {services().vendor_lists.fault()}", retry_after_s=RETRY_S)
    return lists[0]


def _tcf(notice: Notice, rules: Rules, listed: VendorList) -> dict[str, Any]:
    numbers = tcf.vendors(notice)
    return {
        "gdpr_applies": rules.pack.id in tcf.REGULATIONS,
        "publisher_country": notice.document["tcf"]["publisher_country"],
        "purposes": tcf.purposes(notice),
        "special_features": tcf.special_features(notice),
        "vendors": [{"id": each, "tcf": number, "purposes": notice.vendors[each]} for each, number in numbers.items()],
        "vendor_list": listed.for_page(frozenset(numbers.values())),
    }


def _gpp(notice: Notice, rules: Rules) -> dict[str, Any]:
    layouts = gpp_string.layouts()
    ids = gpp.sections(rules.region.code, notice.document["gpp"]["sections"])
    return {
        "supported": [f"{layout.id}:{layout.name}" for layout in layouts.values()],
        "marketing": gpp.marketing(notice),
        "sections": [
            {"id": each, "name": layouts[each].name, "fields": layouts[each].fields, "gpc": layouts[each].gpc}
            for each in ids
        ],
    }
