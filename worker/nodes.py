"""`worker run`: one Celery node for translations and one for short work, so that no clock waits behind a long article.

Each node is a process of its own (`worker.node`). When one ends the whole ends, for whatever supervises it to start
again.
"""

import signal
import subprocess
import sys
import threading
import time
from types import FrameType

from publisher import messages

CLOCK = messages.QUEUES[messages.RELAY]
NODES: dict[str, tuple[str, ...]] = {
    "translate": (messages.QUEUES[messages.TRANSLATE],),
    # the clock first: its tasks are the short ones; webhooks last: their receivers may be slow
    "press": (CLOCK, messages.QUEUES[messages.RENDER], messages.QUEUES[messages.DELIVER]),
}


def run_all() -> int:
    """Start every node and wait. Returns the exit code: 0 after SIGTERM or SIGINT, 1 when a node ended unasked."""
    stopping = threading.Event()
    nodes = [_start(name) for name in NODES]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()
        for node in nodes:
            node.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(node.poll() is None for node in nodes):
        time.sleep(0.2)
    for node in nodes:
        node.terminate()
    for node in nodes:
        node.wait()
    return 0 if stopping.is_set() else 1


def _start(name: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "worker", "node", name],
        stdin=subprocess.PIPE,  # never written to: it closes with this process, and the node sees that
        # A session of its own: Ctrl-C reaches the parent alone, which then stops its nodes with one signal each.
        start_new_session=True,
    )
