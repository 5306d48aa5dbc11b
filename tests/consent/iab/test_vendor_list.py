import json
from pathlib import Path
from typing import Any

import pytest

from consent.iab import vendor_list
from consent.iab.vendor_list import Unreadable
from tests.consent.iab import notices

DOCUMENT = json.loads((Path(__file__).parent / "vendor-list.json").read_text())


def test_a_list_tells_its_vendors_and_what_consent_opens_to_them() -> None:
    read = notices.listed()

    assert (read.version, read.policy_version, len(read.vendors)) == (57, 5, 9)
    assert read.vendors[8].consentable == {1, 7, 8, 9}
    assert read.vendors[9].restricted == {2, 10}
    assert read.vendors[9].consentable == {1, 2, 3, 4, 10}
    assert [number for number, vendor in read.vendors.items() if vendor.deleted] == [900]


def test_a_page_gets_no_words_and_no_other_vendors() -> None:
    short = notices.listed().for_page(frozenset({2, 8}))

    assert list(short["vendors"]) == ["2", "8"]
    assert short["purposes"]["1"] == {"id": 1}
    assert len(json.dumps(short)) < 2500


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"gvlSpecificationVersion": 2}, "gvlSpecificationVersion"),
        ({"vendorListVersion": "57"}, "vendorListVersion"),
        ({"purposes": []}, "purposes"),
        ({"vendors": {"2": {"id": 2}}}, "vendors.2"),
        ({"vendors": {"2": {**DOCUMENT["vendors"]["2"], "purposes": ["1"]}}}, "vendors.2"),
    ],
)
def test_a_list_of_another_shape_is_refused_with_the_place(change: dict[str, Any], where: str) -> None:
    with pytest.raises(Unreadable, match=where):
        vendor_list.read(DOCUMENT | change)


@pytest.mark.parametrize("document", [None, [], "list", 7, {}])
def test_rubbish_is_refused(document: Any) -> None:
    with pytest.raises(Unreadable):
        vendor_list.read(document)
