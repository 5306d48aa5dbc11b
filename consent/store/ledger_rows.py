"""The rows that a batch of arrivals becomes, before any of them is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table

from consent.ledger.intake import Accepted, Quarantined
from consent.statistics import Tally
from consent.store import ledger_tables as tables
from consent.store.terms import Numbering

Arrival = Accepted | Quarantined
Row = tuple[Any, ...]


class Batch:
    """Rows by table and leaves in order, from index `size` on; `placed` holds each record's index and terms."""

    def __init__(self, log_id: int, size: int, known: Mapping[str, str], numbering: Numbering) -> None:
        """Start a batch; `known` maps the record ids already in the ledger to their fingerprints."""
        self.leaves: list[bytes] = []
        self.rows: dict[Table, list[Row]] = defaultdict(list)
        self.conflicts: list[str] = []
        self.tally = Tally()
        self.repeats = 0
        self.placed: list[tuple[int, int]] = []
        self._numbering = numbering
        self._log_id = log_id
        self._size = size
        self._known = dict(known)

    def extend(self, arrivals: Iterable[Arrival]) -> None:
        """Take arrivals in order: each once; a taken event id with another content leaves a `conflict` leaf."""
        for arrival in arrivals:
            if isinstance(arrival, Quarantined):
                self._add(tables.quarantine, self._leaf(arrival.leaf), arrival.raw)
                continue
            known = self._known.setdefault(arrival.record_id, "")
            if not known:
                self._known[arrival.record_id] = arrival.fingerprint
                self._record(arrival)
            elif known == arrival.fingerprint:
                self.repeats += 1
            else:
                self.conflicts.append(arrival.record_id)
                self._leaf(arrival.conflict_leaf())

    def _leaf(self, body: bytes) -> int:
        index = self._size + len(self.leaves)
        self.leaves.append(body)
        self._add(tables.leaf, index, body)
        return index

    def _record(self, it: Accepted) -> None:
        index = self._leaf(it.leaf)
        number = self._numbering.number(it)
        self.placed.append((index, number))
        self._add(tables.record, index, it.record_id, it.fingerprint, it.received_ms, number)
        self._add(tables.choice, index, *it.choice)
        self.tally.add(it.site, it.received_ms, it.terms, it.answers)
        if it.person is not None:
            self._add(tables.person, index, *it.person.opening, it.person.subject_ref, it.person.account_ref)
        if it.context is not None:
            self._add(tables.context, index, *it.context)

    def _add(self, table: Table, index: int, *values: Any) -> None:
        self.rows[table].append((self._log_id, index, *values))
