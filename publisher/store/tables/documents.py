"""Tables of policy documents, a row for each version and language."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from publisher.store.tables.columns import metadata

document_version = Table(
    "document_version",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    # documents.content_hash of its texts
    Column("sha256", String(64), nullable=False),
    Column("effective_ms", BigInteger, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)

document_text = Table(
    "document_text",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("language", String(35), primary_key=True),
    # 0: the original
    Column("place", Integer, nullable=False),
    Column("title", String(300), nullable=False),
    # documents.text_json
    Column("body", Text, nullable=False),
)
