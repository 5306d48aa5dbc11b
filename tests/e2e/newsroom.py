"""The newsroom as `make run` brings it up, in a directory of its own, and its command lines."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from pathlib import Path
from typing import Any, TypeVar

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]
T = TypeVar("T")


class LiveNewsroom:
    """One run of `make run`, with a Redis of its own; `url` and `consent_url` are its addresses."""

    def __init__(self, directory: Path, environ: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        self._given = dict(environ or {})

    def start(self) -> "LiveNewsroom":
        own = {name: str(free_port()) for name in ("PUBLISHER_PORT", "CONSENT_PORT", "REDIS_PORT")}
        environ = {**os.environ, "REDIS_URL": "", **own, **self._given, "VAR_DIR": str(self.directory)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dev.run"],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            self._wait_until_up()
        except BaseException:
            self.process.kill()  # it would go on alone, and slow down what comes next
            raise
        settings = dict(re.findall(r"^export (\w+)=(.*)$", (self.directory / "environment").read_text(), re.M))
        self.environ = {**environ, **settings}
        self.url, self.consent_url = settings["PUBLISHER_PUBLIC_URL"], settings["CONSENT_PUBLIC_URL"]
        found = re.search(r"one-time token: (\S+)", self.said)
        assert found is not None
        self.console_token = found[1]
        return self

    def _wait_until_up(self) -> None:
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C stops" in line:
                return
        raise AssertionError(f"make run did not come up:\n{self.said}")

    def stop(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        self.said += self.process.communicate(timeout=60)[0]
        return self.process.returncode

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of the project's commands against it."""
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=60
        )

    def token(self, package: str, *scopes: str) -> str:
        words = [word for scope in scopes for word in ("--scope", scope)]
        done = self.run(package, "token", "create", "--label", "test", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def request(
        self, address: str, method: str = "GET", body: Any = None, **headers: str
    ) -> tuple[int, Message, bytes]:
        """Make one request with JSON or bytes; redirects are not followed."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kinds = {"Content-Type": "application/json"} if data is not None else {}
        fixed = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(address, data, {**kinds, **fixed}, method=method)
        try:
            with _opener.open(request, timeout=15) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()


class _Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Still)


def eventually(check: Callable[[], T | None], what: str, timeout_s: float = 30) -> T:
    """Ask until the answer is not None and not False; return it."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = check()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {timeout_s} s")
        time.sleep(0.05)
