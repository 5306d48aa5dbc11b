import json

import pytest
from redis import Redis

from chassis.errors import Unavailable
from chassis.queue import TaskQueue


def test_a_message_waits_in_its_queue(redis_url):
    TaskQueue(redis_url).send("worker.translate", ["job-1"], "translate")
    with Redis.from_url(redis_url) as redis:
        message = json.loads(redis.lindex("translate", 0))
    assert message["headers"]["task"] == "worker.translate"


def test_a_broker_that_is_away_is_unavailable(free_port):
    with pytest.raises(Unavailable):
        TaskQueue(f"redis://127.0.0.1:{free_port}/0").send("worker.translate", ["job-1"], "translate")
