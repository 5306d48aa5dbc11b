"""Tables of the ledger. `leaf`, `tile` and `checkpoint` are append-only, held so by triggers (migration 0001).

PostgreSQL keeps `leaf`, `record`, `choice`, `person` and `context` in partitions by ranges of the index (migration
0011).

`choice`, `person` and `context` hold the erasable parts; `record`, `terms`, `decision` and `terms_count` are what the
audit searches by (`consent.store.terms`).
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from consent.store.tables import metadata


def keyed(name: str, *columns: Column[object] | Index) -> Table:
    """Declare a table that SQLite keeps in the order of its primary key."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def log_column() -> Column[object]:
    """Declare the log's number, first of every key."""
    return Column("log_id", Integer, primary_key=True, autoincrement=False)


def index_column() -> Column[object]:
    """Declare the index of a leaf as part of the key."""
    return Column("idx", BigInteger, primary_key=True, autoincrement=False)


def _terms() -> Column[object]:
    return Column("terms_id", BigInteger, primary_key=True, autoincrement=False)


log_state = Table(
    "log_state",
    metadata,
    Column("log_id", Integer, primary_key=True),
    Column("origin", String(255), nullable=False, unique=True),
    Column("vkey", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    # The stream id up to which everything is in the ledger, and how many stream entries that were.
    Column("cursor", String(41), nullable=False),
    Column("consumed", BigInteger, nullable=False),
    # From which leaf on records are in the statistics; null before the first of them.
    Column("counted_from", BigInteger),
)

leaf = keyed("leaf", log_column(), index_column(), Column("body", LargeBinary, nullable=False))

tile = keyed(
    "tile",
    log_column(),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

edge = keyed(
    "edge",
    log_column(),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)

checkpoint = keyed(
    "checkpoint",
    log_column(),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

log_key = keyed(
    "log_key",
    log_column(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("vkey", Text, nullable=False),
    Column("introduced_ms", BigInteger, nullable=False),
    Column("retired_ms", BigInteger),
)

anchor = keyed(
    "anchor",
    log_column(),
    Column("day", String(10), primary_key=True),
    Column("way", String(16), primary_key=True),
    Column("note", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("taken_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger),
    Column("fault", Text),
    Column("evidence", LargeBinary),
)

cosigned = keyed(
    "cosigned",
    log_column(),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("witnesses", Text, nullable=False),  # their keys, a line each
    Column("created_ms", BigInteger, nullable=False),
)

record = keyed(
    "record",
    log_column(),
    index_column(),
    Column("record_id", String(36), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("terms_id", BigInteger, nullable=False),
    # On PostgreSQL an index of each partition: the drain asks for every id before it writes it.
    Index("record_id_once", "record_id", "log_id", unique=True),
    Index("record_by_terms", "log_id", "terms_id", "idx"),
    Index("record_by_time", "log_id", "received_ms"),
)

# What many records have in common, once. `purposes` and `vendors` are the decisions as canonical JSON.
terms = keyed(
    "terms",
    log_column(),
    _terms(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("site", String(63), nullable=False),
    Column("event", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("notice", String(64), nullable=False),
    Column("language", String(35), nullable=False),
    Column("layer", String(16), nullable=False),
    Column("writer", String(16), nullable=False),
    Column("regulation", String(32)),
    Column("region", String(6)),
    Column("gpc", Boolean),
    Column("purposes", Text, nullable=False),
    Column("vendors", Text, nullable=False),
    Index("terms_once", "log_id", "digest", unique=True),
)

# The decisions of each terms, about a `purpose` or a `vendor`.
decision = keyed(
    "decision",
    log_column(),
    Column("about", String(8), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("given", Boolean, primary_key=True),
    _terms(),
)

# How many records of each terms lie in a block of 2^level indexes: what counts are estimated from.
terms_count = keyed(
    "terms_count",
    log_column(),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    _terms(),
    Column("n", BigInteger, nullable=False),
)

choice = keyed(
    "choice",
    log_column(),
    index_column(),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("until_ms", BigInteger, nullable=False),  # how long it holds
    Index("choice_by_until", "log_id", "until_ms", "idx"),
)

#: The indexes of `person` lie in blocks of 2^this indexes (`consent.store.persons`).
PERSON_BLOCK = 18
_PERSON_BLOCK = text(f"(idx >> {PERSON_BLOCK})")

person = keyed(
    "person",
    log_column(),
    index_column(),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("subject_ref", String(64)),
    Column("account_ref", String(64)),
    Index("person_by_subject", "log_id", _PERSON_BLOCK, "subject_ref", "idx"),
    Index(
        "person_by_account",
        "log_id",
        _PERSON_BLOCK,
        "account_ref",
        "idx",
        sqlite_where=text("account_ref IS NOT NULL"),
        postgresql_where=text("account_ref IS NOT NULL"),
    ),
)

context = keyed(
    "context",
    log_column(),
    index_column(),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

quarantine = keyed("quarantine", log_column(), index_column(), Column("raw", LargeBinary, nullable=False))
