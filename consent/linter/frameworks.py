"""TCF and GPP: a notice speaks them only with the operator's own CMP id, and says of vendors what the vendor list says.

Unlike the other rules these need to know what the operator has.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from consent.iab.signals import Framework
from consent.iab.vendor_list import Vendor, VendorList
from consent.linter.findings import WARN, Finding, languages, listed, members, purposes
from consent.regulations import kind

CMP = "IAB Europe TCF Policies, ch. II: only a registered CMP makes TC strings"
LIST = "IAB Europe TCF Policies, ch. II and III; the Global Vendor List"
WORDING = "IAB Europe TCF Policies, Appendix A: standard texts are not changed"
OPT_OUT = "IAB Tech Lab GPP, sections of the United States"
NUMBERED = {"tcf": "purposes", "tcf_feature": "specialFeatures"}


def operator(notice: Mapping[str, Any], framework: Framework) -> Iterator[Finding]:
    """Refuse TCF and GPP where the operator is no CMP, and TCF without a vendor list."""
    for name in [each for each in ("tcf", "gpp") if each in notice]:
        if framework.cmp is None:
            yield Finding(name, "a CMP id of your own in CONSENT_CMP_ID", "there is none", "cmp-id", CMP)
        elif framework.lacking:
            yield Finding(name, "engines that pages can load", f"off for now: {framework.lacking}", "cmp-id", CMP, WARN)
    if "tcf" in notice and framework.cmp is not None and not framework.lists:
        yield Finding("tcf", "a vendor list that can be read, in CONSENT_VENDOR_LIST", "", "vendor-list", LIST)


def marketing(notice: Mapping[str, Any], _framework: Framework) -> Iterator[Finding]:
    """Refuse GPP where there is nothing to opt out of."""
    kinds = [kind(str(each.get("id")), each.get("kind")) for each in purposes(notice) if not each.get("required")]
    if "gpp" in notice and "marketing" not in kinds:
        yield Finding("gpp", "a purpose of the kind marketing, from which readers opt out", "", "opt-out", OPT_OUT)


def vendor_list(notice: Mapping[str, Any], framework: Framework) -> Iterator[Finding]:
    """Refuse purposes and vendors that are not in the list, and vendors asked for other purposes than they declare."""
    if "tcf" not in notice or not framework.lists:
        return
    current = framework.lists[0]
    offered: dict[str, int] = {}
    for at, purpose in enumerate(purposes(notice)):
        for name, defined in NUMBERED.items():
            if name in purpose and not current.defines(defined, purpose[name]):
                expected = f"{defined} of the vendor list {current.version}"
                yield _unlisted(f"purposes.{at}.{name}", expected, purpose[name])
        if isinstance(purpose.get("tcf"), int):
            offered[str(purpose.get("id"))] = purpose["tcf"]
    for at, entry in enumerate(members(each) for each in listed(notice.get("vendors"))):
        if "tcf" not in entry:
            continue
        vendor = current.vendors.get(entry["tcf"]) if isinstance(entry["tcf"], int) else None
        if vendor is None or vendor.deleted:
            yield _unlisted(f"vendors.{at}.tcf", f"a vendor of the vendor list {current.version}", entry["tcf"])
        else:
            yield from _vendor(f"vendors.{at}.purposes", entry, vendor, offered)


def standard_wording(notice: Mapping[str, Any], framework: Framework) -> Iterator[Finding]:
    """Warn of an English title that is not the list's."""
    if "tcf" not in notice or not framework.lists:
        return
    for language, texts in languages(notice):
        for purpose in purposes(notice) if language.startswith("en") else ():
            said = members(members(texts.get("purposes")).get(str(purpose.get("id")))).get("title")
            for name, wanted in _names(purpose, framework.lists[0]):
                if said != wanted:
                    field = f"texts.{language}.purposes.{purpose.get('id')}.title"
                    expected = f"the list's words for {name}, {wanted!r}"
                    yield Finding(field, expected, "", "standard-wording", WORDING, WARN)


def _vendor(field: str, entry: Mapping[str, Any], vendor: Vendor, offered: Mapping[str, int]) -> Iterator[Finding]:
    asked = {offered[str(each)] for each in listed(entry.get("purposes")) if str(each) in offered}
    due = vendor.consentable & set(offered.values())
    if asked != due:
        told = f"got {_numbers(asked)}"
        yield Finding(field, f"the purposes that {vendor.name} declares, {_numbers(due)}", told, "vendor-list", LIST)
    claimed = vendor.legitimate_interest_purposes - vendor.flexible_purposes
    if claimed:
        told = f"{vendor.name} takes {_numbers(claimed)} without asking: it is told that it may not"
        yield Finding(field, "purposes that rest on consent", told, "vendor-list", LIST, WARN)


def _names(purpose: Mapping[str, Any], current: VendorList) -> Iterator[tuple[str, str]]:
    for name, defined in NUMBERED.items():
        if name in purpose and current.defines(defined, purpose[name]):
            yield f"{name} {purpose[name]}", current.document[defined][str(purpose[name])]["name"]


def _unlisted(field: str, expected: str, got: object) -> Finding:
    return Finding(field, expected, f"got {got!r:.40}", "vendor-list", LIST)


def _numbers(numbers: frozenset[int] | set[int]) -> str:
    return ", ".join(map(str, sorted(numbers))) or "none"
