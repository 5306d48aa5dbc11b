"""The engine of one language pair, over processes that stay."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import langcodes

from worker.engines.apertium.addresses import addresses
from worker.engines.apertium.amounts import amounts
from worker.engines.apertium.dates import dates
from worker.engines.apertium.dictionary import Word, words
from worker.engines.apertium.english import reworded
from worker.engines.apertium.headlines import in_sentence_case, in_title_case
from worker.engines.apertium.numerals import localised
from worker.engines.apertium.people import people
from worker.engines.apertium.pipe import MOST_BYTES, ApertiumPipe, PipeBroken
from worker.engines.apertium.stand_in import StandIn, without_overlaps
from worker.engines.apertium.stream import Lost, from_stream, nothing, to_stream
from worker.engines.protocol import EngineError, Limits
from worker.engines.segment import Piece, Segment

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

_TIMEOUT_S = 10.0
_RECYCLED_AFTER = 2000
"""Units: the stages' memory doubles over some ten thousand words."""
_REST_S = 5.0
"""What kills a stage twice, want of memory mostly, may pass."""
_REPAIRED = {"#milió": "milions"}
"""Words that a pair fails to inflect, as the stream shows them."""


class Apertium:
    """One language pair. Its processes start with the first segment, once per process of ours, and end with it."""

    name = "Apertium"
    machine_translation = True
    limits = Limits(max_items=16, max_units=MOST_BYTES // 2)

    def __init__(self, mode: Path, version: str) -> None:
        self.version = version
        self._mode = mode
        self._source, self._target = PAIRS[mode.stem]
        self._pipes: dict[str, ApertiumPipe] = {}
        self._owner = 0
        self._lock = threading.Lock()

    def supports(self, source: str, target: str) -> bool:
        """Say whether the two languages, whatever their regions, are its pair."""
        return (_language(source), _language(target)) == (self._source, self._target) and not _is_pseudo(target)

    def translate(self, segments: Sequence[Segment], source: str, target: str, trace: str) -> list[Segment]:
        """Translate one by one through the standing processes."""
        return [self._cased(segment) for segment in segments]

    @property
    def pids(self) -> list[int]:
        """Process ids of the stages that stand, first to last."""
        return [pid for pipe in self._pipes.values() for pid in pipe.pids]

    def close(self) -> None:
        """End the processes; the next segment starts them again."""
        pipes, self._pipes = self._pipes, {}
        if self._owner == os.getpid():
            for pipe in pipes.values():
                pipe.close()

    def _cased(self, segment: Segment) -> Segment:
        """Translate; headlines in capitals or title case first take the case of sentences, for the rules go by it."""
        text = segment.text
        if text.isupper() and len(text.split()) > 1:
            return _each(self._translate(_each(segment, str.lower)), str.upper)
        if self._source == "en" and in_title_case(text):
            segment = _rewritten(segment, in_sentence_case(text, self._words(text)))
        return self._translate(segment)

    def _translate(self, segment: Segment) -> Segment:
        """Translate one; a segment that comes back in no way is empty, for the checks to see."""
        pieces: Sequence[Piece] = reworded(segment.pieces) if self._source == "en" else segment.pieces
        for find in (self._found, nothing):  # a stand-in may meet a rule that drops or doubles it
            try:
                sent = to_stream(pieces, find)
                answer = self._ask("translate", sent.unit)
                for damaged, repaired in _REPAIRED.items():
                    answer = answer.replace(damaged, repaired)
                return localised(from_stream(answer, sent, segment), segment, self._source, self._target)
            except Lost:
                continue
        return replace(segment, pieces=())

    def _found(self, text: str) -> list[StandIn]:
        found = list(addresses(text))
        if self._source == "en":
            found += [*dates(text, self._target), *amounts(text, self._target)]
        return without_overlaps([*found, *people(text, self._words(text))])

    def _words(self, text: str) -> list[Word]:
        return list(words(text, self._ask("analyse", to_stream([Piece(text)], nothing).unit)))

    def _ask(self, what: str, unit: str) -> str:
        if len(unit.encode()) > MOST_BYTES - 100:
            raise EngineError("next", "too-long", f"{len(unit)} characters in one sentence")
        ended = unit.rstrip("\"'”’»)] ")[-1:] in tuple(".!?…:;")
        unit = unit if ended else f"{unit} ."  # the rules look for the end of a sentence
        with self._lock:
            answer = self._asked_twice(what, unit)
        return answer if ended else answer.rstrip().removesuffix(".").rstrip()

    def _asked_twice(self, what: str, unit: str) -> str:
        """Ask, and once more in new processes: the fault may have been the old ones'."""
        for _ in range(2):
            try:
                return self._standing(what).ask(unit, _TIMEOUT_S)
            except PipeBroken as error:
                broken = error
                self.close()
        try:
            self._standing(what).ask("1.", _TIMEOUT_S)
        except PipeBroken:
            self.close()
            raise EngineError("retry", "pipe-broken", str(broken), _REST_S) from broken
        raise Lost("this text breaks the pipe, others do not")

    def _standing(self, what: str) -> ApertiumPipe:
        """Return the processes of this process; those that came through a fork are its parent's and are left alone."""
        pipe = self._pipes.get(what)
        if self._pipes and (self._owner != os.getpid() or (pipe and pipe.asked >= _RECYCLED_AFTER)):
            self.close()
        self._owner = os.getpid()
        if what not in self._pipes:
            # the first stage alone is the dictionary: it says what each word may be
            self._pipes[what] = ApertiumPipe(self._mode, stages=1 if what == "analyse" else None)
        return self._pipes[what]


def installed(modes: Path = MODES) -> list[Apertium]:
    """Return an engine for each known pair that this machine has."""
    if not shutil.which("apertium-wblank-mode"):
        return []
    return [Apertium(path, _version(pair)) for pair in PAIRS if (path := modes / f"{pair}.mode").is_file()]


def _each(segment: Segment, change: Callable[[str], str]) -> Segment:
    return segment.with_pieces(
        piece if piece.kept else replace(piece, text=change(piece.text)) for piece in segment.pieces
    )


def _rewritten(segment: Segment, text: str) -> Segment:
    """Give a segment another text of the same length, to each piece its part."""
    parts = iter(text)
    return segment.with_pieces(replace(piece, text="".join(islice(parts, len(piece.text)))) for piece in segment.pieces)


def _language(tag: str) -> str:
    return langcodes.get(tag).language or tag


def _is_pseudo(tag: str) -> bool:
    return langcodes.get(tag).territory in ("XA", "XB")


def _version(pair: str) -> str:
    """Ask the package manager, if there is one, which data this is; both directions of a pair come in one package."""
    for package in (f"apertium-{pair}", f"apertium-{'-'.join(reversed(pair.split('-')))}"):
        if not shutil.which("dpkg-query"):
            break
        asked = subprocess.run(
            ["dpkg-query", "--show", "--showformat=${Version}", package], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0 and asked.stdout:
            return f"{package} {asked.stdout.partition('-')[0]}"
    return f"apertium-{pair}"
