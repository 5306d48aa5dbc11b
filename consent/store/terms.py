"""Terms: what many records have in common (site, notice, language, action, the decisions …), stored once and numbered.

Ten million records have a few thousand terms. A search asks the terms and follows their numbers through one index of
the records, whatever it asks for; a new thing to ask for is a column here, and nothing more for each record.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from consent.ledger.canonical import canonical
from consent.ledger.intake import Accepted
from consent.store import ledger_tables as tables

COLUMNS = ("event", "action", "notice", "language", "layer", "writer", "regulation", "region", "gpc")
LEVELS = (16, 20, 24)  # a block of the counts is 2^level indexes wide
_MOST_KNOWN = 100_000
_FOUND_AT_ONCE = 500

Key = tuple[Any, ...]

_COUNT = "INSERT INTO terms_count (log_id, level, block, terms_id, n) "
_ADD = " ON CONFLICT (log_id, level, block, terms_id) DO UPDATE SET n = terms_count.n + excluded.n"
# Of a thousand rows, one statement with arrays costs PostgreSQL a tenth of as many statements.
_POSTGRES_COUNT = text(
    f"{_COUNT} SELECT :log_id, * FROM unnest(CAST(:levels AS int[]), CAST(:blocks AS bigint[]), "
    f"CAST(:numbers AS bigint[]), CAST(:counts AS bigint[])){_ADD}"
)
_SQLITE_COUNT = f"{_COUNT} VALUES (?, ?, ?, ?, ?){_ADD}"


class Numbering:
    """The numbers of terms within one transaction; what is new in it is known to others once `keep` was called."""

    def __init__(self, connection: Connection, log_id: int, known: dict[Key, int]) -> None:
        """Start from what is `known` of committed terms; the log's row is locked by the caller."""
        self.rows: dict[Table, list[tuple[Any, ...]]] = {tables.terms: [], tables.decision: []}
        self._connection = connection
        self._log_id = log_id
        self._known = known
        self._fresh: dict[Key, int] = {}
        self._made: dict[bytes, int] = {}
        self._absent: set[bytes] = set()
        self._last: int | None = None

    def prepare(self, records: Iterable[Accepted]) -> None:
        """Look up at once what is not known yet of the terms of many records."""
        unknown = {key: it for it in records if (key := it.alike) not in self._known}
        digests = {_digest({"site": it.site, **it.terms}): key for key, it in unknown.items()}
        table, asked = tables.terms, list(digests)
        for at in range(0, len(asked), _FOUND_AT_ONCE):  # databases limit the parameters of one statement
            some = table.c.digest.in_(asked[at : at + _FOUND_AT_ONCE])
            statement = select(table.c.digest, table.c.terms_id).where(table.c.log_id == self._log_id, some)
            for digest, number in self._connection.execute(statement):
                self._fresh[digests.pop(bytes(digest))] = number
        self._absent.update(digests)

    def number(self, record: Accepted) -> int:
        """Return the number of a record's terms, a new one where nobody has had them yet."""
        key = record.alike
        number = self._known.get(key) or self._fresh.get(key)
        if number is None:
            number = self._fresh[key] = self._find_or_make({"site": record.site, **record.terms})
        return number

    def blank(self, terms_id: int) -> int:
        """Return the number of the same terms without their decisions, for records whose choice was erased."""
        table = tables.terms
        words = select(*(table.c[name] for name in ("site", *COLUMNS)))
        of = self._connection.execute(words.where(table.c.log_id == self._log_id, table.c.terms_id == terms_id)).one()
        return self._find_or_make({**of._asdict(), "purposes": {}, "vendors": {}})

    def take_rows(self) -> dict[Table, list[tuple[Any, ...]]]:
        """Hand over the rows gathered so far, to be written."""
        rows, self.rows = self.rows, {tables.terms: [], tables.decision: []}
        return rows

    def keep(self) -> None:
        """Remember what was found and made; call it after the commit."""
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known.update(self._fresh)

    def _find_or_make(self, terms: Mapping[str, Any]) -> int:
        digest = _digest(terms)
        if digest in self._made:  # and not written yet, perhaps
            return self._made[digest]
        if digest in self._absent:
            return self._make(digest, terms)
        table = tables.terms
        same = select(table.c.terms_id).where(table.c.log_id == self._log_id, table.c.digest == digest)
        found = self._connection.execute(same).scalar()
        return int(found) if found is not None else self._make(digest, terms)

    def _make(self, digest: bytes, terms: Mapping[str, Any]) -> int:
        table = tables.terms
        if self._last is None:
            highest = select(func.max(table.c.terms_id)).where(table.c.log_id == self._log_id)
            self._last = self._connection.execute(highest).scalar() or 0
        self._last += 1
        self._made[digest] = self._last
        decided = [json.dumps(terms[name], separators=(",", ":")) for name in ("purposes", "vendors")]
        values = [terms["site"], *(terms[name] for name in COLUMNS), *decided]
        self.rows[table].append((self._log_id, self._last, digest, *values))
        self.rows[tables.decision] += [
            (self._log_id, name[:-1], each, given, self._last)
            for name in ("purposes", "vendors")
            for each, given in terms[name].items()
        ]
        return self._last


def _digest(terms: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(canonical(terms)).digest()


def count_in(connection: Connection, log_id: int, placed: Iterable[tuple[int, int]], times: int = 1) -> None:
    """Count records, each given as its index and the number of its terms; with -1 `times`, take them off."""
    finest = Counter((index >> LEVELS[0], number) for index, number in placed)
    counts: Counter[tuple[int, int, int]] = Counter()
    for (block, number), n in finest.items():
        for level in LEVELS:
            counts[level, block >> (level - LEVELS[0]), number] += n * times
    if not counts:
        return
    if connection.dialect.name == "postgresql":
        levels, blocks, numbers = zip(*counts, strict=True)
        values = {"levels": list(levels), "blocks": list(blocks), "numbers": list(numbers)}
        connection.execute(_POSTGRES_COUNT, {"log_id": log_id, **values, "counts": list(counts.values())})
    else:
        rows = [(log_id, *place, n) for place, n in counts.items()]
        connection.exec_driver_sql(_SQLITE_COUNT, rows)
