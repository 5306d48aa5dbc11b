"""Tables of the statistics: counts, and nothing of a reader. Erasure and retention leave them as they are."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table

from consent.statistics import DECISIONS, OUTCOMES
from consent.store.tables import metadata


def _counts(name: str, dimensions: list[Column[object]], counts: tuple[str, ...], log: bool = True) -> Table:
    counted: list[Column[object]] = [Column("log_id", Integer, primary_key=True, autoincrement=False)] if log else []
    shared: list[Column[object]] = [
        Column("day", Date, primary_key=True),
        Column("site", String(63), primary_key=True),
        Column("notice", String(64), primary_key=True),
        Column("language", String(35), primary_key=True),
        Column("region", String(6), primary_key=True),
    ]
    numbers: list[Column[object]] = [Column(each, BigInteger, nullable=False) for each in counts]
    return Table(name, metadata, *counted, *shared, *dimensions, *numbers, sqlite_with_rowid=False)


choice_count = _counts(
    "choice_count",
    [Column("layer", String(16), primary_key=True), Column("writer", String(16), primary_key=True)],
    (*OUTCOMES, "answers"),
)

decision_count = _counts("decision_count", [Column("purpose", String(32), primary_key=True)], DECISIONS)

served_count = _counts("served_count", [Column("layer", String(16), primary_key=True)], ("served",), log=False)

# The batches of displays that `served_count` has taken: one that comes twice is one.
served_batch = Table(
    "served_batch",
    metadata,
    Column("batch", String(36), primary_key=True),
    Column("taken_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
