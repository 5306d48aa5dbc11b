from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from consent import notices
from consent.choice import records
from consent.choice.cookies import State
from consent.choice.records import ACTIONS, Choice, Circumstances
from consent.regulations import packs, region
from consent.regulations.region import Region
from tests.consent.factories import document

NOTICE = notices.of(document())
AROUND = Circumstances(
    received_ms=1_000_000,
    shown=None,
    language="en",
    gpc=False,
    writer="unverified",
    held=None,
    rules=region.rules(Region("FR", "header"), 1_795_000_000_000, "eu"),
)
DECISIONS = st.fixed_dictionaries({"analytics": st.booleans(), "marketing": st.booleans()})


def _choice(action: str, purposes: Any = None, client_at: int | None = None) -> Choice:
    return Choice("newsroom", "0" * 36, action, purposes, client_at)


@given(st.sampled_from(ACTIONS), DECISIONS)
def test_every_purpose_and_vendor_offered_is_decided(action: str, ticked: dict[str, bool]) -> None:
    sent = ticked if action in ("preferences", "import") else None
    choice = _choice(action, sent, AROUND.received_ms if action == "import" else None)
    purposes = records.decide(choice, NOTICE)
    body = records.body(choice, NOTICE, purposes, AROUND)
    assert list(body["purposes"]) == ["necessary", "analytics", "marketing"]
    assert set(body["vendors"]) == {"counter", "seller"}
    assert body["purposes"]["necessary"] is True
    assert body["event"] == "withdrawn" or (body["event"] == "given") == any(
        given for purpose, given in purposes.items() if purpose != "necessary"
    )


@given(DECISIONS)
def test_a_vendor_is_allowed_only_with_all_of_its_purposes(ticked: dict[str, bool]) -> None:
    vendors = records.implied(records.decide(_choice("preferences", ticked), NOTICE), NOTICE)
    assert vendors == {"counter": ticked["analytics"], "seller": ticked["analytics"] and ticked["marketing"]}


@given(st.dictionaries(st.sampled_from(["analytics", "marketing", "necessary", "profiling"]), st.booleans()))
def test_preferences_are_exactly_the_optional_purposes(sent: dict[str, bool]) -> None:
    choice = _choice("preferences", sent)
    if set(sent) == {"analytics", "marketing"}:
        assert records.decide(choice, NOTICE) == {"necessary": True, **sent}
    else:
        with pytest.raises(Invalid, match=r"purposes\."):
            records.decide(choice, NOTICE)


def test_boxes_that_are_not_ticked_are_refusals() -> None:
    completed = records.from_boxes(_choice("preferences", {"marketing": True}), NOTICE, {"seller"})
    assert completed.purposes == {"analytics": False, "marketing": True}
    assert completed.vendors == {"seller": False}


def test_boxes_mean_nothing_to_other_buttons() -> None:
    refused = records.from_boxes(_choice("agree", {"marketing": True}), NOTICE, {"seller"})
    assert all(records.decide(refused, NOTICE).values())
    assert refused.vendors is None


@given(DECISIONS, st.dictionaries(st.sampled_from(["counter", "seller"]), st.booleans()))
def test_a_decision_on_a_vendor_goes_before_that_on_its_purposes(
    ticked: dict[str, bool], decided: dict[str, bool]
) -> None:
    choice = _choice("preferences", ticked)._replace(vendors=decided)
    purposes = records.decide(choice, NOTICE)
    body = records.body(choice, NOTICE, purposes, AROUND)
    assert body["vendors"] == {**records.implied(purposes, NOTICE), **decided}
    assert body["event"] == ("given" if any(ticked.values()) or any(decided.values()) else "refused")


@pytest.mark.parametrize(
    ("action", "purposes", "vendor"),
    [("preferences", {"analytics": True, "marketing": True}, "nobody"), ("agree", None, "counter")],
)
def test_vendors_are_those_of_the_notice_and_go_with_purposes(action: str, purposes: Any, vendor: str) -> None:
    choice = _choice(action, purposes)._replace(vendors={vendor: False})
    with pytest.raises(Invalid, match="vendors"):
        records.body(choice, NOTICE, records.decide(choice, NOTICE), AROUND)


HELD = State(NOTICE.sha256[:16], 1, {"necessary": True, "analytics": True}, "record")


@pytest.mark.parametrize(("action", "given"), [("agree", True), ("refuse", False)])
def test_a_partial_answer_repeats_what_is_held(action: str, given: bool) -> None:
    choice = _choice(action, {"analytics": True, "marketing": given})._replace(asked=("marketing",))
    purposes = records.decide(choice, NOTICE, HELD)
    assert purposes == {"necessary": True, "analytics": True, "marketing": given}
    body = records.body(choice, NOTICE, purposes, AROUND._replace(held=HELD))
    assert (body["asked"], body["supersedes"], body["action"]) == (["marketing"], "record", action)


@pytest.mark.parametrize(
    ("sent", "asked", "held", "field"),
    [
        ({"analytics": False, "marketing": True}, ["marketing"], HELD, "purposes.analytics"),  # not what is held
        ({"analytics": True, "marketing": False}, ["marketing"], HELD, "purposes.marketing"),  # not what was pressed
        ({"analytics": True, "marketing": True}, ["marketing"], None, "purposes.analytics"),  # nothing is held
        ({"analytics": True, "marketing": True}, ["necessary"], HELD, "asked"),
        ({"marketing": True}, ["marketing"], HELD, "purposes.analytics"),
    ],
)
def test_a_partial_answer_cannot_slip_in_what_was_not_asked(
    sent: dict[str, bool], asked: list[str], held: State | None, field: str
) -> None:
    choice = _choice("agree", sent)._replace(asked=tuple(asked))
    with pytest.raises(Invalid) as refused:
        records.decide(choice, NOTICE, held)
    assert refused.value.fields[0].field == field


@given(st.integers(0, 2**43))
def test_the_browsers_clock_is_kept_with_its_distance_and_never_used(client_at: int) -> None:
    body = records.body(
        _choice("agree", client_at=client_at), NOTICE, {"necessary": True, "analytics": True, "marketing": True}, AROUND
    )
    assert (body["client_at"], body["skew_ms"]) == (client_at, client_at - 1_000_000)
    assert (body["received_at"], body["valid_until"]) == (1_000_000, 1_000_000 + 180 * 86_400_000)


@pytest.mark.parametrize(
    ("days", "pack", "agreed", "refused"),
    [
        (180, "eu", 180, 180),
        (90, "fr", 90, 180),  # a refusal is kept as long as the law wants peace after it
        (395, "uk", 365, 365),  # an agreement no longer than the law lets it
        (90, "us-ca", 90, 365),
    ],
)
def test_the_pack_limits_agreements_and_protects_refusals(days: int, pack: str, agreed: int, refused: int) -> None:
    notice = notices.of(document(validity_days=days))
    assert records.validity_days("given", notice, packs()[pack]) == agreed
    assert records.validity_days("refused", notice, packs()[pack]) == refused
    assert records.validity_days("withdrawn", notice, packs()[pack]) == refused


def test_the_record_says_which_rules_applied_and_why() -> None:
    body = records.body(_choice("refuse"), NOTICE, records.decide(_choice("refuse"), NOTICE), AROUND)
    assert (body["regulation"], body["region"], body["region_source"]) == ("fr", "FR", "header")
