"""Send the outbox's messages: by the service right after a commit, by the worker's clock whatever was left over.

Sending twice is harmless: every task takes ids and may run twice.
"""

from typing import Any, Protocol

from sqlalchemy import Engine

from chassis.sql import read, write
from publisher import clock
from publisher.store import outbox

BATCH = 100


class Sender(Protocol):
    """What the outbox needs of ``chassis.queue.TaskQueue``."""

    def send(self, task: str, args: list[Any], queue: str, expires_s: float | None = None) -> None:
        """Send one message, or raise Unavailable."""


def relay(engine: Engine, sender: Sender) -> int:
    """Send what is unsent and return how much that was.

    Raises:
        Unavailable: the broker or the database is away; what was not sent stays in the outbox.
    """
    sent = 0
    while True:
        with read(engine) as connection:
            messages = outbox.unsent(connection, BATCH)
        if not messages:
            return sent
        done: list[int] = []
        try:
            for message in messages:
                sender.send(message.kind, message.args, message.queue)
                done.append(message.id)
        finally:
            if done:
                with write(engine) as connection:
                    outbox.mark_sent(connection, done, clock.now_ms())
        sent += len(done)
