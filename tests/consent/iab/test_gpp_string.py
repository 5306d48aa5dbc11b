from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.iab import gpp_string
from consent.iab.bits import Malformed
from consent.iab.gpp_string import Section
from tests.consent.iab import reference

VECTORS = reference.vectors()["gpp"]


def test_every_section_of_the_united_states_has_a_vector() -> None:
    assert {name for sections, _ in VECTORS for name in sections} == {
        layout.name for layout in gpp_string.layouts().values()
    }
    assert sorted(gpp_string.layouts()) == list(range(7, 28))


@pytest.mark.parametrize(("sections", "text"), VECTORS, ids=[text for _, text in VECTORS])
def test_what_the_reference_library_wrote_is_read(sections: dict[str, dict[str, Any]], text: str) -> None:
    read = {section.layout.name: section for section in gpp_string.decode(text)}

    assert list(read) == list(sections)
    for name, fields in sections.items():
        for field, value in fields.items():
            if field in read[name].fields:
                assert read[name].fields[field] == value
        if "Gpc" in fields:
            assert read[name].gpc == fields["Gpc"]


def test_the_service_writes_what_the_reference_library_writes() -> None:
    layouts = {layout.name: layout for layout in gpp_string.layouts().values()}
    asked = [(sections, text) for sections, text in VECTORS if all("Mspa" in str(each) for each in sections.values())]
    for sections, text in asked:
        told = [Section(layouts[name], fields, fields.get("Gpc")) for name, fields in sections.items()]
        assert gpp_string.encode(told) == text
    assert {name for sections, _ in asked for name in sections} == set(layouts)
    assert max(len(sections) for sections, _ in asked) > 2


@given(st.sets(st.sampled_from(sorted(gpp_string.layouts())), min_size=1), st.booleans())
def test_what_is_written_is_read(ids: set[int], gpc: bool) -> None:
    wrote = [Section(gpp_string.layouts()[each], {"SaleOptOut": 1}, gpc) for each in sorted(ids)]
    read = gpp_string.decode(gpp_string.encode(wrote))
    assert [section.layout.id for section in read] == sorted(ids)
    assert all(section.fields["SaleOptOut"] == 1 for section in read)
    assert all(section.gpc == (gpc if section.layout.gpc else None) for section in read)


def test_the_kept_vectors_are_what_the_library_says_today() -> None:
    assert reference.ask([{"gpp": sections} for sections, _ in VECTORS]) == [text for _, text in VECTORS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "6 bits"),
        ("CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "a header of type 3"),
        ("DBABMA", "as many sections as the header names"),
        ("DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "sections 7 to 27, got 2"),
        ("DBABBg~", "6 bits"),
        ("DBABBg~BAU*", "base64url"),
        ("DBABBg~BAoAAAACAA.gA", "one sub-section of type 1 in usca"),
    ],
)
def test_a_malformed_string_is_told_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(Malformed, match=expected):
        gpp_string.decode(text)


@given(st.lists(st.text("ABDCEZaz09-_.", max_size=30), min_size=1, max_size=4).map("~".join))
def test_no_text_does_worse_than_to_be_refused(text: str) -> None:
    for candidate in (text, "DBABBg~" + text):
        try:
            gpp_string.decode(candidate)
        except Malformed as refused:
            assert str(refused)
