"""Polling the feeds of others: a task for each that is due."""

from chassis.sql import read, write
from publisher import messages
from publisher.ingest import polling
from publisher.store import feeds
from worker.workshop import Workshop, now_ms

MOST_SENT = 50


def poll(workshop: Workshop, identifier: int) -> None:
    """Poll a feed, if it is due: a message may come late or twice."""
    with write(workshop.house.engine) as connection:
        feed = feeds.claim(connection, identifier, now_ms(), polling.LEASE_MS)
    if feed is not None:
        polling.poll(workshop.house, feed)


def send_due(workshop: Workshop) -> int:
    """Send a task for each feed that is due; returns how many."""
    with read(workshop.house.engine) as connection:
        due = feeds.due(connection, now_ms(), MOST_SENT)
    for identifier in due:
        workshop.house.queue.send(messages.POLL, [identifier], messages.QUEUES[messages.POLL])
    return len(due)
