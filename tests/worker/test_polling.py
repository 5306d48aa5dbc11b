"""Feeds that are due, and no others, become tasks."""

from chassis.sql import read, write
from publisher import messages
from publisher.store import feeds
from worker import polling
from worker.workshop import Workshop, now_ms


def test_a_feed_that_is_due_is_polled_once_however_often_its_task_comes(workshop: Workshop) -> None:
    engine = workshop.house.engine
    with write(engine) as connection:
        feeds.add(connection, "http://127.0.0.1:9/feed", None, None, 600, now_ms())
        feeds.add(connection, "http://127.0.0.1:9/later", None, None, 600, now_ms() + 60_000)
    assert polling.send_due(workshop) == 1
    assert workshop.broker.llen(messages.QUEUES[messages.POLL]) == 1
    with read(engine) as connection:
        first, later = feeds.every(connection)
    polling.poll(workshop, first.id)
    polling.poll(workshop, first.id)
    polling.poll(workshop, later.id)
    with read(engine) as connection:
        polled, waiting = feeds.every(connection)
    assert (polled.failures, waiting.polled_ms) == (1, None) and "private address" in (polled.outcome or "")
    assert polling.send_due(workshop) == 0
