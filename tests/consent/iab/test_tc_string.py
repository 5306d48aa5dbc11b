from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.iab import tc_string
from consent.iab.bits import Malformed, Reader, Writer
from consent.iab.tc_string import TcString
from consent.iab.vendor_ids import VendorIds
from tests.consent.iab import reference

NAMES = {
    "cmp_id": "cmpId",
    "cmp_version": "cmpVersion",
    "consent_screen": "consentScreen",
    "consent_language": "consentLanguage",
    "vendor_list_version": "vendorListVersion",
    "policy_version": "policyVersion",
    "is_service_specific": "isServiceSpecific",
    "use_non_standard_texts": "useNonStandardTexts",
    "purpose_one_treatment": "purposeOneTreatment",
    "publisher_country": "publisherCountryCode",
}
SETS = {
    "special_feature_opt_ins": "specialFeatureOptins",
    "purpose_consents": "purposeConsents",
    "purpose_legitimate_interests": "purposeLegitimateInterests",
    "vendor_consents": "vendorConsents",
    "vendor_legitimate_interests": "vendorLegitimateInterests",
    "disclosed_vendors": "vendorsDisclosed",
}
VECTORS = reference.vectors()["tc"]


def told(said: TcString) -> dict[str, Any]:
    """Tell a string as the reference library tells it."""
    restricted = [
        [purpose, kind, vendor] for (purpose, kind), ids in said.publisher_restrictions.items() for vendor in ids
    ]
    return {
        **{theirs: getattr(said, ours) for ours, theirs in NAMES.items()},
        **{theirs: sorted(getattr(said, ours) or ()) for ours, theirs in SETS.items()},
        "created": said.created * 100,
        "lastUpdated": said.last_updated * 100,
        "restrictions": sorted(restricted),
    }


def theirs(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {"restrictions": sorted(fields["restrictions"])}


numbers = st.frozensets(st.integers(1, 24), max_size=24)
vendors = st.builds(VendorIds.of, st.frozensets(st.integers(1, 1500), max_size=60))
twelve, six = st.integers(0, 4095), st.integers(0, 63)
letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
strings = st.builds(
    TcString,
    created=st.integers(0, (1 << 36) - 1),
    last_updated=st.integers(0, (1 << 36) - 1),
    cmp_id=twelve,
    cmp_version=twelve,
    consent_screen=six,
    consent_language=letters,
    vendor_list_version=twelve,
    policy_version=six,
    is_service_specific=st.booleans(),
    use_non_standard_texts=st.booleans(),
    special_feature_opt_ins=st.frozensets(st.integers(1, 12)),
    purpose_consents=numbers,
    purpose_legitimate_interests=numbers,
    purpose_one_treatment=st.booleans(),
    publisher_country=letters,
    vendor_consents=vendors,
    vendor_legitimate_interests=vendors,
    publisher_restrictions=st.dictionaries(st.tuples(st.integers(1, 24), st.integers(0, 2)), vendors, max_size=4),
    disclosed_vendors=st.none() | vendors,
)


def by_chance(chance: Random) -> TcString:
    """Make a string that says anything a TC string can, within what the library takes."""

    def some(most: int, up_to: int) -> frozenset[int]:
        return frozenset(chance.sample(range(1, up_to + 1), chance.randint(0, most)))

    def vendors() -> VendorIds:
        first = chance.randint(1, 900)
        run = range(first, first + chance.choice([0, 0, 3, 400]))
        return VendorIds.of([*some(40, chance.choice([60, 1400])), *run])

    day = chance.randint(18_000, 30_000) * tc_string.DAY_DS
    restricted = {(chance.randint(1, 11), chance.randint(0, 2)): VendorIds.of(some(9, 700) | {7}) for _ in range(3)}
    return TcString(
        created=day,
        last_updated=day,
        cmp_id=chance.randint(2, 4095),
        cmp_version=chance.randint(0, 4095),
        consent_screen=chance.randint(0, 63),
        consent_language=chance.choice(["EN", "DE", "ZH", "AR"]),
        vendor_list_version=chance.randint(1, 4095),
        policy_version=chance.randint(1, 63),
        is_service_specific=chance.random() < 0.5,
        use_non_standard_texts=chance.random() < 0.5,
        special_feature_opt_ins=some(2, 12),
        purpose_consents=some(24, 24),
        purpose_legitimate_interests=some(24, 24),
        purpose_one_treatment=chance.random() < 0.5,
        publisher_country=chance.choice(["DE", "AA", "ZZ"]),
        vendor_consents=vendors(),
        vendor_legitimate_interests=vendors(),
        publisher_restrictions=restricted,
        disclosed_vendors=vendors(),
    )


@pytest.mark.parametrize(("fields", "text"), VECTORS, ids=range(len(VECTORS)))
def test_what_the_reference_library_wrote_is_read(fields: dict[str, Any], text: str) -> None:
    assert told(tc_string.decode(text)) == theirs(fields)


@pytest.mark.parametrize(("fields", "text"), VECTORS, ids=range(len(VECTORS)))
def test_what_it_wrote_is_written_again_with_the_same_meaning(fields: dict[str, Any], text: str) -> None:
    again = tc_string.encode(tc_string.decode(text))

    assert tc_string.decode(again) == tc_string.decode(text)
    assert len(again) <= len(text)


def test_the_reference_library_reads_what_is_written_here() -> None:
    written = [tc_string.encode(tc_string.decode(text)) for _, text in VECTORS]

    read = reference.ask([{"read_tc": text} for text in written])

    assert [theirs(each) for each in read] == [theirs(fields) for fields, _ in VECTORS]


def test_the_reference_library_reads_whatever_is_written_here() -> None:
    said = [by_chance(Random(seed)) for seed in range(200)]

    read = reference.ask([{"read_tc": tc_string.encode(each)} for each in said])

    assert [theirs(each) for each in read] == [told(each) for each in said]


def test_the_kept_vectors_are_what_the_library_says_today() -> None:
    read = reference.ask([{"read_tc": text} for _, text in VECTORS])

    assert read == [fields for fields, _ in VECTORS]


@given(strings)
def test_what_is_written_is_read_back(said: TcString) -> None:
    assert tc_string.decode(tc_string.encode(said)) == said


@given(st.lists(st.text("ABCDEFGHIJ0189-_", max_size=60), min_size=1, max_size=4).map(".".join))
def test_no_text_does_worse_than_to_be_refused(text: str) -> None:
    try:
        tc_string.decode(text)
    except Malformed as refused:
        assert str(refused)


@given(strings, st.data())
def test_a_string_that_was_cut_is_refused(said: TcString, data: st.DataObject) -> None:
    core = tc_string.encode(said).split(".")[0]
    with pytest.raises(Malformed):
        tc_string.decode(core[: data.draw(st.integers(0, len(core) - 6))])


def test_ranges_that_cover_all_vendors_again_and_again_cost_nothing_and_are_refused() -> None:
    bits = Writer()
    bits.integer(65535, 16)
    bits.flag(True)
    bits.integer(4095, 12)
    for _ in range(4095):
        bits.flag(True)
        bits.integer(1, 16)
        bits.integer(65535, 16)
    with pytest.raises(Malformed, match="ranges of vendors that rise"):
        tc_string.vendor_ids.read(Reader(bits.text()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "6 bits"),
        ("BAAA", "version 2, got 1"),
        ("C*AA", "base64url letters"),
        (f"{VECTORS[0][1]}.{VECTORS[0][1].split('.')[1]}", "segments 1, 2 and 3, each once"),
        (f"{VECTORS[0][1]}_", "nothing but zeros"),
    ],
)
def test_a_malformed_string_is_told_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(Malformed, match=expected):
        tc_string.decode(text)
