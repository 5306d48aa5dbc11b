"""Trends on a real Redis."""

import time
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from chassis import redis_roles
from chassis.settings import ServiceSettings
from publisher.trend_terms import clean_term
from publisher.trends import MOST_SEARCHED, SHOWN, TRENDING, Choices, Rules, TrendList, Trends


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def trends(redis: Redis) -> Trends:
    return Trends(redis, Rules(min_readers=3, blocked={"blocked"}))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let trends believe that it is this many minutes after half past an hour."""
    start = time.time() // 3600 * 3600 + 1800
    return lambda minutes: monkeypatch.setattr("publisher.trends.time.time", lambda: start + minutes * 60)


def search(trends: Trends, term: str, readers: int, language: str = "en") -> None:
    for reader in range(readers):
        trends.count(language, term, f"192.0.2.{reader}")


def shown(trends: Trends, language: str = "en") -> tuple[str, list[str]]:
    trends.compute(language)
    current = trends.current(language)
    return current.kind, [each.term for each in current.terms]


def test_a_term_shows_once_enough_readers_have_searched_for_it(trends: Trends) -> None:
    search(trends, "harbour bridge", 2)
    assert shown(trends) == ("nothing", [])
    search(trends, "Harbour  BRIDGE", 3)
    assert trends.compute("en") and trends.current("en") == (TRENDING, (("harbour bridge", False),))
    assert not trends.compute("en"), "a second computation changes nothing"


def test_one_reader_counts_once_however_often_they_ask(trends: Trends) -> None:
    search(trends, "bridge", 4)
    search(trends, "market", 3)
    for _ in range(20):
        trends.count("en", "market", "192.0.2.1")
    assert shown(trends) == (TRENDING, ["bridge", "market"])


def test_languages_do_not_mix(trends: Trends) -> None:
    search(trends, "puente", 3, "es")
    assert shown(trends, "es") == (TRENDING, ["puente"]) and shown(trends) == ("nothing", [])


def test_only_so_many_show_the_strongest_first(trends: Trends) -> None:
    for number in range(SHOWN + 3):
        search(trends, f"term {number}", 3 + number)
    assert shown(trends) == (TRENDING, [f"term {number}" for number in range(SHOWN + 2, 2, -1)])


def test_older_searches_weigh_less(trends: Trends, at: Callable[[float], None]) -> None:
    at(-45)
    search(trends, "morning", 12)
    at(0)
    search(trends, "evening", 5)
    assert shown(trends)[1] == ["evening", "morning"]


def test_what_is_usual_at_this_hour_does_not_trend(trends: Trends, at: Callable[[float], None]) -> None:
    for day in range(1, 8):
        at(-day * 24 * 60)
        search(trends, "weather", 40)
    at(0)
    search(trends, "weather", 15)
    search(trends, "bridge", 6)
    assert shown(trends) == (TRENDING, ["bridge"])
    at(1)
    for reader in range(15, 90):
        trends.count("en", "weather", f"192.0.2.{reader}")
    assert shown(trends) == (TRENDING, ["weather", "bridge"]), "more than usual"


def test_a_term_shows_when_it_has_lasted_and_does_not_flicker(redis: Redis, at: Callable[[float], None]) -> None:
    trends = Trends(redis, Rules(min_readers=3, sustain_s=120))
    at(0)
    search(trends, "bridge", 3)
    assert shown(trends)[0] == MOST_SEARCHED
    at(1)
    assert shown(trends)[0] == MOST_SEARCHED
    at(2)
    assert shown(trends) == (TRENDING, ["bridge"])
    at(20)
    assert shown(trends) == (TRENDING, ["bridge"]), "weaker than what it took to begin"
    at(35)
    assert shown(trends) == (MOST_SEARCHED, ["bridge"])


def test_where_nothing_stands_out_the_days_most_searched_are_shown_as_such(
    trends: Trends, at: Callable[[float], None]
) -> None:
    at(-90)
    search(trends, "market", 4)
    search(trends, "bridge", 3)
    search(trends, "secret", 2)
    at(0)
    assert shown(trends) == (MOST_SEARCHED, ["market", "bridge"])
    at(24 * 60)
    assert shown(trends) == ("nothing", [])


def test_the_same_readers_on_two_days_are_no_more_of_them(trends: Trends, at: Callable[[float], None]) -> None:
    midnight = (86_400 - (time.time() // 3600 * 3600 + 1800) % 86_400) / 60
    for minutes in (-40, 10):
        at(midnight + minutes)
        search(trends, "bridge", 2)
    assert shown(trends) == ("nothing", [])


def test_editors_pin_and_hide_and_what_finds_nothing_does_not_show(trends: Trends) -> None:
    for term, readers in (("bridge", 6), ("rumour", 5), ("market", 4)):
        search(trends, term, readers)
    choices = Choices(pinned=("election 2026", "market", "unwritten"), hidden=("rumour",))
    trends.compute("en", choices, lambda term: term != "unwritten")
    assert trends.current("en") == (TRENDING, (("election 2026", True), ("market", True), ("bridge", False)))
    trends.compute("en", findable=lambda term: term != "bridge")
    assert [each.term for each in trends.current("en").terms] == ["rumour", "market"]


def test_a_flood_of_terms_is_bounded(redis: Redis, trends: Trends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.trends.MOST_TERMS", 5)
    search(trends, "bridge", 3)
    for number in range(20):
        trends.count("en", f"flood {number}", "192.0.2.1")
    assert {redis.zcard(key) for key in redis.scan_iter("tr:*:hour:*")} == {5}
    assert shown(trends) == (TRENDING, ["bridge"])


@pytest.mark.parametrize(
    "query",
    ["ana@example.org", "ana＠example.org", "call +34 600 123 456", "555-123-4567", "ES91 2100 0418 4502 0005 1332",
     "es9121000418450200051332", "GB29 NWBK 6016 1331", "4111 1111 1111 1111", "12345678z", "X1234567L", "123456",
     "٠٦٠٠١٢٣٤٥٦", "01.02.1980", "https://x.example/a", "www.x.example", "ab", "  ", "!!!", "x" * 61, "a Blocked word",
     "the BAD  phrase"],
)  # fmt: skip
def test_personal_data_and_blocked_words_never_count(query: str) -> None:
    assert clean_term(query, {"blocked", "bad phrase"}) is None


@pytest.mark.parametrize(
    "query", ["election 2026", "28013 madrid", "covid-19", "g20", "unblocked", "東京", "phrase bad"]
)
def test_years_and_short_numbers_are_no_personal_data(query: str) -> None:
    assert clean_term(query, {"blocked", "bad phrase"}) == query


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
    assert trends.current("en") == TrendList()
