"""A node is ill when its queue has messages and nothing has moved for a while."""

import os
import time
from pathlib import Path

from redis import Redis

from worker import signs

QUEUES = ("clock", "render")


def test_an_idle_node_is_well_even_if_it_never_did_anything(tmp_path: Path, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        assert signs.fault(tmp_path, "press", QUEUES, redis) is None


def test_a_node_that_moves_is_well_however_long_its_queue(tmp_path: Path, redis_url: str) -> None:
    signs.touch(tmp_path / "made", "press")
    with Redis.from_url(redis_url) as redis:
        redis.rpush("render", *range(1000))
        assert signs.fault(tmp_path / "made", "press", QUEUES, redis) is None


def test_a_node_that_leaves_its_queue_lying_is_ill(tmp_path: Path, redis_url: str) -> None:
    signs.touch(tmp_path, "press")
    long_ago = time.time() - signs.QUIET_S - 5
    os.utime(tmp_path / "press.alive", (long_ago, long_ago))
    with Redis.from_url(redis_url) as redis:
        assert signs.fault(tmp_path, "press", QUEUES, redis) is None
        redis.rpush("clock", "a message")
        fault = signs.fault(tmp_path, "press", QUEUES, redis)
        never = signs.fault(tmp_path, "translate", ("clock",), redis)
    assert fault and "1 messages wait" in fault
    assert never and "never finished one" in never
