"""The draft of a notice of TCF: purposes and vendors of the list, in its own words."""

from collections.abc import Iterable, Mapping
from typing import Any

from consent.iab.vendor_list import Vendor, VendorList

#: Ids of the notice by the list's numbers.
PURPOSES = {
    1: "device_storage", 2: "basic_ads", 3: "ad_profiles", 4: "personalised_ads", 5: "content_profiles",
    6: "personalised_content", 7: "ad_measurement", 8: "content_measurement", 9: "audience_statistics",
    10: "service_improvement", 11: "basic_content",
}  # fmt: skip
SPECIAL_FEATURES = {1: "precise_location", 2: "device_scanning"}
KINDS = {2: "marketing", 3: "marketing", 4: "marketing", 7: "marketing", 8: "analytics", 9: "analytics"}
MOST_VENDORS = 500


class Undraftable(ValueError):
    """What was asked for cannot be drafted; the message says why."""


def members(listed: VendorList, wanted: Iterable[int], country: str) -> dict[str, Any]:
    """Return the members `tcf`, `purposes` and `vendors` of a notice.

    Args:
        listed: the vendor list.
        wanted: the vendors' numbers; none: every vendor of the list.
        country: of the publisher, ISO 3166.

    Raises:
        Undraftable: a number is none of the list's, or they are more than a notice may have.
    """
    vendors = _vendors(listed, tuple(wanted))
    offered = sorted(set().union(*(vendor.consentable for vendor in vendors)) & PURPOSES.keys())
    features = sorted(set().union(*(vendor.special_features for vendor in vendors)) & SPECIAL_FEATURES.keys())
    purposes = [{"id": "necessary", "required": True}]
    purposes += (
        {"id": PURPOSES[each], "required": False, **({"kind": KINDS[each]} if each in KINDS else {}), "tcf": each}
        for each in offered
    )
    purposes += ({"id": SPECIAL_FEATURES[each], "required": False, "tcf_feature": each} for each in features)
    return {
        "tcf": {"publisher_country": country},
        "purposes": purposes,
        "vendors": [_entry(vendor, offered) for vendor in vendors],
    }


def texts(
    purposes: Iterable[Mapping[str, Any]], words: Mapping[str, Any], necessary: Mapping[str, str]
) -> dict[str, Any]:
    """Return a language's texts for these purposes, in the list's words.

    Args:
        purposes: of `members`.
        words: the list, or its translation.
        necessary: what the required purpose says already; what vendors do without asking is added.
    """
    special = [*words["specialPurposes"].values(), *words["features"].values()]
    told = "\n\n".join([necessary["body"], *(f"{each['name']}: {each['description']}" for each in special)])
    found = {"necessary": {"title": necessary["title"], "body": told}}
    for purpose in purposes:
        for name, kind in (("tcf", "purposes"), ("tcf_feature", "specialFeatures")):
            if name in purpose:
                defined = words[kind][str(purpose[name])]
                body = "\n\n".join([defined["description"], *defined.get("illustrations", ())])
                found[purpose["id"]] = {"title": defined["name"], "body": body}
    return found


def _vendors(listed: VendorList, wanted: tuple[int, ...]) -> list[Vendor]:
    there = {number: vendor for number, vendor in listed.vendors.items() if not vendor.deleted}
    unknown = [number for number in wanted if number not in there]
    if unknown:
        raise Undraftable(f"expected vendors of the vendor list {listed.version}, got {unknown[0]}")
    chosen = [there[number] for number in sorted(wanted or there)]
    if len(chosen) > MOST_VENDORS:
        raise Undraftable(f"expected at most {MOST_VENDORS} vendors, got {len(chosen)}: name those that you work with")
    return chosen


def _entry(vendor: Vendor, offered: list[int]) -> dict[str, Any]:
    return {
        "id": f"tcf_{vendor.id}",
        "name": vendor.name,
        "purposes": [PURPOSES[each] for each in offered if each in vendor.consentable] or ["necessary"],
        "privacy_policy": vendor.policies.get("en") or next(iter(vendor.policies.values()), ""),
        "tcf": vendor.id,
    }
