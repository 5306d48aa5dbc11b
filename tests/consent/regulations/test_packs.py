from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import regulations
from consent.regulations import KINDS, applying, kind, packs
from consent.regulations.region import CODE, Region, decide

TODAY = date(2026, 11, 23)
CODES = st.sampled_from(sorted({region for pack in packs().values() for region in pack.regions}))
SHOWS = {
    "refuse-on-first-layer", "purposes-before-buttons", "vendors", "controller", "withdrawal", "opt-out-honored",
}  # fmt: skip


@pytest.mark.parametrize("pack", packs().values(), ids=list(packs()))
def test_a_pack_says_all_of_its_rules_in_known_words(pack: regulations.Pack) -> None:
    assert pack.name and pack.sources and all(pack.sources)
    assert pack.regions and all(CODE.fullmatch(region) for region in pack.regions)
    assert isinstance(pack.since, date) and (pack.until is None or pack.since <= pack.until)
    assert pack.modes.keys() <= set(KINDS) and {pack.mode, *pack.modes.values()} <= {"opt-in", "opt-out"}
    assert 1 <= pack.validity_days <= 395 and 1 <= pack.reask_days <= 395
    assert set(pack.shows) <= SHOWS and set(pack.signals) <= {"gpc"}


@given(CODES, st.dates(date(2011, 1, 1), date(2030, 1, 1)))
def test_at_most_one_pack_is_in_force_for_a_region_on_a_day(region: str, on: date) -> None:
    assert sum(region in pack.regions and pack.in_force(on) for pack in packs().values()) <= 1


def test_no_pack_is_stricter_than_the_one_for_readers_of_unknown_region() -> None:
    assert max(pack.strictness for pack in packs().values()) == packs()[regulations.STRICTEST].strictness
    assert applying(None, TODAY).id == applying("JP", TODAY).id == applying("US", TODAY).id == "eu"


@pytest.mark.parametrize(
    ("region", "on", "pack"),
    [
        ("DE", TODAY, "eu"), ("NO", TODAY, "eu"), ("FR", TODAY, "fr"), ("FR", date(2020, 1, 1), "eu"),
        ("GB", date(2026, 2, 4), "uk-2011"), ("GB", date(2026, 2, 5), "uk"), ("CH", TODAY, "ch"),
        ("CA-QC", TODAY, "qc"),
        ("BR", TODAY, "br"), ("US-CA", date(2025, 12, 31), "us-ca-2023"), ("US-CA", date(2026, 1, 1), "us-ca"),
        ("US-OR", date(2025, 12, 31), "eu"), ("US-OR", date(2026, 1, 1), "us-or"),
    ],
)  # fmt: skip
def test_region_and_day_choose_the_pack(region: str, on: date, pack: str) -> None:
    assert applying(region, on).id == pack


def test_every_state_that_must_honour_the_signal_has_a_pack() -> None:
    for state in ("CA", "CO", "CT", "DE", "MD", "MT", "NE", "NH", "NJ", "OR", "TX"):
        pack = applying(f"US-{state}", TODAY)
        assert (pack.signals, pack.mode_of("marketing")) == (("gpc",), "opt-out")
    assert "opt-out-honored" in applying("US-CA", TODAY).shows


@given(CODES, st.sampled_from(sorted(packs())))
def test_nobody_gets_less_than_the_notice_was_written_for(region: str, floor: str) -> None:
    assert applying(region, TODAY, floor).strictness >= packs()[floor].strictness
    assert applying(region, TODAY, floor).strictness >= applying(region, TODAY).strictness


def test_a_region_as_strict_as_the_floor_has_its_own_pack() -> None:
    assert applying("FR", TODAY, "eu").id == "fr"
    assert applying("US-CA", TODAY, "eu").id == "eu"
    assert applying("US-CA", TODAY, "us-tx").id == "us-ca"
    assert applying("US-CA", TODAY, "no-such-pack").id == "eu"


def test_a_country_may_exempt_a_kind_and_leave_the_others() -> None:
    united_kingdom = applying("GB", TODAY)
    assert [united_kingdom.mode_of(each) for each in KINDS] == ["opt-out", "opt-out", *["opt-in"] * 4]
    assert applying("GB", date(2026, 2, 5) - timedelta(days=1)).mode_of("statistics") == "opt-in"


def test_a_purposes_kind_is_stated_or_its_name() -> None:
    assert (kind("analytics"), kind("visits"), kind("visits", "statistics")) == ("analytics", "other", "statistics")


@pytest.mark.parametrize(
    ("header", "setting", "decided"),
    [
        ("FR", "DE", Region("FR", "header")),
        (" us-ca ", None, Region("US-CA", "header")),
        (None, "DE", Region("DE", "setting")),
        ("", "DE", Region("DE", "setting")),
        ("XX", "DE", Region("DE", "setting")),
        ("T1", None, Region(None, "strictest")),
        (None, None, Region(None, "strictest")),
    ],
)
def test_the_edge_is_asked_before_the_site(header: str | None, setting: str | None, decided: Region) -> None:
    assert decide(header, setting) == decided


@given(st.text(), st.none() | st.text())
def test_whatever_is_said_a_region_is_a_code_or_unknown(header: str, setting: str | None) -> None:
    decided = decide(header, setting)
    assert (decided.code is None) == (decided.source == "strictest")
    assert decided.code is None or CODE.fullmatch(decided.code)
