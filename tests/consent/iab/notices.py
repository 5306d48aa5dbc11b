"""Notices of TCF and GPP over the vendor list of these tests."""

import json
from pathlib import Path
from typing import Any

from consent.banner import texts
from consent.iab import drafting, vendor_list
from consent.iab.vendor_list import VendorList
from consent.notices import Notice, of
from tests.consent.factories import document

HERE = Path(__file__).parent
VENDORS = (2, 8, 9, 44, 755)


def listed(**changes: Any) -> VendorList:
    """Read the list, with members changed."""
    return vendor_list.read(json.loads((HERE / "vendor-list.json").read_text()) | changes)


def tcf(vendors: tuple[int, ...] = VENDORS, language: str = "en") -> dict[str, Any]:
    """Return the members of a notice that make it one of TCF, and of GPP."""
    made = drafting.members(listed(), vendors, "DE")
    told = texts.standard([language], ["necessary"])
    words = told[language]["purposes"]
    words |= drafting.texts(made["purposes"], listed().document, words["necessary"])
    return {**made, "texts": told, "gpp": {"sections": "both"}}


def notice(**changes: Any) -> Notice:
    """Return a notice of TCF and GPP."""
    return of(document(**(tcf() | changes)))
