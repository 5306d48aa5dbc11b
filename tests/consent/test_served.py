from datetime import date

from redis import Redis

from consent import served
from consent.served import COUNTS, Displays, display, field
from consent.statistics import Served
from tests.servers import redis_server

ONE = Served(date(2026, 11, 23), "newsroom", "n" * 64, "es", "", "script")
OTHER = ONE._replace(region="US-CA", layer="form")


def test_a_name_reads_as_it_was_written() -> None:
    for each in (ONE, OTHER):
        assert display(field(each)) == each


def test_displays_of_one_kind_add_up(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        here, there = Displays(redis), Displays(redis)
        for counter, each in ((here, ONE), (there, ONE), (here, OTHER)):
            counter.count(each)
        assert redis.hgetall(COUNTS) == {field(ONE).encode(): b"2", field(OTHER).encode(): b"1"}


def test_while_redis_is_away_displays_wait_and_no_caller_does(redis_url: str) -> None:
    now = [0.0]
    away = redis_server.away()
    displays = Displays(away, lambda: now[0])
    displays.count(ONE)
    with Redis.from_url(redis_url) as redis:
        displays._redis = redis
        displays.count(ONE)
        displays.count(OTHER)
        assert not redis.exists(COUNTS), "it is left alone for a while"
        now[0] = served.REST_S
        displays.count(ONE)
        assert redis.hgetall(COUNTS) == {field(ONE).encode(): b"2", field(OTHER).encode(): b"1"}
    away.close()


def test_what_waits_is_bounded() -> None:
    away = redis_server.away()
    displays = Displays(away, lambda: 0.0)
    displays.count(ONE)
    for number in range(served.MOST_KEPT + 5):
        displays.count(ONE._replace(language=str(number)))
    assert len(displays._waiting) == served.MOST_KEPT
    away.close()
