"""The clock's round: lost messages are sent again, overdue jobs end, the outbox empties."""

import base64
import json
from typing import Any

import pytest
from redis import Redis

from chassis import sql
from chassis.errors import Unavailable
from publisher.messages import variant_channel
from publisher.store import variants
from publisher.store.tables import translation_job
from tests.worker.conftest import Make
from tests.worker.newsroom import job_id, job_row, publish_article
from worker import relay
from worker.workshop import Workshop, now_ms


def waiting(redis_url: str, queue: str) -> list[list[Any]]:
    """Arguments of the messages in a queue, the next one first."""
    with Redis.from_url(redis_url) as redis:
        messages = [json.loads(each) for each in redis.lrange(queue, 0, -1)]
    return [json.loads(base64.b64decode(each["body"]))[0] for each in reversed(messages)]


def test_the_outbox_goes_out_in_order(workshop: Workshop, redis_url: str) -> None:
    publish_article(workshop.house.engine, languages=("en", "es", "ca"))
    workshop.house.relay()
    assert waiting(redis_url, "render") == [[1]], "the effects of the first change"
    assert waiting(redis_url, "translate") == [
        [job_id(workshop.house.engine, language="es")],
        [job_id(workshop.house.engine, language="ca")],
    ]


def test_a_job_whose_message_was_lost_is_woken_once_in_a_while(workshop: Workshop, redis_url: str) -> None:
    publish_article(workshop.house.engine)
    workshop.house.relay()
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    assert relay.wake(workshop) == 1
    assert relay.wake(workshop) == 0, "its message is young"
    assert waiting(redis_url, "translate") == [[job_id(workshop.house.engine)]]
    with Redis.from_url(redis_url) as redis:
        assert 0 < redis.ttl(relay.woken_key(job_id(workshop.house.engine))) <= workshop.settings.resend_s
        redis.flushall()
    assert relay.wake(workshop) == 1, "a Redis that lost the message lost the note too"


def test_a_lapsed_job_is_woken_and_a_held_one_is_not(workshop: Workshop) -> None:
    publish_article(workshop.house.engine)
    held = {"state": "running", "fencing_token": "t", "lease_until_ms": now_ms() + 60_000}
    with sql.write(workshop.house.engine) as connection:
        connection.execute(translation_job.update().values(**held))
    assert relay.wake(workshop) == 0
    with sql.write(workshop.house.engine) as connection:
        connection.execute(translation_job.update().values(lease_until_ms=now_ms() - 1))
    assert relay.wake(workshop) == 1


def test_an_overdue_job_fails_its_variant_and_tells_open_pages(workshop: Workshop, redis_url: str) -> None:
    publish_article(workshop.house.engine)
    with sql.write(workshop.house.engine) as connection:
        connection.execute(translation_job.update().values(deadline_ms=now_ms() - 1))
    with Redis.from_url(redis_url) as redis, redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(variant_channel("bridge", "es"))
        channel.get_message(timeout=1)
        relay.relay(workshop)
        told = channel.get_message(timeout=5)
    assert told is not None
    assert job_row(workshop.house.engine, job_id(workshop.house.engine))["state"] == "failed"
    with sql.read(workshop.house.engine) as connection:
        variant = variants.load(connection, "bridge", "es")
    assert variant and (variant.state, variant.reason) == ("failed", "the translation did not come in time")
    assert ["bridge", "es"] in waiting(redis_url, "render")


def test_without_a_broker_overdue_jobs_end_all_the_same(make_workshop: Make, sqlite_url: str, free_port: int) -> None:
    workshop = make_workshop(sqlite_url, redis_broker_url=f"redis://127.0.0.1:{free_port}/0")
    publish_article(workshop.house.engine, languages=("en", "es", "ca"))
    with sql.write(workshop.house.engine) as connection:
        overdue = translation_job.update().where(translation_job.c.language == "es").values(deadline_ms=now_ms() - 1)
        connection.execute(overdue)
    with pytest.raises(Unavailable):
        relay.relay(workshop)
    assert job_row(workshop.house.engine, job_id(workshop.house.engine))["state"] == "failed"
    assert job_row(workshop.house.engine, job_id(workshop.house.engine, language="ca"))["state"] == "queued"
