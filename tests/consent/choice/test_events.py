import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.choice import events
from consent.choice.records import ACTIONS, OWN_ACTIONS

OPTIONAL = ("analytics", "marketing")
DECISIONS = st.fixed_dictionaries(dict.fromkeys(OPTIONAL, st.booleans()))
BEFORE = st.one_of(st.just({}), DECISIONS)


@pytest.mark.parametrize(
    ("before", "given", "became"),
    [(None, True, "given"), (None, False, "refused"), (True, True, "renewed"), (True, False, "withdrawn"),
     (False, True, "given"), (False, False, "refused")],
)  # fmt: skip
def test_a_purposes_event_tells_what_changed(before: bool | None, given: bool, became: str) -> None:
    known = {} if before is None else {"analytics": before}
    assert events.of_purposes("preferences", {"analytics": given}, ["analytics"], known) == {"analytics": became}


@given(DECISIONS, BEFORE)
def test_consent_is_renewed_only_by_the_very_same_decisions(now: dict[str, bool], before: dict[str, bool]) -> None:
    name = events.of_record("preferences", now, OPTIONAL, before)
    assert (name == "refused") == (not any(now.values()))
    assert (name == "renewed") == (any(now.values()) and now == before)


@given(st.sampled_from(ACTIONS + OWN_ACTIONS), DECISIONS, BEFORE)
def test_every_optional_purpose_has_one_event_that_fits_its_decision(
    action: str, now: dict[str, bool], before: dict[str, bool]
) -> None:
    now = dict.fromkeys(OPTIONAL, False) if action == "withdraw" else now
    named = events.of_purposes(action, now, OPTIONAL, before)
    assert tuple(named) == OPTIONAL
    for purpose, event in named.items():
        assert event == "imported" if action == "import" else (event in events.CONSENTING) == now[purpose]


def test_a_withdrawal_withdraws_what_it_is_not_told_of_and_nothing_that_was_refused() -> None:
    refused = {"analytics": False, "marketing": False}
    assert set(events.of_purposes("withdraw", refused, OPTIONAL, {}).values()) == {"withdrawn"}
    named = events.of_purposes("withdraw", refused, OPTIONAL, {"analytics": True, "marketing": False})
    assert named == {"analytics": "withdrawn", "marketing": "refused"}


def test_an_import_renews_nothing() -> None:
    same = {"analytics": True, "marketing": True}
    assert events.of_record("import", same, OPTIONAL, same) == "given"
