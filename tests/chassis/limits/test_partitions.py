import pytest
from redis import Redis

from chassis.limits.partitions import Partition, Salts, hashed, of_address, of_token


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("198.51.100.1", "198.51.100.1", {""}),
        ("198.51.100.1", "::ffff:198.51.100.1", {""}),
        ("198.51.100.1", "198.51.100.2", set()),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", {"", "-wide"}),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", {"-wide"}),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", set()),
    ],
)
def test_who_shares_a_quota(one: str, other: str, shared: set[str]) -> None:
    assert {each.suffix for each in set(of_address(one)) & set(of_address(other))} == shared


def test_a_wide_network_has_more_than_a_narrow_one() -> None:
    assert [each.share for each in of_address("2001:db8::1")] == [1, 10]


def test_who_has_no_address_shares_with_all_others_without() -> None:
    assert of_address("") == of_address("nonsense") == (Partition("nobody"),)


def test_a_token_is_no_address() -> None:
    assert set(of_token("198.51.100.1")).isdisjoint(of_address("198.51.100.1"))


class Clock:
    def __init__(self) -> None:
        self.s = 1_795_000_000.0

    def __call__(self) -> float:
        return self.s


def test_processes_share_the_salt_of_the_day_and_redis_forgets_it(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        clock = Clock()
        one, other = Salts(redis, clock), Salts(redis, clock)
        today = one.today()
        assert other.today() == today and len(today) == 32
        [key] = redis.keys("limit:salt:*")  # type: ignore[misc]
        assert 0 < redis.ttl(key) <= 24 * 3600  # type: ignore[operator]
        clock.s += 24 * 3600
        assert one.today() != today


def test_a_salt_that_redis_lost_is_agreed_upon_again(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        clock = Clock()
        one, other = Salts(redis, clock), Salts(redis, clock)
        one.today()
        redis.flushall()
        clock.s += 30
        fresh = other.today()
        clock.s += 31
        assert one.today() == fresh


def test_what_is_kept_tells_nobody_the_address() -> None:
    assert hashed("198.51.100.1", b"one day") != hashed("198.51.100.1", b"another day")
