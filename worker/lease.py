"""Keep a claimed job for as long as its worker lives, from a thread beside the work, and notice when it is lost."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from chassis.errors import Unavailable

log = logging.getLogger(__name__)


class Lost(Exception):
    """The job is no longer this worker's: superseded, ended, or taken over. What it has must not be written."""


class Lease:
    """Extends a lease while its `with` block runs.

    Args:
        extend: extends the lease once; False when it is lost.
        every_s: how often.
    """

    def __init__(self, extend: Callable[[], bool], every_s: float) -> None:
        self._extend = extend
        self._every_s = every_s
        self._over = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def __enter__(self) -> Self:
        """Begin to extend."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop extending."""
        self._over.set()
        self._thread.join()

    @property
    def lost(self) -> bool:
        """Whether the lease is lost, as far as this worker knows."""
        return self._lost.is_set()

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            try:
                if not self._extend():
                    self._lost.set()
                    return
            except Unavailable:  # not lost yet: the next beat may come in time, and a write checks the token anyway
                log.warning("the lease could not be extended")
