from typing import Any

import pytest

from consent import linter
from consent.iab.signals import Framework
from consent.iab.tcf import Cmp
from consent.linter import Finding
from tests.consent.factories import document
from tests.consent.iab import notices

HERE = Framework(Cmp(300, 1), [notices.listed()])


def found(framework: Framework = HERE, **changes: Any) -> list[Finding]:
    return list(linter.lint(document(**(notices.tcf() | changes)), framework))


def vendors(**changes: Any) -> list[dict[str, Any]]:
    first, *others = notices.tcf()["vendors"]
    return [first | changes, *others]


def test_a_draft_breaks_no_rule_and_warns_of_vendors_that_claim_what_they_will_not_get() -> None:
    [warning] = found()

    assert (warning.level, warning.rule, warning.field) == ("warn", "vendor-list", "vendors.2.purposes")
    assert "Halyard Exchange takes 7 without asking" in warning.detail


@pytest.mark.parametrize(
    ("framework", "rule", "field"),
    [
        (Framework(), "cmp-id", "tcf"),
        (Framework(Cmp(300, 1)), "vendor-list", "tcf"),
    ],
)
def test_tcf_needs_the_operators_id_and_a_list(framework: Framework, rule: str, field: str) -> None:
    assert (rule, field, "refuse") in [(each.rule, each.field, each.level) for each in found(framework)]


def test_gpp_needs_the_operators_id() -> None:
    refused = linter.lint(document(gpp={"sections": "state"}), Framework())

    assert [(each.rule, each.field) for each in refused] == [("cmp-id", "gpp")]
    assert linter.lint(document(gpp={"sections": "state"}), HERE) == ()


def test_a_deployment_without_engines_is_told_that_the_frameworks_are_off() -> None:
    said = found(Framework(HERE.cmp, HERE.lists, "npm was not there"))

    assert [(each.level, each.field) for each in said if each.rule == "cmp-id"] == [("warn", "tcf"), ("warn", "gpp")]
    assert "npm was not there" in said[0].detail


@pytest.mark.parametrize("number", [3, 900, 70000, "2", None])
def test_a_vendor_that_is_not_in_the_list_or_has_left_it_is_refused(number: Any) -> None:
    refused = [each for each in found(vendors=vendors(tcf=number)) if each.level == "refuse"]

    assert [(each.rule, each.field) for each in refused] == [("vendor-list", "vendors.0.tcf")]


def test_a_vendor_asks_for_what_it_declares_and_nothing_else() -> None:
    refused = [each for each in found(vendors=vendors(purposes=["device_storage"])) if each.level == "refuse"]

    assert [(each.rule, each.field) for each in refused] == [("vendor-list", "vendors.0.purposes")]
    assert "1, 2, 3, 4, 7" in refused[0].expected and "got 1" in refused[0].detail


def test_a_purpose_that_is_not_in_the_list_is_refused() -> None:
    purposes = [*notices.tcf()["purposes"], {"id": "twelfth", "required": False, "tcf": 12}]

    assert ("vendor-list", "purposes.14.tcf") in [(each.rule, each.field) for each in found(purposes=purposes)]


def test_other_words_than_the_lists_are_warned_of() -> None:
    texts = notices.tcf()["texts"]
    texts["en"]["purposes"]["basic_ads"]["title"] = "Nicer ads"

    said = [each for each in found(texts=texts) if each.rule == "standard-wording"]

    assert [(each.level, each.field) for each in said] == [("warn", "texts.en.purposes.basic_ads.title")]


def test_gpp_needs_something_to_opt_out_of() -> None:
    notice = document(gpp={"sections": "state"})
    notice["purposes"] = notice["purposes"][:2]

    assert "opt-out" in [each.rule for each in linter.lint(notice, HERE)]


@pytest.mark.parametrize(
    "rubbish",
    [
        7,
        [],
        {"tcf": 7},
        {"tcf": {}, "purposes": 3, "vendors": {"a": 1}},
        {"tcf": 1, "vendors": [{"tcf": {}}], "purposes": [{"tcf": []}]},
    ],
)
def test_a_notice_of_any_shape_is_read(rubbish: Any) -> None:
    assert all(isinstance(each, Finding) for each in linter.lint(rubbish, HERE))
