"""Trends on a real Redis."""

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from chassis import redis_roles
from chassis.settings import ServiceSettings
from publisher.trends import SHOWN, Rules, Trends, clean_term


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def trends(redis: Redis) -> Trends:
    return Trends(redis, Rules(min_readers=3, blocked={"blocked"}))


def search(trends: Trends, term: str, readers: int, language: str = "en") -> None:
    for reader in range(readers):
        trends.count(language, term, f"192.0.2.{reader}")


def test_a_term_shows_once_enough_readers_have_searched_for_it(trends: Trends) -> None:
    search(trends, "harbour bridge", 2)
    trends.compute("en")
    assert trends.current("en") == ()
    search(trends, "Harbour  BRIDGE", 3)
    assert trends.compute("en")
    assert trends.current("en") == ("harbour bridge",)


def test_one_reader_counts_once_however_often_they_ask(trends: Trends) -> None:
    search(trends, "bridge", 4)
    search(trends, "market", 3)
    for _ in range(20):
        trends.count("en", "market", "192.0.2.1")
    trends.compute("en")
    assert trends.current("en") == ("bridge", "market")


def test_languages_do_not_mix(trends: Trends) -> None:
    search(trends, "puente", 3, "es")
    assert trends.compute("es") and not trends.compute("en")
    assert (trends.current("es"), trends.current("en")) == (("puente",), ())


def test_only_so_many_show_and_a_second_computation_changes_nothing(trends: Trends) -> None:
    for number in range(SHOWN + 3):
        search(trends, f"term {number}", 3 + number)
    assert trends.compute("en")
    assert trends.current("en")[0] == f"term {SHOWN + 2}" and len(trends.current("en")) == SHOWN
    assert not trends.compute("en")


def test_older_searches_weigh_less(trends: Trends, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("publisher.trends.time.time", lambda: now - 45 * 60)
    search(trends, "morning", 5)
    monkeypatch.setattr("publisher.trends.time.time", lambda: now)
    search(trends, "evening", 3)
    trends.compute("en")
    assert trends.current("en") == ("evening", "morning")


@pytest.mark.parametrize(
    "query",
    ["ana@example.org", "call +34 600 123 456", "555-123-4567", "ES91 2100 0418 4502 0005 1332", "ab", "  ", "!!!",
     "x" * 61, "a Blocked word"],
)  # fmt: skip
def test_personal_data_and_blocked_words_never_count(query: str) -> None:
    assert clean_term(query, {"blocked"}) is None


def test_years_and_short_numbers_are_no_personal_data() -> None:
    assert clean_term("Election 2026", set()) == "election 2026"


def test_no_address_is_kept_and_everything_expires(trends: Trends, redis: Redis) -> None:
    search(trends, "bridge", 3)
    trends.compute("en")
    keys = list(redis.scan_iter())
    assert keys and all(redis.ttl(key) > 0 for key in keys)
    assert not any(b"192.0.2" in key or b"192.0.2" in (redis.dump(key) or b"") for key in keys)


def test_without_redis_there_are_no_trends_and_no_errors(free_port: int) -> None:
    away = redis_roles.cache(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0"))
    trends = Trends(away, Rules(1))
    trends.count("en", "bridge", "192.0.2.1")
    assert trends.current("en") == ()
