"""One day's checkpoint, and the ways in which it leaves the house."""

from typing import NamedTuple, Protocol

from consent.ledger.notes import parse_checkpoint


class Failed(Exception):
    """An anchor did not arrive; the message says why."""


class Anchor(NamedTuple):
    """The checkpoint (a signed note) that stands for a day (`2026-11-26`, UTC)."""

    day: str
    note: str

    @property
    def origin(self) -> str:
        """The log's name."""
        return parse_checkpoint(self.note).origin

    @property
    def size(self) -> int:
        """The number of the log's entries."""
        return parse_checkpoint(self.note).size

    @property
    def file_name(self) -> str:
        """The name of its file: the log's, with dashes for slashes, and the day."""
        return f"{self.origin.replace('/', '-')}-{self.day}.checkpoint"


class Way(Protocol):
    """A way for an anchor to leave the house. Sending the same anchor again must do no harm."""

    @property
    def name(self) -> str:
        """Return its name: file, address, mail or time-stamp."""

    def send(self, anchor: Anchor) -> bytes | None:
        """Send an anchor, and return what came back as evidence, if anything does.

        Raises:
            Failed: it did not arrive.
        """
