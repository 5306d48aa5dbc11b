"""Records as exports read them, and what is told of one that stands deeper than its terms."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from consent import instants

#: Of a record told whole (`consent.audit.tell`), what its terms tell; decisions only where the choice was not erased.
FROM_TERMS = ("site", "event", "action", "notice", "language", "regulation", "region", "layer", "writer")
DECISIONS = ("purposes", "vendors", "gpc")

#: How many terms an export remembers: its memory does not grow with the log.
KEPT_TERMS = 4096

# Made once: `json.loads` looks for white space that is not there.
_decode = json.JSONDecoder().raw_decode


class Terms(NamedTuple):
    """What many records have in common (`consent.store.terms`)."""

    site: str
    event: str
    action: str
    notice: str
    language: str
    layer: str
    writer: str
    regulation: str | None
    region: str | None
    gpc: bool
    purposes: Mapping[str, bool]
    vendors: Mapping[str, bool]


class Line(NamedTuple):
    """A record, which is that entry of the log, with the number of its terms.

    The bodies of erased parts are None; salts are there only where openings were asked for.
    """

    entry: int
    record: str
    received_ms: int
    terms_id: int
    leaf: bytes
    choice: bytes | None
    person: bytes | None
    context: bytes | None
    choice_salt: bytes | None = None
    person_salt: bytes | None = None
    context_salt: bytes | None = None


class Form(Protocol):
    """How records are written."""

    content_type: str

    def head(self) -> bytes:
        """Return what stands before the records."""

    def write(self, lines: Sequence[Line], terms: Mapping[int, Terms]) -> bytes:
        """Return records, by their terms' numbers; or keep them until the segment ends."""

    def end(self) -> tuple[bytes, str]:
        """End a segment: return what of its records was not written yet, and what `tail` has to know of it."""

    def tail(self, about: Mapping[str, Any], groups: Sequence[tuple[int, str]]) -> bytes:
        """Return what stands after the records.

        Args:
            about: tells of the export as its manifest does.
            groups: of each segment that left a note its first byte and the note.
        """


def forget(told: dict[Any, Any]) -> None:
    """Forget what was told of terms, once it is of many: it can be told again."""
    if len(told) > KEPT_TERMS:
        told.clear()


def client_ms(choice: bytes | None) -> int | None:
    """Return the browser's clock of a choice, read without reading all of it.

    The bytes are canonical JSON: nothing but members called so can hold this text, and the first of them is the
    choice's own, because only `action` and `asked`, which have no members, come before it.
    """
    if choice is None:
        return None
    start = choice.find(b'"client_at":') + 12
    end = choice.find(b",", start)
    value = choice[start:end]
    return None if start < 12 or value == b"null" else int(value)


def strings(choice: bytes | None) -> tuple[str | None, str | None, str | None]:
    """Return the TC string, the GPP string and the component of a choice; the few that have one are read whole."""
    if choice is None or (b'_string":"' not in choice and b'"component":"' not in choice):
        return None, None, None
    told = json.loads(choice)
    return told.get("tc_string"), told.get("gpp_string"), told.get("component")


def moment(unix_ms: int) -> str:
    """Write unix milliseconds as RFC 3339; many of one day cost one."""
    day, ms = divmod(unix_ms, 86_400_000)
    minutes, ms = divmod(ms, 60_000)
    return f"{_day(day)}T{minutes // 60:02d}:{minutes % 60:02d}:{ms // 1000:02d}.{ms % 1000:03d}Z"


def part(body: bytes | None) -> dict[str, Any]:
    """Read a part's body; an erased one has no members."""
    members: dict[str, Any] = {} if body is None else _decode(body.decode())[0]
    return members


def of_terms(it: Terms, erased: bool) -> dict[str, Any]:
    """Tell what many records have in common; of one whose choice was erased, no decisions."""
    told = {name: getattr(it, name) for name in FROM_TERMS}
    return told | {name: None if erased else getattr(it, name) for name in DECISIONS}


@lru_cache(maxsize=4096)
def _day(day: int) -> str:
    return instants.text(day * 86_400_000)[:10]
