"""A record by its id wherever it is by now, in the stream or in the ledger, and the newest of an account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consent.catalogue import Catalogue
from consent.keys import Keys
from consent.ledger.commitments import Opening
from consent.ledger.intake import Accepted, take
from consent.ledger.stream import Stream, StreamEntry
from consent.recording import accounts
from consent.recording.accounts import Standing
from consent.store.accounts import ERASED, Accounts, Pointer
from consent.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Known:
    """A record; a part that was erased is None."""

    record: str
    choice: Mapping[str, Any] | None
    person: Mapping[str, Any] | None

    def is_own(self, subject: str) -> bool:
        """Tell whether a device made it while nobody was signed in there."""
        return self.person is not None and self.person["subject"] == subject and self.person["account"] is None


class KnownRecords:
    """What stream and ledger hold together."""

    def __init__(self, catalogue: Catalogue, stream: Stream, ledger: Ledger, keys: Keys, accounts: Accounts) -> None:
        self._catalogue = catalogue
        self._stream = stream
        self._ledger = ledger
        self._keys = keys
        self._accounts = accounts

    def find(self, record: str) -> Known | None:
        """Return a record, None where there is none of that id."""
        # The stream first: what leaves it between the two questions is in the ledger by then.
        return self._in_stream(self._stream.find(record)) or self._in_ledger(record)

    def standing(self, known: Known | None, now_ms: int) -> Standing | None:
        """Return the decision of a record, None where it is no longer in force, or its notice was found faulty."""
        if known is None or known.choice is None or not accounts.in_force(known.choice, now_ms):
            return None
        sha256 = known.choice["notice"]
        if self._catalogue.is_invalid(sha256):
            return None
        return Standing(known.record, known.choice, self._catalogue.notice(sha256))

    def newest(self, account: str) -> tuple[Known | None, Pointer | None]:
        """Return the newest record of an account, given as reference, and where Redis knew it, None: the ledger did."""
        pointer = self._accounts.newest(account)
        if pointer is not None and pointer.record_id == ERASED:
            return None, pointer
        if pointer is not None:
            known = self._in_stream(self._stream.entry(pointer.stream_id)) or self._in_ledger(pointer.record_id)
            if known is not None:
                return known, pointer
        record = self._ledger.newest_of(account)
        return (None if record is None else self._in_ledger(record)), pointer

    def _in_stream(self, entry: StreamEntry | None) -> Known | None:
        arrival = None if entry is None else take(*entry, self._keys.find_ingest)
        if not isinstance(arrival, Accepted):
            return None
        person = None if arrival.person is None else arrival.person.opening
        return Known(arrival.record_id, _part(arrival.choice), _part(person))

    def _in_ledger(self, record: str) -> Known | None:
        entry = self._ledger.entry(record)
        return None if entry is None else Known(record, _part(entry.choice), _part(entry.person))


def _part(opening: Opening | None) -> Mapping[str, Any] | None:
    part: Mapping[str, Any] | None = None if opening is None else json.loads(opening.body)
    return part
