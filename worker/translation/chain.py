"""The engines in the order they are asked, with a breaker on each, so that a dead one does not delay every article."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from worker.engines.protocol import Engine, EngineError

_FAILURES = 3
_REST_S = 120.0
_CLOSED_S = 900.0
"""How long a closed engine is left alone when it does not say: keys and quotas are mended by people."""


@dataclass
class _State:
    failures: int = 0
    closed_until: float = 0.0


class Chain:
    """Engines in order of preference; each process has its own view of which of them are well."""

    def __init__(self, engines: Sequence[Engine], clock: Callable[[], float] = time.monotonic) -> None:
        self._engines = tuple(engines)
        self._states = [_State() for _ in engines]
        self._clock = clock

    def supports(self, source: str, target: str) -> bool:
        """Say whether any engine has the pair, well or not."""
        return any(engine.supports(source, target) for engine in self._engines)

    def policy(self, source: str, target: str) -> str:
        """Name the engines, with versions, that a translation of this pair stands for; part of a segment's hash."""
        able = (engine for engine in self._engines if engine.supports(source, target))
        return " > ".join(f"{engine.name} {engine.version}" for engine in able)

    def open_engines(self, source: str, target: str) -> list[Engine]:
        """Return the engines for a pair that are not resting, the preferred first."""
        now = self._clock()
        return [
            engine
            for engine, state in zip(self._engines, self._states, strict=True)
            if engine.supports(source, target) and state.closed_until <= now
        ]

    def succeeded(self, engine: Engine) -> None:
        """Forget an engine's failures."""
        self._state(engine).failures = 0

    def failed(self, engine: Engine, error: EngineError) -> None:
        """Note a failure: a closed engine rests at once, others after several in a row; a refusal is no failure."""
        state = self._state(engine)
        if error.action == "closed":
            state.closed_until = self._clock() + (error.retry_after_s or _CLOSED_S)
        elif not error.code.startswith("4"):
            state.failures += 1
            if state.failures >= _FAILURES:
                state.failures, state.closed_until = 0, self._clock() + _REST_S

    def _state(self, engine: Engine) -> _State:
        return self._states[self._engines.index(engine)]
