"""Tables of the acts (`consent.ledger.acts`): what was done, to whom, what is held, what waits for approval."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from consent.store.ledger_tables import index_column, keyed, log_column
from consent.store.tables import metadata

act = keyed(
    "act",
    log_column(),
    index_column(),
    Column("act_id", String(36), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("site", String(63)),
    Column("received_ms", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("act_id_once", "log_id", "act_id", unique=True),
    Index("act_by_kind", "log_id", "kind", "idx"),
    Index("act_by_time", "log_id", "received_ms", "idx"),
    Index("act_by_kind_and_time", "log_id", "kind", "received_ms", "idx"),
)

# Whom an access was about; an erasure takes the row away and leaves the act.
act_subject = keyed("act_subject", log_column(), Column("subject_ref", String(64), primary_key=True), index_column())

hold = keyed(
    "hold",
    log_column(),
    Column("subject_ref", String(64), primary_key=True),
    Column("hold_id", String(36), primary_key=True),
    Column("rule", String(200), nullable=False),
    Index("hold_by_id", "log_id", "hold_id"),
)

invalidation = keyed(
    "invalidation",
    log_column(),
    Column("notice", String(64), primary_key=True),
    Column("act_id", String(36), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)

# How far the clock has come with what it looks for: the last moment and entry that it has seen.
sweep = keyed(
    "sweep",
    log_column(),
    Column("name", String(16), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("idx", BigInteger, nullable=False),
)

erasure_request = Table(
    "erasure_request",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("event_id", String(36), nullable=False),
    Column("site", String(63)),
    Column("subject_refs", Text, nullable=False),  # a JSON list
    Column("body", Text, nullable=False),  # a JSON object
    Column("asked_by", String(32), nullable=False),  # a token's id, or a digest of who was signed in without
    Column("asked_ms", BigInteger, nullable=False),
)
