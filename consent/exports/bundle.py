"""The regulator bundle: records with everything that proves them, as one zip file (docs/contracts/bundle.md).

Written as it is read: memory does not grow with the records, and nothing lies on a disk in between.
"""

import hashlib
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from consent import verify
from consent.exports.lines import Line
from consent.exports.making import Changed, Segment, Walk, Whole
from consent.exports.shown import ShownNotices

FORMAT = "imprimatur/bundle/v1"
README = Path(__file__).with_name("README.txt")


class Tree(Protocol):
    """The log's tree at the checkpoint's size (`consent.ledger.tree.TileTree`)."""

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the path from a leaf to the root."""


@dataclass(frozen=True)
class Head:
    """The checkpoint that all proofs lead to, the log's name and the keys of the signatures on it."""

    origin: str
    note: str
    key: str
    witnesses: Sequence[str]


class Bundle:
    """The making of one bundle."""

    def __init__(
        self,
        walk: Walk,
        tree: Callable[[], Tree],
        notices: ShownNotices,
        head: Head,
        about: Mapping[str, Any],
        finish: Callable[[Whole], None],
        keep: Callable[[int, Segment], None] = lambda _number, _segment: None,
    ) -> None:
        """Prepare a bundle of what `walk` yields, with openings.

        Args:
            walk: the records.
            tree: makes a tree to prove with; a new one for each block, because a tree remembers what it has read.
            notices: where the notices are.
            head: the checkpoint.
            about: `filter`, `created_at` and `epoch`.
            finish: is handed the whole at its end.
            keep: is handed each block that is done, with its number: how many records it has; a zip file tells no more.
        """
        self._walk = walk
        self._tree = tree
        self._notices = notices
        self._head = head
        self._about = about
        self._finish = finish
        self._keep = keep
        self._members: dict[str, str] = {}
        self._named: dict[str, set[str]] = {}
        self._records = 0

    def bytes_from(self, first: int) -> Iterator[bytes]:
        """Yield the file from the byte `first` on.

        Raises:
            Changed: records were erased or held meanwhile.
        """
        sink, made, size = _Sink(), hashlib.sha256(), 0
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
            for _ in self._members_of(archive):
                piece = sink.take()
                made.update(piece)
                yield piece[max(0, first - size) :]
                size += len(piece)
        piece = sink.take()
        made.update(piece)
        yield piece[max(0, first - size) :]
        self._finish(Whole(self._records, size + len(piece), made.hexdigest()))

    def measure(self, until: Callable[[], bool]) -> None:
        """Do nothing: a zip file is known once it has been made."""

    def _members_of(self, archive: zipfile.ZipFile) -> Iterator[None]:
        yield from self._member(archive, "README.txt", iter([README.read_bytes()]))
        yield from self._member(archive, "checkpoint", iter([self._head.note.encode()]))
        yield from self._member(archive, "verify.py", iter([Path(verify.__file__).read_bytes()]))
        yield from self._member(archive, "records.jsonl", self._lines())
        for sha256 in sorted(self._named):
            yield from self._member(archive, f"notices/{sha256}.json", iter([self._notices.body(sha256)]))
            style = f"{sha256[:16]}.css"
            yield from self._member(archive, f"shown/{style}", iter([self._notices.style(sha256)]))
            for language in sorted(self._named[sha256]):
                page = self._notices.page(sha256, language, style).encode()
                yield from self._member(archive, f"shown/{sha256[:16]}.{language}.html", iter([page]))
        yield from self._member(archive, "manifest.json", iter([self._manifest()]))

    def _member(self, archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> Iterator[None]:
        at = datetime.fromisoformat(self._about["created_at"]).astimezone(UTC)
        info = zipfile.ZipInfo(name, at.timetuple()[:6])
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        made = hashlib.sha256()
        with archive.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                made.update(piece)
                member.write(piece)
                yield
        self._members[name] = made.hexdigest()

    def _lines(self) -> Iterator[bytes]:
        block, tree, number, before = None, None, 0, 0
        for at, lines in self._walk.lines():
            if at != block or tree is None:
                if block is not None:
                    self._keep(number, Segment(block, 0, 0, self._records - before, ""))
                    number, before = number + 1, self._records
                block, tree = at, self._tree()
                if self._walk.epoch() != self._about["epoch"]:
                    raise Changed
            for line in lines:
                terms = self._walk.terms[line.terms_id]
                self._named.setdefault(terms.notice, set()).add(terms.language)
            self._records += len(lines)
            yield b"".join([_line(line, tree) for line in lines])
        if self._walk.epoch() != self._about["epoch"]:
            raise Changed

    def _manifest(self) -> bytes:
        told = {
            "format": FORMAT,
            "origin": self._head.origin,
            "keys": [self._head.key],
            "witnesses": list(self._head.witnesses),
            "created_at": self._about["created_at"],
            "filter": self._about["filter"],
            "records": self._records,
            "members": self._members,
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _line(it: Line, tree: Tree) -> bytes:
    told = {
        "index": it.entry,
        "record": it.record,
        "leaf": b64encode(it.leaf).decode(),
        "choice": _opening(it.choice_salt, it.choice),
        "person": _opening(it.person_salt, it.person),
        "context": _opening(it.context_salt, it.context),
        "inclusion": [b64encode(each).decode() for each in tree.inclusion_proof(it.entry)],
    }
    return (json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _opening(salt: bytes | None, body: bytes | None) -> dict[str, str] | None:
    if salt is None or body is None:
        return None
    return {"salt": b64encode(salt).decode(), "body": body.decode()}


class _Sink:
    """What a zip file is written to, piece by piece; it cannot be sought in, so nothing is written twice."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken
