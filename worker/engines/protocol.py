"""What every translation engine offers, and the one error it may raise."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from worker.engines.segment import Segment

Action = Literal["retry", "split", "next", "closed"]


class Limits(NamedTuple):
    """Most that one call takes: segments, and UTF-16 code units of their markup."""

    max_items: int
    max_units: int


class EngineError(Exception):
    """Says what to do: wait and retry, split the batch, try the next engine, or leave this one closed."""

    def __init__(self, action: Action, code: str, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.action, self.code, self.retry_after_s = action, code, retry_after_s


class Engine(Protocol):
    """``name`` and ``version`` are shown to readers; only a ``machine_translation`` is labelled one."""

    name: str
    version: str
    machine_translation: bool
    limits: Limits

    def supports(self, source: str, target: str) -> bool: ...  # noqa: D102

    def translate(self, segments: Sequence[Segment], source: str, target: str, trace: str) -> list[Segment]:
        """Translate all, in the same length and order, or raise EngineError; ``trace`` is a UUID for support cases."""
