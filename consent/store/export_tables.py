"""Tables of the exports: what was asked for, and the segments that are known of it."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, String, Table, Text

from consent.store.tables import metadata

export = Table(
    "export",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("token_id", String(32), nullable=False),
    Column("site", String(63)),
    Column("sees_held", Boolean, nullable=False),
    Column("format", String(16), nullable=False),
    Column("filter", Text, nullable=False),  # as it was asked for, JSON
    Column("tree_size", BigInteger, nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("witnesses", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("etag", String(64), nullable=False),
    Column("link_hash", LargeBinary(32)),
    Column("link_expires_ms", BigInteger),
    Column("link_used", Boolean, nullable=False),
    # Of the whole, once its end is known; the hash only where it was made in one go.
    Column("records", BigInteger),
    Column("size_bytes", BigInteger),
    Column("sha256", String(64)),
)

export_segment = Table(
    "export_segment",
    metadata,
    Column("export_id", String(36), ForeignKey("export.id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("block", BigInteger, nullable=False),
    Column("first_byte", BigInteger, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("note", Text, nullable=False),  # what the form's tail has to know of it
)
