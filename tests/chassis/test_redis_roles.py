from redis import Redis

from chassis.redis_roles import durability_faults, durable, fault
from chassis.settings import ServiceSettings


def test_an_append_only_redis_that_fsyncs_always_is_durable(redis_url):
    with durable(ServiceSettings(redis_url=redis_url)) as redis:
        assert durability_faults(redis) == []


def test_each_setting_that_weakens_it_is_named(redis_url):
    with Redis.from_url(redis_url) as redis:
        before = redis.config_get("appendfsync", "maxmemory-policy", "no-appendfsync-on-rewrite")
        try:
            redis.config_set(
                "appendfsync", "everysec", "maxmemory-policy", "allkeys-lru", "no-appendfsync-on-rewrite", "yes"
            )
            faults = durability_faults(redis)
        finally:
            redis.config_set(*(part for pair in before.items() for part in pair))
    assert len(faults) == 3 and any("appendfsync is 'everysec', expected 'always'" in text for text in faults)


def test_a_redis_that_is_away_is_a_fault(free_port):
    redis = durable(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0"))
    assert "away" in durability_faults(redis)[0]
    assert "away" in fault(redis)
