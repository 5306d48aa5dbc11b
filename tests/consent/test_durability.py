from redis import Redis

from consent.durability import CHECKED_EVERY_S, Durability
from consent.ledger.stream import STREAM
from tests.consent.service import Browser, Service


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_setting_that_drifts_is_seen_after_five_seconds(redis_url: str) -> None:
    seconds = Seconds()
    with Redis.from_url(redis_url) as redis:
        durability = Durability(redis, seconds)
        assert durability.fault() is None
        try:
            redis.config_set("appendfsync", "everysec")
            assert durability.fault() is None
            seconds.now += CHECKED_EVERY_S
            assert "appendfsync" in (durability.fault() or "")
        finally:
            redis.config_set("appendfsync", "always")
        seconds.now += CHECKED_EVERY_S
        assert durability.fault() is None


def test_choices_are_refused_while_they_would_not_be_durable(service: Service, browser: Browser) -> None:
    body = browser.choice("agree")
    try:
        service.redis.config_set("maxmemory-policy", "allkeys-lru")
        answer = browser.post(body)
        ready = browser.client.get("/readyz")
    finally:
        service.redis.config_set("maxmemory-policy", "noeviction")
    assert (answer.status_code, answer.get_json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert ready.status_code == 503 and "maxmemory-policy" in ready.get_json()["checks"]["durability"]
    assert service.written() == 0


def test_a_missing_stream_is_a_fault_and_is_not_made_up(service: Service, browser: Browser) -> None:
    service.redis.delete(STREAM)
    assert browser.post(browser.choice("agree")).status_code == 503
    assert browser.client.get("/readyz").get_json()["checks"]["stream"] != "ok"
    assert not service.redis.exists(STREAM)


def test_after_a_failed_write_the_settings_are_read_again(service: Service, browser: Browser) -> None:
    body = browser.choice("agree")
    assert browser.post(body).status_code == 201
    service.redis.rename(STREAM, "elsewhere")
    assert browser.post(browser.choice("agree")).status_code == 503
    service.redis.rename("elsewhere", STREAM)
    try:
        service.redis.config_set("appendfsync", "everysec")
        assert browser.post(browser.choice("agree")).status_code == 503
    finally:
        service.redis.config_set("appendfsync", "always")
    assert service.written() == 1
