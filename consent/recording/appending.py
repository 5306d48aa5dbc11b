"""One durable append: a record's parts become an entry, and the entry is on disk once this returns."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from chassis.errors import Unavailable
from consent.keys import Keys
from consent.ledger import entries
from consent.ledger.stream import Newest

RETRY_S = 5

#: Has the last word on an append, in whichever thread makes it; raises to refuse it.
Admit = Callable[[], None]


class Stream(Protocol):
    """Where an entry is on disk once `append` has returned (`consent.ledger.stream`)."""

    def append(self, entry: entries.Entry, newest: Newest | None = None, admit: Admit | None = None) -> str:
        """Append an entry unless its event is there: `new` or `repeat`; `admit` is called before, in any thread."""

    def first_received_at(self, record_id: str) -> int | None:
        """Return when an event was first received, in unix ms."""


class Durability(Protocol):
    """Whether what the stream takes would be on disk (`consent.durability`)."""

    def fault(self) -> str | None:
        """Say why it would not be, None where it would."""

    def forget(self) -> None:
        """Look again at the next question."""


class Appended(NamedTuple):
    """A record that is on disk, when its event was first received, in unix ms, and whether this was not the first."""

    record: str
    received_ms: int
    is_repeat: bool


class Appender:
    """The last step of every choice, whoever sends it."""

    def __init__(self, keys: Keys, stream: Stream, durability: Durability) -> None:
        self._keys = keys
        self._stream = stream
        self._durability = durability

    def append(
        self,
        site: str,
        event_id: str,
        choice: Mapping[str, Any],
        person: Mapping[str, Any],
        context: Mapping[str, Any],
        newest: Newest | None = None,
        admit: Admit | None = None,
    ) -> Appended:
        """Append a record; the same event again appends nothing.

        Args:
            site: the site's id.
            event_id: a UUID, in its canonical spelling.
            choice: the record's part `choice`.
            person: its part `person`.
            context: its part `context`.
            newest: where the record is to stand as its account's newest choice.
            admit: what has the last word on it; raises where nothing is to be appended.

        Raises:
            Conflict: the event id has been used for another choice, or the account's newest is not the expected one.
            Unavailable: it is not on disk and was not promised.
        """
        fault = self._durability.fault()
        if fault is not None:
            raise Unavailable(f"choices would not be safe on disk: {fault}", retry_after_s=RETRY_S)
        entry = entries.make(site, event_id, choice, person, context, self._keys.secrets())
        first = None
        try:
            is_repeat = self._stream.append(entry, newest, admit) == "repeat"
            if is_repeat:
                first = self._stream.first_received_at(entry.record_id)
        except Unavailable:
            self._durability.forget()  # who comes back may be another Redis, or the same with other settings
            raise
        return Appended(entry.record_id, first or entry.received_at, is_repeat)
