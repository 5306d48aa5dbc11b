from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.statistics import (
    OTHER,
    SMALLEST,
    Counts,
    Decided,
    Group,
    Made,
    Question,
    Tally,
    answer,
    answers,
    day_of,
    fold,
    members,
    outcome_of,
    region_of,
)

DAY = date(2026, 11, 23)
NOON_MS = 1_795_435_200_000
TERMS = {
    "event": "given",
    "action": "preferences",
    "purposes": {"necessary": True, "analytics": True, "marketing": False},
    "notice": "n" * 64,
    "language": "es",
    "region": "ES-CT",
    "layer": "script",
    "writer": "browser",
}
YES, SOME, NO = {"must": True, "may": True}, {"must": True, "may": True, "might": False}, {"must": True, "may": False}


def _question(*by: str) -> Question:
    return Question("newsroom", DAY, DAY, by)


@pytest.mark.parametrize(
    ("event", "action", "purposes", "outcome"),
    [
        ("given", "agree", YES, "agreed"),
        ("given", "preferences", YES, "agreed"),
        ("given", "preferences", SOME, "partly"),
        ("refused", "preferences", NO, "refused"),
        ("refused", "refuse", NO, "refused"),
        ("withdrawn", "withdraw", NO, "withdrawn"),
        ("refused", "gpc", NO, "gpc"),
        ("given", "import", SOME, "partly"),
        ("given", "sync", SOME, "sync"),
        ("renewed", "agree", YES, "agreed"),
        ("renewed", "preferences", SOME, "partly"),
    ],
)
def test_an_outcome_is_what_became_of_every_optional_purpose(
    event: str, action: str, purposes: dict[str, bool], outcome: str
) -> None:
    assert outcome_of(event, action, purposes) == outcome


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("FR", "FR"),
        ("FR-75C", "FR"),
        ("US-CA", "US-CA"),
        ("CA-QC", "CA-QC"),
        ("US", "US"),
        (None, ""),
        ("fr", ""),
    ],
)
def test_a_region_is_a_country_or_a_state_that_has_rules_of_its_own(code: str | None, counted: str) -> None:
    assert region_of(code) == counted


def test_a_day_ends_at_midnight_in_utc() -> None:
    midnight = NOON_MS + 12 * 3_600_000
    assert [day_of(midnight - 1), day_of(midnight)] == [DAY, date(2026, 11, 24)]
    assert day_of((1 << 53) - 1) == date.max, "the largest time that a leaf may have"


def test_a_record_counts_once_and_each_of_its_decisions() -> None:
    tally = Tally()
    tally.add("newsroom", NOON_MS, TERMS, True)
    where = (DAY, "newsroom", "n" * 64, "es", "ES")
    assert tally.made() == {Made(*where, "script", "browser"): [0, 1, 0, 0, 0, 1]}
    decided = {"necessary": [1, 0, 0], "analytics": [1, 0, 0], "marketing": [0, 1, 0]}
    assert tally.decided() == {Decided(*where, purpose): counts for purpose, counts in decided.items()}


def test_what_a_withdrawal_ends_is_withdrawn_and_an_import_decides_nothing_here() -> None:
    tally = Tally()
    ended = {"necessary": True, "analytics": False}
    tally.add("newsroom", NOON_MS, {**TERMS, "event": "withdrawn", "action": "withdraw", "purposes": ended}, False)
    tally.add("newsroom", NOON_MS, {**TERMS, "action": "import", "writer": "import"}, False)
    assert {key.purpose: counts for key, counts in tally.decided().items()} == {
        "necessary": [1, 0, 0],
        "analytics": [0, 0, 1],
    }
    assert sorted(tally.made().values()) == [[0, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("changes", "answering"),
    [
        ({}, True),
        ({"supersedes": "r"}, False),
        ({"supersedes": "r", "asked": ["analytics"]}, True),
        ({"action": "gpc"}, True),
        ({"action": "withdraw"}, False),
        ({"action": "import"}, False),
    ],
)
def test_an_answer_is_a_first_choice_or_one_to_a_question_asked_again(
    changes: dict[str, object], answering: bool
) -> None:
    choice = {"action": "agree", "supersedes": None, "asked": None, **changes}
    assert answers(choice) == answering
    tally = Tally()
    tally.add("newsroom", NOON_MS, TERMS, answering)
    assert [counts[-1] for counts in tally.made().values()] == [int(answering)]


@pytest.mark.parametrize(("event", "action"), [("expired", "expire"), ("given", "rectify"), ("renewed", "sync")])
def test_what_the_service_records_by_itself_is_nobodys_choice(event: str, action: str) -> None:
    assert not answers({"action": action, "supersedes": None})
    tally = Tally()
    tally.add("newsroom", NOON_MS, {**TERMS, "event": event, "action": action}, False)
    assert (tally.made(), tally.decided()) == ({}, {})


def test_ignored_is_what_was_served_and_not_answered_and_never_below_none() -> None:
    late = {("en",): {"refused": 9, "answers": 9}, ("es",): {"agreed": 6, "answers": 6}}
    rows, total = answer(_question("language"), late, {("en",): 5, ("es",): 16})
    assert [row["ignored"] for row in rows] == [0, 10]
    assert total["ignored"] == 21 - 15, "of the sums, not the sum"


def test_small_groups_are_told_together_and_add_up() -> None:
    groups = {("LI", "agree"): 1, ("MC", "agree"): 2, ("FR", "agree"): SMALLEST}
    told = fold(("region", "layer"), {group: {"agreed": count} for group, count in groups.items()})
    assert told == {(OTHER, "agree"): {"agreed": 3}, ("FR", "agree"): {"agreed": SMALLEST}}


def test_a_region_that_was_asked_and_never_answers_is_told() -> None:
    asked = {("DE",): {"served": 300}, ("AT",): {"served": SMALLEST - 1}}
    assert fold(("region",), asked) == {("DE",): {"served": 300}, (OTHER,): {"served": SMALLEST - 1}}


def test_days_and_notices_point_at_nobody_and_stay_apart() -> None:
    rows, _ = answer(_question("day", "notice"), {(DAY, "n"): {"agreed": 1}}, {})
    assert rows[0] | {"day": "2026-11-23", "notice": "n", "agreed": 1} == rows[0]


def test_nobody_displays_to_a_writer() -> None:
    assert "served" not in members(("writer",)) and "ignored" not in members(("writer",))
    rows, _ = answer(_question("writer"), {("form",): {"agreed": 1}}, {("form",): 4})
    assert "served" not in rows[0]


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(("en", "es", "ca")), st.sampled_from(("", "ES", "FR", "LI", "US-CA"))),
        st.fixed_dictionaries(
            {"agreed": st.integers(0, 9), "refused": st.integers(0, 9), "served": st.integers(0, 20)}
        ),
    )
)
def test_folding_loses_nothing_and_names_no_small_group(groups: dict[Group, Counts]) -> None:
    told = fold(("language", "region"), groups)
    for name in ("agreed", "refused", "served"):
        assert sum(counts[name] for counts in told.values()) == sum(counts[name] for counts in groups.values())
    for group, counts in told.items():
        made = counts["agreed"] + counts["refused"]
        assert group == (OTHER, OTHER) or (made or counts["served"]) >= SMALLEST
