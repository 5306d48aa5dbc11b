"""Apertium, the offline engine: rule-based, installed with the machine, one object per language pair."""

import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import langcodes

from worker.engines.apertium_format import from_stream, to_stream
from worker.engines.apertium_pipe import MOST_BYTES, ApertiumPipe, PipeBroken
from worker.engines.english import PROTECTED, reworded
from worker.engines.numerals import localised
from worker.engines.protocol import EngineError, Limits
from worker.engines.segment import Segment

MODES = Path("/usr/share/apertium/modes")
PAIRS = {
    "eng-spa": ("en", "es"),
    "spa-eng": ("es", "en"),
    "eng-cat": ("en", "ca"),
    "cat-eng": ("ca", "en"),
    "en-gl": ("en", "gl"),
    "en-eo": ("en", "eo"),
}
"""Only these: others that install from English give uninflected lemmas."""

_TIMEOUT_S = 20.0
_RECYCLED_AFTER = 2000
"""Units: the stages' memory doubles over some ten thousand words."""


class Apertium:
    """One language pair. Its processes start with the first segment, once per process of ours, and end with it."""

    name = "Apertium"
    machine_translation = True
    limits = Limits(max_items=16, max_units=MOST_BYTES // 2)

    def __init__(self, mode: Path, version: str) -> None:
        self.version = version
        self._mode = mode
        self._pair = PAIRS[mode.stem]
        self._pipe: ApertiumPipe | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def supports(self, source: str, target: str) -> bool:
        """Say whether the two languages, whatever their regions, are its pair."""
        return (_language(source), _language(target)) == self._pair

    def translate(self, segments: Sequence[Segment], source: str, target: str, trace: str) -> list[Segment]:
        """Translate one by one through the standing pipe."""
        return [self._translate(segment) for segment in segments]

    def close(self) -> None:
        """End the processes; the next segment starts them again."""
        pipe, self._pipe = self._pipe, None
        if pipe and self._owner == os.getpid():
            pipe.close()

    def _translate(self, segment: Segment) -> Segment:
        source, target = self._pair
        pieces = reworded(segment.pieces) if source == "en" else segment.pieces
        sent = to_stream(pieces, PROTECTED)
        if len(sent.unit.encode()) > MOST_BYTES - 100:
            raise EngineError("next", "too-long", f"{len(sent.unit)} characters in one sentence")
        answer = self._ask(sent.unit)
        return localised(from_stream(answer, sent, segment), segment, source, target)

    def _ask(self, unit: str) -> str:
        ended = unit.rstrip("\"'”’»)] ")[-1:] in tuple(".!?…:;")
        unit = unit if ended else f"{unit}."  # the rules look for the end of a sentence
        with self._lock:
            try:
                answer = self._standing().ask(unit, _TIMEOUT_S)
            except PipeBroken:
                self.close()  # once more, in new processes: the fault may have been the old ones'
                try:
                    answer = self._standing().ask(unit, _TIMEOUT_S)
                except PipeBroken as error:
                    self.close()
                    raise EngineError("next", "pipe-broken", str(error)) from error
        return answer if ended else answer.rstrip().removesuffix(".")

    def _standing(self) -> ApertiumPipe:
        """Return the pipe of this process; one that came through a fork is its parent's and is left alone."""
        if self._pipe and (self._owner != os.getpid() or self._pipe.asked >= _RECYCLED_AFTER):
            self.close()
        if not self._pipe:
            self._pipe, self._owner = ApertiumPipe(self._mode), os.getpid()
        return self._pipe


def installed(modes: Path = MODES) -> list[Apertium]:
    """Return an engine for each known pair that this machine has."""
    if not shutil.which("apertium-wblank-mode"):
        return []
    return [Apertium(path, _version(pair)) for pair in PAIRS if (path := modes / f"{pair}.mode").is_file()]


def _language(tag: str) -> str:
    return langcodes.get(tag).language or tag


def _version(pair: str) -> str:
    """Ask the package manager, if there is one, which data this is."""
    package = f"apertium-{pair}"
    if not shutil.which("dpkg-query"):
        return package
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Version}", package], capture_output=True, text=True, check=False
    )
    return f"{package} {asked.stdout.partition('-')[0]}" if asked.returncode == 0 else package
