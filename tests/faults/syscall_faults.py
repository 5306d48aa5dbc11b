"""Errors of the disk as a program sees them: strace makes a running process's system calls fail."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.consent.ledger.waiting import until


@contextmanager
def failing_flushes(*pids: int) -> Iterator[None]:
    """Make every fsync and fdatasync of processes fail with EIO."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")
    calls = "fsync,fdatasync"
    command = [
        "strace",
        "-f",
        *(f"--attach={pid}" for pid in pids),
        "-e",
        f"trace={calls}",
        "-e",
        f"inject={calls}:error=EIO",
    ]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    told = tracer.stderr.readline()
    if "attached" not in told:
        tracer.wait()
        tracer.stderr.close()
        pytest.skip(f"processes cannot be traced here: {told.strip()}")
    # its pipe must not fill up, and its last words are of no interest
    drainer = subprocess.Popen(["cat"], stdin=tracer.stderr, stdout=subprocess.DEVNULL)
    tracer.stderr.close()
    try:
        until(lambda: all(map(_traced, pids)))
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
        drainer.wait()


def _traced(pid: int) -> bool:
    with open(f"/proc/{pid}/status") as status:
        return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in status)
