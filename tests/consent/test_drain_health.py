from redis import Redis

from consent import drain_health
from consent.drain_health import Health
from tests.servers import redis_server


def test_a_sign_of_life_is_found_as_it_was_left_and_fades(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        assert drain_health.find(redis) is None
        for health in (Health(1_795_000_000_000, 3, 0.5, None), Health(2, None, 0.0, "Behind: 3 of 4")):
            drain_health.leave(redis, health)
            assert drain_health.find(redis) == health
        assert 0 < redis.ttl(drain_health.KEY) <= drain_health.LIFE_S


def test_nothing_is_heard_through_a_redis_that_is_away() -> None:
    with redis_server.away() as away:
        assert drain_health.find(away) is None
