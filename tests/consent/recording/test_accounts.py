"""Settling a device's choice with an account's: what holds whatever either side decided, and in whichever order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consent import notices
from consent.choice import records
from consent.notices import CONFLICTS
from consent.recording import accounts
from consent.recording.accounts import Standing
from tests.consent.site_server import with_accounts

NOTICE = notices.of(with_accounts())
NOW_MS = 1_795_000_000_000
DAY_MS = 86_400_000
DECISIONS = st.fixed_dictionaries({"analytics": st.booleans(), "marketing": st.booleans()})
EXCEPTIONS = st.dictionaries(st.sampled_from(sorted(NOTICE.vendors)), st.booleans())


@st.composite
def standings(draw: st.DrawFn, record: str) -> Standing:
    purposes = {"necessary": True, **draw(DECISIONS)}
    received_ms = NOW_MS - draw(st.integers(0, 170)) * DAY_MS
    withdrawn = not any(purposes[each] for each in NOTICE.optional) and draw(st.booleans())
    given = any(purposes[each] for each in NOTICE.optional)
    choice: dict[str, Any] = {
        "event": "withdrawn" if withdrawn else "given" if given else "refused",
        "action": "preferences",
        "purposes": purposes,
        "vendors": {**records.implied(purposes, NOTICE), **draw(EXCEPTIONS)},
        "notice": NOTICE.sha256,
        "language": "en",
        "gpc": False,
        "received_at": received_ms,
        "client_at": None,
        "valid_until": received_ms + 180 * DAY_MS,
        "tc_string": "of another moment",
    }
    return Standing(record, choice, NOTICE)


ACCOUNT, DEVICE = st.none() | standings("account"), standings("device")


@given(ACCOUNT, DEVICE)
def test_the_newer_decision_stands_whole(account: Standing | None, device: Standing) -> None:
    newer = accounts.newer(account, device)
    settled = Standing("sync", accounts.settle("newest", account, device, NOW_MS), NOTICE)
    assert settled.says_the_same(newer)
    assert settled.choice["event"] == newer.choice["event"]
    assert newer.decided_ms == max(each.decided_ms for each in (account, device) if each)


@given(standings("account"), DEVICE)
def test_what_either_side_refused_stays_refused_and_nothing_else(account: Standing, device: Standing) -> None:
    settled = accounts.settle("refusal", account, device, NOW_MS)
    for part in ("purposes", "vendors"):
        both = {each: account.choice[part][each] and device.choice[part][each] for each in account.choice[part]}
        assert settled[part] == both


@given(st.sampled_from(CONFLICTS), ACCOUNT, DEVICE)
def test_a_settlement_lasts_as_long_as_the_decision_it_stems_from(
    conflict: str, account: Standing | None, device: Standing
) -> None:
    newer = accounts.newer(account, device)
    settled = Standing("sync", accounts.settle(conflict, account, device, NOW_MS), NOTICE)
    assert (settled.decided_ms, settled.valid_until_ms) == (newer.decided_ms, newer.valid_until_ms)
    assert settled.choice["supersedes"] == (account and account.record)
    assert "tc_string" not in settled.choice


@given(st.sampled_from(CONFLICTS), ACCOUNT, DEVICE)
def test_settling_again_changes_nothing(conflict: str, account: Standing | None, device: Standing) -> None:
    once = Standing("sync", accounts.settle(conflict, account, device, NOW_MS), NOTICE)
    twice = Standing("sync", accounts.settle(conflict, once, device, NOW_MS), NOTICE)
    assert twice.says_the_same(once) and twice.decided_ms == once.decided_ms


@given(st.sampled_from(CONFLICTS), ACCOUNT, DEVICE)
def test_it_is_told_whose_decision_stands(conflict: str, account: Standing | None, device: Standing) -> None:
    settled = Standing("sync", accounts.settle(conflict, account, device, NOW_MS), NOTICE)
    told = accounts.whose(settled, account, device)
    sides = {"account": account, "device": device}
    assert told == "both" if told not in sides else settled.says_the_same(sides[told])  # type: ignore[arg-type]


def test_what_is_over_or_erased_is_not_in_force() -> None:
    choice = {"event": "given", "valid_until": NOW_MS + 1}
    assert accounts.in_force(choice, NOW_MS)
    assert not accounts.in_force(choice | {"valid_until": NOW_MS}, NOW_MS)
    assert not accounts.in_force(choice | {"event": "expired"}, NOW_MS)
    assert not accounts.in_force(None, NOW_MS)
