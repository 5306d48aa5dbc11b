from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Conflict, Invalid
from publisher.states import (
    KILLED,
    LIVE,
    MOVES,
    SCHEDULED,
    STATES,
    Timing,
    after,
    check_timing,
    due,
    is_public,
    pub_status,
    revised,
)

MOMENTS = st.none() | st.integers(1, 5)


@given(st.sampled_from(STATES), st.sampled_from(sorted(MOVES)))
def test_a_move_leads_to_its_state_or_is_refused_by_name(state: str, action: str) -> None:
    try:
        reached = after(action, state)
    except Conflict as refused:
        assert action in refused.detail and state in refused.detail
    else:
        assert reached == MOVES[action].after or (action == "publish" and state == reached in LIVE)


@given(st.sampled_from(sorted(MOVES)))
def test_nothing_leads_back_from_killed(action: str) -> None:
    if action == "kill":
        assert after(action, KILLED) == KILLED
    else:
        with pytest.raises(Conflict):
            after(action, KILLED)


@pytest.mark.parametrize(
    ("state", "kind", "wanted"),
    [
        ("published", "minor", "published"),
        ("published", "update", "updated"),
        ("updated", "correction", "corrected"),
        ("published", "retraction", "corrected"),
        ("corrected", "minor", "corrected"),
        ("draft", "correction", "draft"),
    ],
)
def test_a_revision_changes_the_state_of_what_is_public_only(state: str, kind: str, wanted: str) -> None:
    assert revised(state, kind) == wanted


@given(st.sampled_from(STATES), MOMENTS, MOMENTS, st.integers(0, 6))
def test_what_is_public_is_live_past_its_embargo_and_not_expired(
    state: str, embargo: int | None, expires: int | None, now: int
) -> None:
    public = is_public(state, Timing(None, embargo, expires), now)
    assert public == (state in LIVE and (embargo or 0) <= now and (expires is None or now < expires))
    assert not public or pub_status(state) == "usable"


@given(st.sampled_from(LIVE), MOMENTS, MOMENTS, st.integers(0, 6))
def test_readers_see_no_change_that_is_not_due(state: str, embargo: int | None, expires: int | None, now: int) -> None:
    timing = Timing(None, embargo, expires)
    moments = due(state, timing, now).values()
    seen = [is_public(state, timing, at) for at in range(now, 8)]
    changes = {at for at, (one, other) in enumerate(pairwise(seen), now + 1) if one != other}
    assert changes <= set(moments)


@pytest.mark.parametrize(
    ("timing", "told"),
    [
        (Timing(), "publishAt: expected a time to come, got none"),
        (Timing(publish_ms=10), "publishAt: expected a time to come, got one that has passed"),
        (Timing(publish_ms=20, expires_ms=15), "expires: expected a time after the article became public"),
        (Timing(publish_ms=20, embargoed_until_ms=30, expires_ms=30), "expires: expected a time after"),
    ],
)
def test_times_that_make_no_sense_are_refused(timing: Timing, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_timing(SCHEDULED, timing, 10)
    assert refused.value.detail.startswith(told)
