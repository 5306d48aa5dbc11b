"""One `make run` a checkout: two would write to the same files."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.failure import StartFailure


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold the lock file while the block runs; it names the process that holds it.

    Raises:
        StartFailure: another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StartFailure(f"already running in this checkout, as process {file.read().strip() or '?'}") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
