"""A task queue that keeps what it is given."""

from typing import Any

from chassis.errors import Unavailable


class FakeSender:
    """Takes messages; after ``fail_after`` of them the broker is away."""

    def __init__(self, fail_after: int | None = None) -> None:
        self.sent: list[tuple[str, list[Any], str]] = []
        self._fail_after = fail_after

    def send(self, task: str, args: list[Any], queue: str, expires_s: float | None = None) -> None:
        """Keep one message."""
        if self._fail_after is not None and len(self.sent) >= self._fail_after:
            raise Unavailable("the broker is away")
        self.sent.append((task, args, queue))
