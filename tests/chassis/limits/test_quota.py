import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.limits.quota import Bucket, Level, Quota, parse
from chassis.settings import ServiceSettings, SettingError, read


@pytest.mark.parametrize(("text", "quota"), [("600/60", Quota(600, 60)), ("1/86400", Quota(1, 86400)), ("none", None)])
def test_a_quota_is_a_number_and_seconds(text: str, quota: Quota | None) -> None:
    assert parse(text) == quota


@pytest.mark.parametrize("text", ["600", "0/60", "60/0", "-1/60", "1/86401", "1e3/60", "60/60/60", "2000000/1", "None"])
def test_anything_else_names_what_was_expected(text: str) -> None:
    with pytest.raises(SettingError, match=r"^LIMIT_TOKEN_FAILURES: expected .*, got"):
        read(ServiceSettings, {"LIMIT_TOKEN_FAILURES": text})


quotas = st.builds(Quota, st.integers(1, 10_000), st.integers(1, 86_400))


@given(quotas, st.data())
def test_a_bucket_gains_a_unit_exactly_when_it_says(quota: Quota, data: st.DataObject) -> None:
    level = Level(Bucket("b", "b", quota), data.draw(st.integers(0, quota.window_us)))
    if level.full_in_us:
        later = Level(level.bucket, level.full_in_us - level.next_in_us)
        assert later.left >= level.left + 1 or later.full_in_us == 0
        if level.next_in_us:
            assert Level(level.bucket, later.full_in_us + 1).left == level.left
    else:
        assert level.left >= quota.amount and level.next_in_us == 0
