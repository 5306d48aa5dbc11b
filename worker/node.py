"""One Celery node: its queues, its logs, its signs of life, and how it ends."""

import logging
import os
import signal
import socket
import threading

import structlog
from celery import Celery, Task, signals

from chassis import logs
from publisher import messages
from worker.nodes import CLOCK, NODES
from worker.workshop import Workshop

# A line for each message sent, taken and acknowledged says nothing that ours do not.
CHATTY = ("celery.worker.strategy", "celery.app.trace", "celery.beat")

log = logging.getLogger(__name__)


def run(app: Celery, workshop: Workshop) -> int:
    """Take messages from the queues of the workshop's node until SIGTERM. Returns the exit code.

    SIGTERM lets running tasks end: short ones are done in a moment, a translation gives its job back between batches.
    """
    settings = workshop.settings
    _stop_with_parent()
    log_tasks(settings.log_level, workshop.node)
    signals.task_postrun.connect(lambda **_: workshop.moved_on(), weak=False)
    signals.worker_shutting_down.connect(lambda **_: workshop.stopping.set(), weak=False)
    worker = app.Worker(
        hostname=f"{workshop.node}@{socket.gethostname()}",
        queues=list(NODES[workshop.node]),
        concurrency=settings.worker_processes,
        loglevel=settings.log_level.upper(),
        quiet=True,
        # nodes have nothing to tell each other: SQL knows who works on what
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def log_tasks(level: str, name: str) -> None:
    """Log as JSON, each line of a task with its id, and each end of one."""

    def set_up_logs(**_: object) -> None:  # being there keeps Celery's own log set-up away
        logs.log_as_json(level, "worker")
        for chatty in CHATTY:
            logging.getLogger(chatty).setLevel(logging.WARNING)

    def begin(task_id: str, task: Task, **_: object) -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(service="worker", node=name, task=task.name, request_id=task_id)

    def end(task: Task, args: object, state: str, **_: object) -> None:
        if messages.QUEUES[task.name] != CLOCK:  # the clock ticks all day; its failures are logged by Celery
            log.info("task ended", extra={"arguments": args, "state": state})

    signals.setup_logging.connect(set_up_logs, weak=False)
    signals.task_prerun.connect(begin, weak=False)
    signals.task_postrun.connect(end, weak=False)


def _stop_with_parent() -> None:
    """End this node when the pipe from its parent closes, as it does however the parent dies."""

    def watch() -> None:
        while os.read(0, 1):  # not sys.stdin, whose lock every forked child would inherit
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
