"""Start processes, start them again when they crash, and stop them in order.

Every process leads a session of its own: Ctrl-C reaches this one only, and what a killed leader leaves behind is
found by its group.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dev.failure import StartFailure

STOP_TIMEOUT_S = 30
SETTLED_S = 10  # a process that ran this long had come up: its crash is not a failure to start
CRASHES = 5
PR_SET_PDEATHSIG = 1


class Child:
    """One process and how to start it again. Its output goes to `log`."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._environ = dict(environ)
        self.crashes = 0
        self.start()

    def start(self) -> None:
        """Start it, once more where it has run before."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        self.started_at = time.monotonic()

    def ended(self) -> str | None:
        """Say how it ended, or None while it runs."""
        code = self.process.poll()
        if code is None:
            return None
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def terminate(self) -> None:
        """Ask it to stop."""
        if self.process.poll() is None:
            self.process.terminate()

    def bury(self, timeout_s: float) -> None:
        """Wait for its end, force it after the timeout, and end what is left of its group."""
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def last_words(self) -> str:
        """Return the last line of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


class Processes:
    """The processes of one run, in the order of their start.

    Args:
        environ: their environment.
        logs: the directory of their logs; a log of the run before is kept beside it.
        say: where news for the developer goes.
    """

    def __init__(self, environ: Mapping[str, str], logs: Path, say: Callable[[str], object] = print) -> None:
        self._environ = environ
        self._logs = logs
        self._say = say
        self._children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str]) -> Child:
        """Start one more."""
        log = self._logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.before"))
        child = Child(name, command, self._environ, log)
        self._children.append(child)
        return child

    def wait_for(self, child: Child, ready: Callable[[], bool], timeout_s: float = 60) -> None:
        """Wait until `ready` says yes.

        Raises:
            StartFailure: the process ended before, or time ran out.
        """
        deadline = time.monotonic() + timeout_s
        while not ready():
            ended = child.ended()
            if ended or time.monotonic() > deadline:
                why = ended or f"not ready after {timeout_s:.0f} s"
                raise StartFailure(f"{child.name} did not start ({why}): {child.last_words()} ({child.log})")
            time.sleep(0.05)

    def look_after(self) -> None:
        """Start every process that ended once more.

        Raises:
            StartFailure: one does not stay up.
        """
        for child in self._children:
            ended = child.ended()
            if ended is None:
                continue
            child.bury(0)  # a leader killed by force leaves its workers on the port
            child.crashes = child.crashes + 1 if time.monotonic() - child.started_at < SETTLED_S else 1
            if child.crashes >= CRASHES:
                raise StartFailure(f"{child.name} does not stay up ({ended}): {child.last_words()} ({child.log})")
            self._say(f"{child.name} ended ({ended}): started again.")
            time.sleep(0.2 * (child.crashes - 1))
            child.start()

    def stop(self) -> None:
        """Stop all at once except the first, which the others need to stop well; then the first."""
        for wave in (self._children[1:], self._children[:1]):
            for child in wave:
                child.terminate()
            deadline = time.monotonic() + STOP_TIMEOUT_S
            for child in wave:
                child.bury(max(0.0, deadline - time.monotonic()))


def _end_with_parent() -> None:
    # Should this process be killed by force, nothing that it started keeps the ports and files.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
