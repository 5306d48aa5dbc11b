"""Making an export's bytes, from its start or from anywhere after it.

An export is the records below one tree size: the same bytes whenever they are made, until an erasure or a hold changes
what may be told. It is made in segments, a block of the log each; what was made once is known by size and hash, so that
a download that was cut goes on at the segment in which it was cut, and a changed byte is noticed.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from consent.exports.lines import Form, Line, Terms

HEAD, TAIL = 1 << 48, -1  # the blocks that head and tail count as


class Changed(Exception):
    """Records were erased or put under a hold since the export was asked for: its bytes are not what they were."""


class Segment(NamedTuple):
    """A piece of an export: the records of one block, newest first; `sha256` in hex, `note` for the form's tail."""

    block: int
    first_byte: int
    size_bytes: int
    records: int
    sha256: str
    note: str = ""


class Whole(NamedTuple):
    """All of an export; the hash is None where it was made in several goes."""

    records: int
    size_bytes: int
    sha256: str | None


class Walk(Protocol):
    """The records that an export holds (`consent.store.record_walk`)."""

    @property
    def terms(self) -> Mapping[int, Terms]:
        """Return the terms of what was yielded, by number."""

    def lines(self, below: int | None = None) -> Iterator[tuple[int, list[Line]]]:
        """Yield some records at a time and their block, beginning below a block."""

    def epoch(self) -> int:
        """Return the newest act that changed what records tell."""


class Making:
    """The making of one export."""

    def __init__(
        self,
        form: Form,
        walk: Walk,
        about: Mapping[str, Any],
        known: Sequence[Segment],
        keep: Callable[[int, Segment], None],
        finish: Callable[[Whole], None],
    ) -> None:
        """Prepare to make what `about`, the manifest's head, tells of.

        Args:
            form: how it is written.
            walk: its records.
            about: what the manifest tells; `epoch` is the newest change that it knows of.
            known: the segments made before, from the start without a gap.
            keep: is handed each segment that was not known, with its number.
            finish: is handed the whole once its end is known.
        """
        self._form = form
        self._walk = walk
        self._about = about
        self._known = list(known)
        self._keep = keep
        self._finish = finish
        self._note = ""

    def bytes_from(self, first: int) -> Iterator[bytes]:
        """Yield the bytes from `first` on.

        Raises:
            Changed: records were erased or held meanwhile; what was yielded before may be of an export that is no more.
        """
        ends = enumerate(each.first_byte + each.size_bytes for each in self._known)
        number = next((at for at, end in ends if end > first), len(self._known)) if first else 0
        yield from filter(None, self._run(number, first))

    def measure(self, until: Callable[[], bool]) -> None:
        """Make what is not known yet, for its size and hash only: a segment at least, and on until `until` says so."""
        before = len(self._known)
        for _ in self._run(before, 1 << 62):
            if len(self._known) > before and until():
                return

    def _run(self, number: int, first: int) -> Iterator[bytes]:
        """Make segments from that number on; yields empty bytes where what was made lies before `first`."""
        done = self._known[:number]
        offset = sum(each.size_bytes for each in done)
        whole = hashlib.sha256() if not done else None
        for block, pieces in self._segments(done):
            made = hashlib.sha256()
            size = records = 0
            for data, count in pieces:
                made.update(data)
                if whole is not None:
                    whole.update(data)
                yield data[max(0, first - offset - size) :]
                size, records = size + len(data), records + count
            done.append(Segment(block, offset, size, records, made.hexdigest(), self._note))
            offset += size
            self._settle(done)
        records = sum(each.records for each in done)
        self._finish(Whole(records, offset, None if whole is None else whole.hexdigest()))

    def _settle(self, done: list[Segment]) -> None:
        if self._walk.epoch() != self._about["epoch"]:
            raise Changed
        at = len(done) - 1
        if at < len(self._known):
            if self._known[at] != done[at]:
                raise Changed
        else:
            self._known.append(done[at])
            self._keep(at, done[at])

    def _segments(self, done: Sequence[Segment]) -> Iterator[tuple[int, Iterator[tuple[bytes, int]]]]:
        """Yield what comes after `done`, which grows meanwhile: a block, and pieces with how many records each has."""
        self._note = ""
        below = done[-1].block if done else None
        if below is None:
            yield HEAD, iter([(self._form.head(), 0)])
        if below != TAIL:
            runs = _Runs(self._walk.lines(None if below in (None, HEAD) else below))
            for block in runs:
                yield block, self._block(runs.run(block))
            self._note = ""
            groups = [(each.first_byte, each.note) for each in done if each.note]
            yield TAIL, iter([(self._form.tail(self._about, groups), 0)])

    def _block(self, runs: Iterator[list[Line]]) -> Iterator[tuple[bytes, int]]:
        for lines in runs:
            yield self._form.write(lines, self._walk.terms), len(lines)
        rest, self._note = self._form.end()
        yield rest, 0


class _Runs:
    """Cuts what a walk yields into runs of one block each, which are read one after the other."""

    def __init__(self, lines: Iterator[tuple[int, list[Line]]]) -> None:
        self._lines = lines
        self._next = next(lines, None)

    def __iter__(self) -> Iterator[int]:
        while self._next is not None:
            yield self._next[0]

    def run(self, block: int) -> Iterator[list[Line]]:
        while self._next is not None and self._next[0] == block:
            lines = self._next[1]
            self._next = next(self._lines, None)
            yield lines
