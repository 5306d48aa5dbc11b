"""What a TC string has to say of a choice: the decisions, in the vendor list's numbers, and nothing besides.

No legitimate interest is ever claimed: where a vendor would take a purpose without consent and lets a publisher ask for
it, consent is what it is told to ask for (docs/adr).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consent.iab import tc_string
from consent.iab.bits import Malformed
from consent.iab.tc_string import DAY_DS, REQUIRE_CONSENT, Restriction, TcString
from consent.iab.vendor_ids import VendorIds
from consent.iab.vendor_list import Vendor, VendorList
from consent.notices import Notice

#: The packs under which vendors are told that GDPR applies.
REGULATIONS = frozenset({"eu", "fr", "uk", "uk-2011"})
TOLD = (
    "cmp_id", "cmp_version", "policy_version", "is_service_specific", "use_non_standard_texts",
    "special_feature_opt_ins", "purpose_consents", "purpose_legitimate_interests", "purpose_one_treatment",
    "publisher_country", "vendor_consents", "vendor_legitimate_interests", "disclosed_vendors",
)  # fmt: skip


@dataclass(frozen=True)
class Cmp:
    """The operator as IAB Europe registered it."""

    id: int
    version: int


@dataclass(frozen=True)
class Decisions:
    """What a reader decided of a notice's purposes and vendors, and in which language they were asked."""

    notice: Notice
    purposes: Mapping[str, bool]
    vendors: Mapping[str, bool]
    language: str


def purposes(notice: Notice) -> dict[str, int]:
    """Map the notice's purposes that are purposes of the list to their numbers."""
    return _numbers(notice.document["purposes"], "tcf")


def special_features(notice: Notice) -> dict[str, int]:
    """Map the notice's purposes that are special features of the list to their numbers."""
    return _numbers(notice.document["purposes"], "tcf_feature")


def vendors(notice: Notice) -> dict[str, int]:
    """Map the notice's vendors that are in the list to their numbers."""
    return _numbers(notice.document["vendors"], "tcf")


def statement(decided: Decisions, cmp: Cmp, listed: VendorList, now_ms: int) -> TcString:
    """Say in TCF's terms what was decided.

    Args:
        decided: the decisions.
        cmp: who says it.
        listed: the vendor list that the reader was shown.
        now_ms: when, in unix ms; a TC string keeps the day.
    """
    notice, day = decided.notice, now_ms // 100 // DAY_DS * DAY_DS
    shown = {number: listed.vendors.get(number) for number in vendors(notice).values()}
    offered = frozenset(purposes(notice).values())
    allowed = {number for vendor, number in vendors(notice).items() if decided.vendors[vendor]}
    return TcString(
        created=day,
        last_updated=day,
        cmp_id=cmp.id,
        cmp_version=cmp.version,
        consent_screen=1,
        consent_language=decided.language[:2].upper(),
        vendor_list_version=listed.version,
        policy_version=listed.policy_version,
        is_service_specific=True,
        use_non_standard_texts=False,
        special_feature_opt_ins=_given(special_features(notice), decided.purposes),
        purpose_consents=_given(purposes(notice), decided.purposes),
        purpose_legitimate_interests=frozenset(),
        purpose_one_treatment=False,
        publisher_country=notice.document["tcf"]["publisher_country"],
        vendor_consents=VendorIds.of(each for each in allowed if _may_consent(shown[each], offered)),
        vendor_legitimate_interests=VendorIds(),
        publisher_restrictions=_restrictions(shown, offered),
        disclosed_vendors=VendorIds.of(shown),
    )


def faults(text: str, decided: Decisions, cmp: Cmp, lists: Sequence[VendorList]) -> Iterator[str]:
    """Tell, as what was expected, where a TC string says something else than what was decided.

    Args:
        text: as sent.
        decided: the decisions that it came with.
        cmp: who has to have made it.
        lists: the vendor lists that a page may have, the current one first.
    """
    try:
        said = tc_string.decode(text)
    except Malformed as error:
        yield f"a TC string: {error}"
        return
    listed = next((each for each in lists if each.version == said.vendor_list_version), None)
    if listed is None:
        yield f"vendor_list_version {lists[0].version}, got {said.vendor_list_version}"
    if said.created != said.last_updated or said.created % DAY_DS:
        yield "created and last_updated at the same midnight (UTC)"
    right = statement(decided, cmp, listed or lists[0], now_ms=0)
    for name in TOLD:
        wanted, got = getattr(right, name), getattr(said, name)
        if wanted != got:
            yield f"{name} {_text(wanted)}, got {_text(got)}"
    shown = tuple(right.disclosed_vendors or ())
    # The reference library joins ranges over numbers that are not in the page's list: only those that are shown count.
    told, due = said.publisher_restrictions, right.publisher_restrictions
    if told != due and _among(told, shown) != _among(due, shown):
        yield "publisher_restrictions that require consent where a vendor shown is flexible, and no others"


def _numbers(entries: list[Mapping[str, Any]], name: str) -> dict[str, int]:
    return {each["id"]: each[name] for each in entries if name in each}


def _given(numbers: Mapping[str, int], decided: Mapping[str, bool]) -> frozenset[int]:
    return frozenset(number for purpose, number in numbers.items() if decided[purpose])


def _may_consent(vendor: Vendor | None, offered: frozenset[int]) -> bool:
    """Tell whether consent means anything to a vendor, as the reference library has it."""
    return vendor is not None and not vendor.deleted and bool(vendor.purposes or vendor.restricted & offered)


def _restrictions(shown: Mapping[int, Vendor | None], offered: frozenset[int]) -> dict[Restriction, VendorIds]:
    asked: dict[int, list[int]] = {}
    for number, vendor in shown.items():
        for purpose in vendor.restricted & offered if vendor and not vendor.deleted else ():
            asked.setdefault(purpose, []).append(number)
    return {(purpose, REQUIRE_CONSENT): VendorIds.of(numbers) for purpose, numbers in sorted(asked.items())}


def _among(restrictions: Mapping[Restriction, VendorIds], shown: tuple[int, ...]) -> dict[Restriction, tuple[int, ...]]:
    told = {key: tuple(each for each in shown if each in ids) for key, ids in restrictions.items()}
    return {key: ids for key, ids in told.items() if ids}


def _text(value: object) -> str:
    if isinstance(value, VendorIds):
        return " ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in value.runs[:20]) or "none"
    if isinstance(value, frozenset):
        return " ".join(map(str, sorted(value))) or "none"
    return "none" if value is None else str(value).lower()
