"""The rows that a batch of arrivals becomes, before any of them is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Table

from consent.ledger.acts import Act
from consent.ledger.canonical import canonical
from consent.ledger.intake import Accepted, Quarantined
from consent.statistics import Tally
from consent.store import ledger_tables as tables
from consent.store.act_tables import act as act_table
from consent.store.act_tables import act_subject
from consent.store.terms import Numbering

Arrival = Accepted | Act | Quarantined
Row = tuple[Any, ...]


class Known(NamedTuple):
    """What the ledger has of what a batch names.

    Attributes:
        records: record ids with their fingerprints.
        acts: ids of acts.
        newest: for each whose consent is said to expire, the newest record; None where there is none.
    """

    records: Mapping[str, str]
    acts: frozenset[str]
    newest: Mapping[str, str | None]


def whose(it: Accepted) -> str | None:
    """Return by whom a choice is followed by another: the account where somebody was signed in, else the subject."""
    return None if it.person is None else it.person.account_ref or it.person.subject_ref


class Batch:
    """Rows by table and leaves in order, from index `size` on."""

    def __init__(self, log_id: int, size: int, known: Known, numbering: Numbering) -> None:
        """Start a batch on a ledger of `size` leaves, of which `known` is what matters here."""
        self.leaves: list[bytes] = []
        self.conflicts: list[str] = []
        self.tally = Tally()
        self.repeats = 0
        self.moot = 0
        self._placed: list[tuple[int, int]] = []
        self._rows: dict[Table, list[Row]] = defaultdict(list)
        self._numbering = numbering
        self._log_id = log_id
        self._size = size
        self._records = dict(known.records)
        self._acts = set(known.acts)
        self._newest = dict(known.newest)

    def extend(self, arrivals: Iterable[Arrival]) -> None:
        """Take arrivals in order: each once; a taken event id with another content leaves a `conflict` leaf."""
        for arrival in arrivals:
            if isinstance(arrival, Quarantined):
                self._add(tables.quarantine, self._leaf(arrival.leaf), arrival.raw)
            elif isinstance(arrival, Act):
                self.act(arrival, arrival.body)
            else:
                self._accepted(arrival)

    def act(self, act: Act, told: Mapping[str, Any] | None) -> None:
        """Take an act and what came of it, None where that is nothing; once, like a choice."""
        if act.id in self._acts:
            self.repeats += 1
        elif told is None:
            self.moot += 1
        else:
            self._acts.add(act.id)
            body = canonical(told)
            index = self._leaf(act.leaf(body))
            self._add(act_table, index, act.id, act.kind, act.site, act.received_ms, act.salt, body)
            for reference in () if act.references is None or act.kind != "access" else act.references:
                self._rows[act_subject].append((self._log_id, reference, index))

    def take_rows(self) -> dict[Table, list[Row]]:
        """Hand over the rows gathered so far, to be written."""
        rows, self._rows = self._rows, defaultdict(list)
        return self._numbering.take_rows() | rows

    def take_placed(self) -> list[tuple[int, int]]:
        """Hand over the index and the terms of each record gathered so far, to be counted."""
        placed, self._placed = self._placed, []
        return placed

    def followed(self) -> list[str]:
        """List those whose consent is said to expire."""
        return list(self._newest)

    def renew(self, newest: Mapping[str, str]) -> None:
        """Know anew what is the newest record of each, after an erasure."""
        self._newest = {**dict.fromkeys(self._newest), **newest}

    def _accepted(self, arrival: Accepted) -> None:
        known = self._records.get(arrival.record_id)
        if known == arrival.fingerprint:
            self.repeats += 1
        elif known is not None:
            self.conflicts.append(arrival.record_id)
            self._leaf(arrival.conflict_leaf())
        elif arrival.terms["event"] == "expired" and not self._stands(arrival):
            self.moot += 1  # the reader has chosen anew, or was erased, while it was on its way
        else:
            self._records[arrival.record_id] = arrival.fingerprint
            self._record(arrival)

    def _stands(self, expired: Accepted) -> bool:
        reference = whose(expired)
        newest = None if reference is None else self._newest[reference]
        return newest is not None and newest == expired.supersedes

    def _leaf(self, body: bytes) -> int:
        index = self._size + len(self.leaves)
        self.leaves.append(body)
        self._add(tables.leaf, index, body)
        return index

    def _record(self, it: Accepted) -> None:
        index = self._leaf(it.leaf)
        number = self._numbering.number(it)
        self._placed.append((index, number))
        self._add(tables.record, index, it.record_id, it.fingerprint, it.received_ms, number)
        self._add(tables.choice, index, *it.choice, it.until_ms)
        self.tally.add(it.site, it.received_ms, it.terms, it.answers)
        if it.person is not None:
            self._add(tables.person, index, *it.person.opening, it.person.subject_ref, it.person.account_ref)
            if (reference := whose(it)) in self._newest:
                self._newest[reference] = it.record_id
        if it.context is not None:
            self._add(tables.context, index, *it.context)

    def _add(self, table: Table, index: int, *values: Any) -> None:
        self._rows[table].append((self._log_id, index, *values))
