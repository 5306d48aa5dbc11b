"""TC strings: the Transparency and Consent String of TCF 2.3, read and written.

IAB Europe, "Consent string and vendor list formats v2". What this service makes is service-specific and claims no
legitimate interest; what it reads may say anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from consent.iab import vendor_ids
from consent.iab.bits import Malformed, Reader, Writer
from consent.iab.vendor_ids import VendorIds

VERSION = 2
DAY_DS = 864_000
PURPOSES, SPECIAL_FEATURES = 24, 12
CORE, DISCLOSED_VENDORS, ALLOWED_VENDORS, PUBLISHER_TC = range(4)
NOT_ALLOWED, REQUIRE_CONSENT, REQUIRE_LEGITIMATE_INTEREST = range(3)

#: A restriction: which purpose, and what a publisher asks of the vendors named under it.
Restriction = tuple[int, int]


@dataclass(frozen=True)
class TcString:
    """What a TC string says; `created` and `last_updated` are in deciseconds since 1970.

    `disclosed_vendors` is None where the segment, mandatory since 2.3, is missing.
    """

    created: int
    last_updated: int
    cmp_id: int
    cmp_version: int
    consent_screen: int
    consent_language: str
    vendor_list_version: int
    policy_version: int
    is_service_specific: bool
    use_non_standard_texts: bool
    special_feature_opt_ins: frozenset[int]
    purpose_consents: frozenset[int]
    purpose_legitimate_interests: frozenset[int]
    purpose_one_treatment: bool
    publisher_country: str
    vendor_consents: VendorIds
    vendor_legitimate_interests: VendorIds
    publisher_restrictions: Mapping[Restriction, VendorIds] = field(default_factory=dict)
    disclosed_vendors: VendorIds | None = None


def decode(text: str) -> TcString:
    """Read a TC string; a publisher's own segment is passed over.

    Raises:
        Malformed: it breaks the format.
    """
    core, *others = text.split(".")
    fields = _core(Reader(core))
    seen: set[int] = set()
    for segment in others:
        bits = Reader(segment)
        kind = bits.integer(3)
        if kind not in (DISCLOSED_VENDORS, ALLOWED_VENDORS, PUBLISHER_TC) or kind in seen:
            raise Malformed(f"segments 1, 2 and 3, each once, got {kind}")
        seen.add(kind)
        if kind == DISCLOSED_VENDORS:
            fields["disclosed_vendors"] = vendor_ids.read(bits)
            _ends(bits)
    return TcString(**fields)


def _core(bits: Reader) -> dict[str, Any]:
    version = bits.integer(6)
    if version != VERSION:
        raise Malformed(f"version {VERSION}, got {version}")
    # In the order of the format: a dict keeps it.
    order: dict[str, Callable[[], Any]] = {
        "created": lambda: bits.integer(36),
        "last_updated": lambda: bits.integer(36),
        "cmp_id": lambda: bits.integer(12),
        "cmp_version": lambda: bits.integer(12),
        "consent_screen": lambda: bits.integer(6),
        "consent_language": bits.letters,
        "vendor_list_version": lambda: bits.integer(12),
        "policy_version": lambda: bits.integer(6),
        "is_service_specific": bits.flag,
        "use_non_standard_texts": bits.flag,
        "special_feature_opt_ins": lambda: bits.numbered(SPECIAL_FEATURES),
        "purpose_consents": lambda: bits.numbered(PURPOSES),
        "purpose_legitimate_interests": lambda: bits.numbered(PURPOSES),
        "purpose_one_treatment": bits.flag,
        "publisher_country": bits.letters,
        "vendor_consents": lambda: vendor_ids.read(bits),
        "vendor_legitimate_interests": lambda: vendor_ids.read(bits),
        "publisher_restrictions": lambda: _restrictions(bits),
    }
    fields = {name: take() for name, take in order.items()}
    _ends(bits)
    return fields


def _restrictions(bits: Reader) -> dict[Restriction, VendorIds]:
    found: dict[Restriction, VendorIds] = {}
    for _ in range(bits.integer(12)):
        restriction = (bits.integer(6), bits.integer(2))
        if restriction in found:
            raise Malformed(f"each restriction once, got {restriction} twice")
        found[restriction] = vendor_ids.read_ranges(bits)
    return found


def _ends(bits: Reader) -> None:
    """Refuse what follows the last field: padding is zeros."""
    if "1" in bits.rest():
        raise Malformed("nothing but zeros after the last field")


def encode(said: TcString) -> str:
    """Write a TC string, its disclosed vendors in a segment of their own.

    Raises:
        ValueError: a number does not fit its field.
    """
    core = Writer()
    core.integer(VERSION, 6)
    core.integer(said.created, 36)
    core.integer(said.last_updated, 36)
    core.integer(said.cmp_id, 12)
    core.integer(said.cmp_version, 12)
    core.integer(said.consent_screen, 6)
    core.letters(said.consent_language)
    core.integer(said.vendor_list_version, 12)
    core.integer(said.policy_version, 6)
    core.flag(said.is_service_specific)
    core.flag(said.use_non_standard_texts)
    core.numbered(said.special_feature_opt_ins, SPECIAL_FEATURES)
    core.numbered(said.purpose_consents, PURPOSES)
    core.numbered(said.purpose_legitimate_interests, PURPOSES)
    core.flag(said.purpose_one_treatment)
    core.letters(said.publisher_country)
    vendor_ids.write(core, said.vendor_consents)
    vendor_ids.write(core, said.vendor_legitimate_interests)
    core.integer(len(said.publisher_restrictions), 12)
    for (purpose, kind), restricted in sorted(said.publisher_restrictions.items()):
        core.integer(purpose, 6)
        core.integer(kind, 2)
        vendor_ids.write_ranges(core, restricted)
    if said.disclosed_vendors is None:
        return core.text()
    disclosed = Writer()
    disclosed.integer(DISCLOSED_VENDORS, 3)
    vendor_ids.write(disclosed, said.disclosed_vendors)
    return f"{core.text()}.{disclosed.text()}"
