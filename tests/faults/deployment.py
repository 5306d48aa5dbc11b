"""The consent service and its drain as processes of their own, on a Redis and a database that are given to them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from redis import Redis

from chassis import sql
from chassis.authorities import trusted
from chassis.errors import Unavailable
from chassis.migrations import upgrade
from consent import notices, signs, sites
from consent.keys import Keys
from consent.ledger import entries
from consent.ledger.stream import Stream
from consent.store.ledger import Ledger
from consent.store.notices import Notices
from consent.store.sites import Sites
from tests.consent.factories import document
from tests.consent.ledger.conftest import choice
from tests.consent.ledger.waiting import until
from tests.servers.ports import free_port
from tests.servers.redis_server import RedisServer

ORIGIN = "test.example/log"
ROOT = Path(__file__).parents[2]


class Deployment:
    """One newsroom's consent; each part starts and ends by itself."""

    def __init__(self, directory: Path, database_url: str, redis: RedisServer | None = None) -> None:
        """Start Redis, where none is given, and prepare the rest."""
        self.directory = directory
        self.redis = redis or RedisServer(directory / "redis").start()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            "REDIS_URL": self.redis.url,
            "CONSENT_DATABASE_URL": database_url,
            "CONSENT_PUBLIC_URL": self.url,
            "KEYS_DIR": str(directory / "keys"),
            "LOG_ORIGIN": ORIGIN,
            "LIMIT_CHOICES": "none",
        }
        upgrade("consent", database_url)
        self.keys = Keys.create(directory / "keys", ORIGIN)
        self.engine = sql.connect(database_url)
        self.ledger = Ledger(self.engine, ORIGIN)
        Sites(self.engine).put(sites.make("newsroom", [self.url]), 0)
        Notices(self.engine).publish(notices.of(document()), 0)
        self._notes = directory / "notes.jsonl"
        self._display: str | None = None
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def move_to(self, database_url: str) -> None:
        """Let what is started from now on use another database, which need not be there yet."""
        self.environ["CONSENT_DATABASE_URL"] = database_url
        self.engine.dispose()
        self.engine = sql.connect(database_url)
        self.ledger = Ledger(self.engine, ORIGIN)

    def client(self) -> "Redis":
        """Connect to its Redis; to be closed by the caller."""
        return Redis.from_url(self.redis.url, socket_timeout=5)

    def start_service(self, environ: Mapping[str, str] | None = None) -> "Deployment":
        granian = str(Path(sys.executable).with_name("granian"))
        self._start(
            "service", [granian, "--interface", "wsgi", "--factory", "--no-ws", "--blocking-threads", "16",
                        "--host", "127.0.0.1", "--port", str(self.port), "consent.app:create_app"], environ,
        )  # fmt: skip
        until(self._listens)
        return self

    def start_drain(self, name: str = "drain", environ: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a drain; the first one makes the stream."""
        process = self._start(name, [sys.executable, "-m", "worker", "drain"], environ)
        until(self.has_stream)
        return process

    def start_hooked(self, name: str, at: str, when: str, signal: str) -> subprocess.Popen[bytes]:
        """Start a drain that sends itself a signal at a call of one function (`hooked_drain`)."""
        environ = {"HOOK": json.dumps({"at": at, "when": when, "signal": signal}), "NOTES": str(self._notes)}
        return self._start(name, [sys.executable, "-m", "tests.faults.hooked_drain"], environ)

    def notes(self) -> set[str]:
        """Return every note that a hooked drain has signed, and what the ledger and Redis hold for the newest."""
        written = self._notes.read_text().splitlines() if self._notes.exists() else []
        with self.client() as redis:
            held = self.ledger.checkpoint(), signs.checkpoint(redis)
        return {*map(json.loads, written), *(note for note in held if note)}

    def append(self, count: int, subject: str | None = None) -> list[str]:
        """Append choices of one reader past the service, one behind the other; returns their records."""
        person, context = {"subject": subject or str(uuid.uuid4()), "account": None}, {"page": "/en/a"}
        made = [
            entries.make("newsroom", str(uuid.uuid4()), choice(), person, context, self.keys.secrets())
            for _ in range(count)
        ]
        with self.client() as redis:
            stream = Stream(redis)
            for entry in made:
                stream.append(entry)
        return [entry.record_id for entry in made]

    def _start(
        self, name: str, command: list[str], environ: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        with self.log_of(name).open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **self.environ, **(environ or {})},
                stdout=log, stderr=log, process_group=0,
            )  # fmt: skip
        self._running[name] = process
        return process

    def log_of(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def kill(self, name: str) -> None:
        """End a part with no warning, with the processes that it has."""
        process = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if name == "service":
            until(lambda: not self._listens())

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def stop(self) -> None:
        for name in list(self._running):
            self.kill(name)
        self.engine.dispose()
        if self.redis.process and self.redis.process.poll() is None:
            self.redis.kill()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def has_stream(self) -> bool:
        with self.client() as redis:
            try:
                return Stream(redis).state() is not None
            except Unavailable:
                return False

    def choice(self, action: str = "agree") -> dict[str, Any]:
        """Make the body of a choice."""
        if self._display is None:
            self._display = httpx.get(f"{self.url}/v1/sites/newsroom/notice", verify=trusted()).json()["display"]
        return {"site": "newsroom", "event_id": str(uuid.uuid4()), "action": action, "display": self._display}

    def reload(self) -> None:
        """Forget the page that was shown, as a reader who loads it anew."""
        self._display = None

    def send(self, body: dict[str, Any], timeout_s: float = 20.0) -> httpx.Response:
        """Send a choice as a browser would."""
        return httpx.post(
            f"{self.url}/v1/consents", json=body, headers={"Origin": self.url}, timeout=timeout_s, verify=trusted()
        )

    def choose(self) -> str:
        """Make a choice that must be taken; return its record."""
        answer = self.send(self.choice())
        assert answer.status_code == 201, answer.text
        return str(answer.json()["record"])

    def send_until_taken(self, body: dict[str, Any]) -> str:
        """Send a choice as long as it is refused; return its record."""
        answers: list[httpx.Response] = []

        def taken() -> bool:
            answers.append(self.send(body))
            return answers[-1].status_code == 201

        until(taken)
        return str(answers[-1].json()["record"])

    def ready(self) -> dict[str, str]:
        """Return what `/readyz` says is wrong."""
        checks = httpx.get(f"{self.url}/readyz", timeout=20, verify=trusted()).json()["checks"]
        return {name: told for name, told in checks.items() if told != "ok"}
