"""Waiting for what another process does."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], timeout_s: float = 60.0) -> None:
    """Return once `holds` does; fail when it never does."""
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
