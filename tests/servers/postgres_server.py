"""A real PostgreSQL cluster of its own, run as an unprivileged user where the tests run as root."""

import contextlib
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg

from tests.servers.ports import free_port, wait_for_port

# A test's data need not survive a power cut; everything else is as installed.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class PostgresServer:
    """One cluster; databases are made by the fixtures."""

    def __init__(self, directory: Path, options: str = FAST) -> None:
        self.directory = directory
        self.options = options
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def installed() -> bool:
        return _binaries() is not None

    def start(self) -> "PostgresServer":
        binaries = _binaries()
        assert binaries is not None
        self.directory.mkdir(parents=True, exist_ok=True)
        user: dict[str, int] = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.directory, account.pw_uid, account.pw_gid)
            user = {"user": account.pw_uid, "group": account.pw_gid}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        data = self.directory / "data"
        if not data.exists():
            self._init(binaries, data, quiet | user)
        where = ["-D", data, "-p", str(self.port), "-k", "", "-h", "127.0.0.1"]
        where += ["-c", "dynamic_shared_memory_type=mmap"]  # what a killed server leaves goes with its directory
        self.process = subprocess.Popen([binaries / "postgres", *where, *self.options.split()], **quiet, **user)
        wait_for_port(self.port)
        self._wait_until_ready()
        return self

    def _wait_until_ready(self) -> None:
        for _ in range(200):  # it listens a moment before it lets anybody in
            try:
                psycopg.connect(self.dsn, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise TimeoutError("PostgreSQL did not become ready")

    @staticmethod
    def _init(binaries: Path, data: Path, how: Any) -> None:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust",
             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, **how,
        )  # fmt: skip

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    @property
    def dsn(self) -> str:
        """The address of the cluster's own database, where others are made and dropped."""
        return self.url("postgres").replace("+psycopg", "")

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)  # at once; SIGTERM would wait for every client to leave
        self.process.wait()

    def kill(self) -> None:
        """End it as a crash would, with every process that it has."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()  # first, so that it starts nobody anew
        self.process.wait()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(children)
