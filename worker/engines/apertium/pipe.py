"""An Apertium mode as processes that stay: text and NUL in, translation and NUL out.

A pipe may have lost a stage or still hold another text, so each unit carries a nonce that must come back.
"""

import os
import secrets
import select
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 16_000
"""Of one unit: well under a pipe's buffer, so that writing never waits for reading."""


class PipeBroken(Exception):
    """A stage died, hung or answered another question; the pipe must be closed."""


class ApertiumPipe:
    """The stages of one mode, or its first few, null-flushed, in a process group of their own. Not thread-safe."""

    def __init__(self, mode: Path, stages: int | None = None) -> None:
        self.asked = 0
        self._stages: list[subprocess.Popen[bytes]] = []
        try:
            for command in _commands(mode)[:stages]:
                self._start(command)
        except OSError as error:
            self.close()
            raise PipeBroken(f"cannot start {mode.stem}: {error}") from error

    @property
    def pids(self) -> list[int]:
        """Process ids of the stages, first to last."""
        return [stage.pid for stage in self._stages]

    def ask(self, unit: str, timeout_s: float) -> str:
        """Send one unit of the stream format and return its translation; after PipeBroken it is of no more use."""
        self.asked += 1
        tail = f"[][N:{secrets.token_hex(8)}]"
        data = f"{unit}{tail}".encode()
        if len(data) > MOST_BYTES or b"\0" in data:
            raise ValueError(f"expected at most {MOST_BYTES} bytes and no NUL, got {len(data)} bytes")
        try:
            os.write(self._stages[0].stdin.fileno(), data + b"\0")  # type: ignore[union-attr]
            answer = self._read(time.monotonic() + timeout_s)
        except OSError as error:
            raise PipeBroken(str(error)) from error
        if not answer.endswith(tail):
            raise PipeBroken("the answer is not to what was asked")
        return answer.removesuffix(tail)

    def close(self) -> None:
        """End every stage and reap it."""
        for stage in self._stages[:1]:
            with suppress(ProcessLookupError):  # the whole group may be gone already
                os.killpg(stage.pid, signal.SIGKILL)
        for stage in self._stages:
            stage.wait()
            for stream in (stage.stdin, stage.stdout):
                if stream:
                    stream.close()
        self._stages = []

    def _start(self, command: list[str]) -> None:
        before = self._stages[-1] if self._stages else None
        stage = subprocess.Popen(
            command,
            stdin=before.stdout if before else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=self._stages[0].pid if before else 0,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
        )
        if before and before.stdout:
            before.stdout.close()  # the stage has its own copy; ours would hide its death
        self._stages.append(stage)

    def _read(self, deadline: float) -> str:
        stream = self._stages[-1].stdout.fileno()  # type: ignore[union-attr]
        answer = b""
        while not answer.endswith(b"\0"):
            if not select.select([stream], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise PipeBroken("no answer in time")
            part = os.read(stream, 65536)
            if not part:
                raise PipeBroken("a stage has ended")
            answer += part
        return answer[:-1].decode("utf-8", "replace")


def _commands(mode: Path) -> list[list[str]]:
    """Read a mode as stages that flush at NUL and carry word-bound blanks."""
    written = subprocess.run(
        ["apertium-wblank-mode", "-z", str(mode)], capture_output=True, text=True, check=False, timeout=10
    ).stdout.strip()
    if not written:
        raise PipeBroken(f"{mode} is not a mode that apertium-wblank-mode reads")
    # -g: unknown words are marked, which tells how much of a text the engine knew
    return [shlex.split(stage.replace("$1", "-g").replace("$2", "")) for stage in written.split("|")]
