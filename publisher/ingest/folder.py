"""A folder that others put files into: each is taken once it is complete, and then lies in ``done`` or ``failed``.

A file is complete when neither its size nor its time has changed for a while. It is claimed by a rename into
``.taking``; what lies there when the watch begins was being taken when it was killed, and is taken again, which an
item's uri and version make harmless. A lock keeps a second watch out.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from chassis.errors import Problem, Unavailable
from publisher.ingest.files import PICTURES, pictures_of
from publisher.ingest.taking import Outcome

TAKING, DONE, FAILED = ".taking", "done", "failed"
SETTLE_S = 2.0
RETRY_S = 10.0
UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload", "~")
"""Ends of the names under which programs write what is not whole yet."""

Take = Callable[[Path], list[Outcome]]


class Busy(Exception):
    """Somebody else watches the folder."""


class Taken(NamedTuple):
    """A file that was dealt with: where it lies now, and what to say of it in a line."""

    path: Path
    failed: bool
    line: str


class Folder:
    """Watches one folder; ``take`` takes a file's items in."""

    def __init__(self, directory: Path, take: Take, settle_s: float = SETTLE_S) -> None:
        self._directory = directory
        self._take = take
        self._settle_s = settle_s
        self._seen: dict[Path, tuple[tuple[int, int], float]] = {}
        self._wait_until = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from watching; raise Busy where one does."""
        for name in (TAKING, DONE, FAILED):
            (self._directory / name).mkdir(parents=True, exist_ok=True)
        with open(self._directory / TAKING / ".lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Busy(str(self._directory)) from None
            yield

    def look(self) -> Iterator[Taken]:
        """Take what is complete, and what was left behind, each file by itself."""
        if time.monotonic() < self._wait_until:
            return
        for path in sorted(_files(self._directory / TAKING)):
            if path.suffix.lower() not in PICTURES and not path.name.startswith("."):
                yield from self._deal_with(path)
        for path in self._complete():
            claimed = self._claim(path)
            if claimed is not None:
                yield from self._deal_with(claimed)

    def _complete(self) -> list[Path]:
        now = time.monotonic()
        there = {}
        for path in _files(self._directory):
            if path.name.startswith(".") or path.name.endswith(UNFINISHED):
                continue
            try:
                found = path.stat()
            except OSError:
                continue  # gone meanwhile
            shape = (found.st_size, found.st_mtime_ns)
            known = self._seen.get(path)
            there[path] = known if known and known[0] == shape else (shape, now)
        self._seen = there
        settled = {path for path, (_, since) in there.items() if now - since >= self._settle_s}
        texts = sorted(path for path in settled if path.suffix.lower() not in PICTURES)
        # a text waits for the pictures that are still being written beside it
        return [path for path in texts if all(each in settled for each in pictures_of(path) if each in there)]

    def _claim(self, path: Path) -> Path | None:
        """Move a file with its pictures to where it is taken; None when it is gone."""
        taking = self._directory / TAKING
        try:
            for each in pictures_of(path):
                os.replace(each, taking / each.name)
            os.replace(path, taking / path.name)
        except FileNotFoundError:
            return None
        return taking / path.name

    def _deal_with(self, path: Path) -> Iterator[Taken]:
        try:
            outcomes = self._take(path)
        except Unavailable as problem:
            # it stays where it is and is taken when what is away is back
            self._wait_until = time.monotonic() + RETRY_S
            yield Taken(path, True, f"{path.name}: waits: {problem.detail}")
            return
        except Problem as problem:
            yield self._failed(path, [problem.detail])
            return
        reasons = [f"{each.uri}: {each.problem.detail}" for each in outcomes if each.problem is not None]
        if reasons:
            yield self._failed(path, reasons, told(outcomes) if len(outcomes) > 1 else "")
        else:
            yield Taken(self._put(path, DONE), False, f"{path.name}: {told(outcomes)}")

    def _failed(self, path: Path, reasons: list[str], taken: str = "") -> Taken:
        lies = self._put(path, FAILED)
        text = "\n".join([*([taken] if taken else []), *reasons])
        lies.with_name(f"{lies.name}.reason").write_text(f"{text}\n", encoding="utf-8")
        line = " ".join(reasons[0].split()) + (f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else "")
        return Taken(lies, True, f"{path.name}: {f'{taken}: ' if taken else ''}{line}")

    def _put(self, path: Path, name: str) -> Path:
        """Move a file with its pictures to where it stays, beside others of its name."""
        lies = _free(self._directory / name / path.name)
        for each in pictures_of(path):
            os.replace(each, _free(lies.parent / each.name))
        os.replace(path, lies)
        return lies


def told(outcomes: list[Outcome]) -> str:
    """Say in a few words what became of a file's items."""
    if len(outcomes) == 1:
        [one] = outcomes
        made = one.revision
        return f"{one.outcome} {made.article_id} revision {made.number}" if made else one.outcome
    counts = {outcome: sum(each.outcome == outcome for each in outcomes) for outcome in dict.fromkeys(_names(outcomes))}
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no items"


def _names(outcomes: list[Outcome]) -> list[str]:
    return [each.outcome for each in outcomes]


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.iterdir() if path.is_file()]


def _free(path: Path) -> Path:
    """The path, or one with a number where something lies there already."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}~{number}{path.suffix}")
    return free
