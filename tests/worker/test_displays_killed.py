"""Drains that die and compete while displays are counted: every display arrives in SQL, once."""

import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, func, select

from chassis import sql
from consent.keys import Keys
from consent.served import COUNTS, Displays
from consent.statistics import Served
from consent.store.statistics_tables import served_count
from tests.servers.worker_node import wait_until
from worker.displays import BATCH

ONE = Served(date(2026, 11, 23), "newsroom", "n" * 64, "es", "FR", "script")
# Batches without a pause, so that a kill falls inside one more often.
PROGRAM = """
import os
from chassis.settings import read
from consent.settings import Settings
from worker import displays, drain
displays.EVERY_S, drain.HOUSEKEEPING_S, drain.BLOCK_MS = 0, 0.01, 10
drain.main(read(Settings, os.environ))
"""


@pytest.mark.slow
def test_killed_and_competing_drains_take_every_display_once(
    redis_url: str, consent_database: str, tmp_path: Path
) -> None:
    keys = Keys.create(tmp_path / "keys", "test.example/log")
    environment = {
        "REDIS_URL": redis_url,
        "CONSENT_DATABASE_URL": consent_database,
        "KEYS_DIR": str(keys.directory),
        "LOG_ORIGIN": "test.example/log",
    }
    engine = sql.connect(consent_database)
    done, counted = threading.Event(), []

    def produce() -> None:
        with Redis.from_url(redis_url) as redis:
            displays = Displays(redis)
            while not done.wait(0.002):
                displays.count(ONE)
                counted.append(1)

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "drains.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-c", PROGRAM], env=os.environ | environment, stderr=log)

    producer = threading.Thread(target=produce)
    producer.start()
    running = [start(), start()]
    try:
        for _ in range(4):
            taken = _taken(engine)
            wait_until(lambda taken=taken: _taken(engine) > taken, "a batch")
            running[0].kill()
            running.pop(0).wait()
            running.append(start())
        done.set()
        producer.join()
        with Redis.from_url(redis_url) as redis:
            wait_until(lambda: not redis.exists(COUNTS, BATCH), "the last batch")
    finally:
        done.set()
        producer.join()
        for process in running:
            process.terminate()
            process.wait()
    assert _taken(engine) == len(counted) > 0
    engine.dispose()


def _taken(engine: Engine) -> int:
    with sql.read(engine) as connection:
        return int(connection.execute(select(func.coalesce(func.sum(served_count.c.served), 0))).scalar_one())
