"""Send Celery messages by task name; whoever sends does not import the worker."""

from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from chassis.errors import Unavailable


class TaskQueue:
    """A producer on the broker's Redis.

    Args:
        broker_url: `redis://…`; connected at the first message.
    """

    def __init__(self, broker_url: str) -> None:
        self._celery = Celery(broker=broker_url, set_as_current=False)
        self._celery.conf.update(
            task_ignore_result=True,
            broker_transport_options={
                "socket_timeout": 2,
                "socket_connect_timeout": 2,
                # kombu would try again for six seconds before it says that the broker is away
                "max_retries": 1,
                "interval_start": 0,
                "interval_step": 0,
            },
        )

    def send(self, task: str, args: list[Any], queue: str, expires_s: float | None = None) -> None:
        """Send one message; it is not tried again here, the outbox is.

        Raises:
            Unavailable: the broker is away.
        """
        try:
            self._celery.send_task(task, args=args, queue=queue, expires=expires_s, retry=False)
        except OperationalError as error:
            raise Unavailable("the broker is away", retry_after_s=5) from error
