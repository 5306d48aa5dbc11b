from redis import Redis

from chassis.redis_roles import durability_faults, durable, fault
from chassis.settings import ServiceSettings


def test_an_append_only_redis_that_fsyncs_always_is_durable(redis_url):
    with durable(ServiceSettings(redis_url=redis_url)) as redis:
        assert durability_faults(redis) == []


def test_each_setting_that_weakens_it_is_named(redis_url):
    with Redis.from_url(redis_url) as redis:
        names = ("appendfsync", "maxmemory-policy", "no-appendfsync-on-rewrite")
        before = {name: redis.config_get(name)[name] for name in names}
        try:
            for name, weaker in zip(names, ("everysec", "allkeys-lru", "yes"), strict=True):
                redis.config_set(name, weaker)
            faults = durability_faults(redis)
        finally:
            for name, value in before.items():
                redis.config_set(name, value)
    assert len(faults) == 3 and any("appendfsync is 'everysec', expected 'always'" in text for text in faults)


def test_a_redis_that_is_away_is_a_fault(free_port):
    redis = durable(ServiceSettings(redis_url=f"redis://127.0.0.1:{free_port}/0"))
    assert "away" in durability_faults(redis)[0]
    assert "away" in fault(redis)
