"""Tables of articles in other languages: variants, the jobs that make them, people's words, remembered segments."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from publisher.store.tables.columns import article_key, metadata

variant = Table(
    "variant",
    metadata,
    Column("article", String(128), article_key(), primary_key=True),
    Column("language", String(35), primary_key=True),
    # original | queued | translating | machine | failed
    Column("state", String(16), nullable=False),
    # the revision that `body` translates; 0 while there is none
    Column("revision", Integer, nullable=False),
    # JSON object of articles.article_texts' names to translated texts; null in the original
    Column("body", Text),
    Column("engine", String(64)),
    Column("engine_version", String(128)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reason", Text),
    Column("requested_ms", BigInteger, nullable=False),
    # past it a pending variant counts as failed; null in the original
    Column("deadline_ms", BigInteger),
    Column("updated_ms", BigInteger, nullable=False),
    # how far it is a person's work: edited | reviewed; null: a machine's alone
    Column("review", String(16)),
)

translation_job = Table(
    "translation_job",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("article", String(128), article_key(), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("language", String(35), nullable=False),
    Column("policy", String(64), nullable=False),
    # queued | running | done | failed | superseded
    Column("state", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until_ms", BigInteger),
    Column("fencing_token", String(36)),
    Column("next_attempt_ms", BigInteger, nullable=False),
    Column("deadline_ms", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("reason", Text),
    # what was remembered before this does not count: of the text of that name, or of all
    Column("anew_ms", BigInteger),
    Column("anew_text", String(128)),
    # single flight: the same work is one row, whoever asks for it how often
    UniqueConstraint("article", "revision", "language", "policy", name="translation_job_once"),
    Index("translation_job_due", "state", "next_attempt_ms"),
)

post_edit = Table(
    "post_edit",
    metadata,
    Column("article", String(128), article_key(), primary_key=True),
    Column("language", String(35), primary_key=True),
    # post_edits.source_key of what it translates
    Column("source_key", String(64), primary_key=True),
    # as in article_texts, when it was last touched
    Column("name", String(128), nullable=False),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    # false: the machine's words, approved
    Column("edited", Boolean, nullable=False),
    Column("who", String(200), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

segment_memory = Table(
    "segment_memory",
    metadata,
    Column("source_language", String(35), primary_key=True),
    Column("target_language", String(35), primary_key=True),
    Column("policy", String(64), primary_key=True),
    Column("source_hash", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("engine", String(64), nullable=False),
    Column("engine_version", String(128), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)
